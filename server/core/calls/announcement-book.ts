/**
 * Restarts as they are announced, made bounded work. After a power failure every endpoint of every gateway may send an RSIP of its own within
 * seconds (RFC 3435 4.4.6): each costs one entry here, and is answered at once. What they mean is told once for each gateway and moment,
 * and each gateway is audited once, one gateway after another.
 */

import type { EndpointPlan } from "../gateway/endpoint-plan.ts";
import type { NodeName } from "../identity.ts";
import type { Instant, Now, WallTime } from "../time.ts";
import { meaningOf, type RestartAnnouncement } from "./restart-announcement.ts";

export type AnnouncementEffect =
  /** Null = all endpoints of the gateway. */
  | { readonly kind: "connections-lost"; readonly gateway: NodeName; readonly endpoints: readonly string[] | null; readonly at: WallTime }
  | {
      readonly kind: "service-changed";
      readonly gateway: NodeName;
      readonly endpoints: readonly string[] | null;
      readonly inService: boolean;
    }
  | { readonly kind: "audit"; readonly gateway: NodeName }
  /** For the journal: how often it was announced by how many messages, whole gateway or endpoint by endpoint. */
  | { readonly kind: "announced"; readonly gateway: NodeName; readonly method: string; readonly messages: number; readonly whole: boolean };

export interface AnnouncementPolicy {
  /** Endpoints that announce themselves within so long are told together. */
  readonly gatherMs: number;
  /** Between the audits of two gateways. */
  readonly auditSpacingMs: number;
  /** Between two audits of one gateway. */
  readonly auditAgainMs: number;
}

export const defaultAnnouncementPolicy: AnnouncementPolicy = { gatherMs: 100, auditSpacingMs: 250, auditAgainMs: 2_000 };

interface Gathered {
  readonly since: Instant;
  /** The first of them: what came after it may stand. */
  readonly at: WallTime;
  readonly lost: Set<string>;
  /** In service or not, by what was said last. */
  readonly service: Map<string, boolean>;
  readonly messages: Map<string, number>;
}

const everyEndpoint = "*";
const unsaidMethod = "a restart without a method";

export class AnnouncementBook {
  readonly #plans: ReadonlyMap<NodeName, EndpointPlan>;
  readonly #policy: AnnouncementPolicy;
  readonly #gathered = new Map<NodeName, Gathered>();
  /** When each gateway's audit is due; none where none is wanted. */
  readonly #audits = new Map<NodeName, Instant>();
  readonly #audited = new Map<NodeName, Instant>();
  /** When the loss of all its connections was told last: a gateway that cannot stop saying so costs no more than one of many endpoints. */
  readonly #toldWhole = new Map<NodeName, Instant>();
  #lastAuditAt: Instant = Number.NEGATIVE_INFINITY;

  constructor(plans: ReadonlyMap<NodeName, EndpointPlan>, policy: AnnouncementPolicy = defaultAnnouncementPolicy) {
    this.#plans = plans;
    this.#policy = policy;
  }

  /** @returns the code to answer with; what it means comes from `tick`, which may be called at once */
  heard(gateway: NodeName, announcement: RestartAnnouncement, now: Now): number {
    const plan = this.#plans.get(gateway);
    if (plan === undefined) return 500;
    const meaning = meaningOf(announcement, plan);
    if (meaning.kind === "refused") return meaning.code;
    const gathered = this.#gather(gateway, now);
    const names = meaning.endpoints ?? [everyEndpoint];
    for (const name of names) {
      if (meaning.lost) gathered.lost.add(name);
      if (meaning.inService !== null) gathered.service.set(name, meaning.inService);
    }
    if (meaning.endpoints === null && meaning.inService !== null) keepOnly(gathered.service, everyEndpoint);
    const method = `${meaning.endpoints === null ? "" : "endpoint "}${announcement.method ?? unsaidMethod}`;
    gathered.messages.set(method, (gathered.messages.get(method) ?? 0) + 1);
    if (meaning.audit) this.#wantAudit(gateway, now.mono);
    return 200;
  }

  #gather(gateway: NodeName, now: Now): Gathered {
    const known = this.#gathered.get(gateway);
    if (known !== undefined) return known;
    const made: Gathered = { since: now.mono, at: now.wall, lost: new Set(), service: new Map(), messages: new Map() };
    this.#gathered.set(gateway, made);
    return made;
  }

  #wantAudit(gateway: NodeName, now: Instant): void {
    if (this.#audits.has(gateway)) return;
    const again = (this.#audited.get(gateway) ?? Number.NEGATIVE_INFINITY) + this.#policy.auditAgainMs;
    const last = Math.max(this.#lastAuditAt, ...this.#audits.values());
    this.#audits.set(gateway, Math.max(now, again, last + this.#policy.auditSpacingMs));
  }

  /** Something else of this gateway is about to be acted on: what it announced before comes first. */
  before(gateway: NodeName): AnnouncementEffect[] {
    const gathered = this.#gathered.get(gateway);
    if (gathered === undefined) return [];
    this.#gathered.delete(gateway);
    return effectsOf(gateway, gathered);
  }

  /** What is due: a whole gateway at once, endpoints once they were gathered, audits in their turn. */
  tick(now: Instant): AnnouncementEffect[] {
    const effects: AnnouncementEffect[] = [];
    for (const [gateway, gathered] of [...this.#gathered]) {
      if (now < this.#dueAt(gateway, gathered)) continue;
      if (gathered.lost.has(everyEndpoint)) this.#toldWhole.set(gateway, now);
      effects.push(...this.before(gateway));
    }
    for (const [gateway, dueAt] of [...this.#audits]) {
      if (now < dueAt) continue;
      this.#audits.delete(gateway);
      this.#audited.set(gateway, now);
      this.#lastAuditAt = now;
      effects.push({ kind: "audit", gateway });
    }
    return effects;
  }

  #dueAt(gateway: NodeName, { since, lost }: Gathered): Instant {
    const { gatherMs } = this.#policy;
    if (!lost.has(everyEndpoint)) return since + gatherMs;
    return Math.max(since, (this.#toldWhole.get(gateway) ?? Number.NEGATIVE_INFINITY) + gatherMs);
  }

  deadline(): Instant | null {
    let next = Number.POSITIVE_INFINITY;
    for (const [gateway, gathered] of this.#gathered) next = Math.min(next, this.#dueAt(gateway, gathered));
    for (const dueAt of this.#audits.values()) next = Math.min(next, dueAt);
    return next === Number.POSITIVE_INFINITY ? null : next;
  }
}

function keepOnly(service: Map<string, boolean>, name: string): void {
  for (const other of [...service.keys()]) if (other !== name) service.delete(other);
}

function effectsOf(gateway: NodeName, { at, lost, service, messages }: Gathered): AnnouncementEffect[] {
  const effects: AnnouncementEffect[] = [];
  if (lost.has(everyEndpoint)) effects.push({ kind: "connections-lost", gateway, endpoints: null, at });
  else if (lost.size > 0) effects.push({ kind: "connections-lost", gateway, endpoints: [...lost], at });
  const whole = service.get(everyEndpoint);
  if (whole !== undefined) effects.push({ kind: "service-changed", gateway, endpoints: null, inService: whole });
  for (const inService of [true, false]) {
    const endpoints = [...service].filter(([name, value]) => name !== everyEndpoint && value === inService).map(([name]) => name);
    if (endpoints.length > 0) effects.push({ kind: "service-changed", gateway, endpoints, inService });
  }
  for (const [method, count] of messages) {
    const whole = !method.startsWith("endpoint ");
    effects.push({ kind: "announced", gateway, method: method.replace(/^endpoint /, ""), messages: count, whole });
  }
  return effects;
}
