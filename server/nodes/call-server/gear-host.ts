/**
 * Gear that Tandem did not make (core/gear/observed-calls): every server reads it; the title holder points at itself what takes commands, and writes the
 * records of its calls. Such gear cannot fence. What is sent to it asks for the title before each transmission, so that an overlap is bounded.
 */
import type { CallRecord } from "../../core/calls/call-record.ts";
import type { Connection } from "../../core/calls/connection.ts";
import { ObservedCalls } from "../../core/gear/observed-calls.ts";
import { type AdoptedGear, defaultObservedPolicy, type ObservedEffect, type ObservedEvent } from "../../core/gear/observed-event.ts";
import { defaultStuckPolicy } from "../../core/gear/stuck-legs.ts";
import type { Epoch, NodeName } from "../../core/identity.ts";
import type { PollMode } from "../../core/polling/poll-event.ts";
import type { Reachability } from "../../core/polling/reachability.ts";
import type { GearSpec } from "../../core/site/gear.ts";
import type { GearHealth, GearReachability, StuckConnection } from "../../core/status/gear-status.ts";
import type { Now, WallTime } from "../../core/time.ts";
import type { GatewayStage } from "../../core/timeline/failover-log.ts";
import { unreachable } from "../../core/unreachable.ts";
import type { AuditPorts } from "../../drivers/audit-ports.ts";
import type { AuditOptions, AuditResult } from "../../drivers/auditor.ts";
import type { CommandAuthority } from "../../drivers/gateway-driver.ts";
import { createGearDriver, type GearDriver } from "../../drivers/gear-driver.ts";
import { soundProfilesIn } from "../../drivers/snmp/shipped-profiles.ts";
import type { SnmpProfile } from "../../drivers/snmp/snmp-profile.ts";
import { createUnusableGear } from "../../drivers/unusable-gear.ts";
import type { TandemNode } from "../node.ts";
import { activePollOf } from "./active-poll.ts";
import { GearSession } from "./gear-session.ts";
import type { PollingHost } from "./polling-host.ts";
import { TrapHost } from "./trap-host.ts";

export interface GearHooks {
  titled(): boolean;
  storeRecord(record: CallRecord): void;
  onStage(gear: NodeName, stage: GatewayStage, detail: { connections?: number; calls?: number; note?: string }): void;
  onAdopted(gears: readonly AdoptedGear[]): void;
}

/** Named in one answer. */
const mostStuck = 100;

export class GearHost {
  readonly observed: ObservedCalls;
  readonly sessions = new Map<NodeName, GearSession>();
  readonly #node: TandemNode;
  readonly #polling: PollingHost;
  readonly #hooks: GearHooks;
  readonly #traps: TrapHost;
  #epoch: Epoch | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(node: TandemNode, polling: PollingHost, hooks: GearHooks) {
    this.#node = node;
    this.#polling = polling;
    this.#hooks = hooks;
    this.#traps = new TrapHost(node, polling);
    this.observed = new ObservedCalls(node.name, defaultObservedPolicy);
  }

  async open(ports: AuditPorts): Promise<void> {
    const { site, journal } = this.#node;
    const { profiles, problems } =
      site.snmpProfiles === null ? { profiles: [], problems: [] } : soundProfilesIn(this.#node.beside(site.snmpProfiles));
    for (const problem of problems) journal.append("profile-refused", "alarm", `An SNMP profile is left out: ${problem}`, {});
    for (const spec of [...site.gear].sort((a, b) => a.priority - b.priority)) {
      const driver = await this.#driverOf(spec, ports, profiles);
      const session = new GearSession(spec, driver);
      this.sessions.set(spec.name, session);
      const pollMs = spec.pollSeconds * 1_000;
      this.#deliver({ kind: "gear-added", gear: { gateway: spec.name, pollMs, keepsHistory: keepsHistory(spec) } });
      const { packetsPerSecond, polled } = spec;
      this.#polling.add({ gateway: spec.name, intervalMs: pollMs, packetsPerSecond, polled }, (mode, onExchange) =>
        this.#audit(session, mode, onExchange),
      );
    }
    await this.#traps.open(this.sessions.values());
  }

  /** Gear is only observed: what is wrong with its part of the file never keeps a server from looking after calls. */
  async #driverOf(spec: GearSpec, ports: AuditPorts, profiles: readonly SnmpProfile[]): Promise<GearDriver> {
    const { name } = spec;
    try {
      return await createGearDriver({
        spec,
        ports,
        profiles,
        authority: () => this.#authority(),
        onReachability: (now) => this.#onReachability(name, now),
      });
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error);
      this.#node.journal.append("gear-off", "alarm", `${name} is not audited: ${because}`, { gear: name });
      return createUnusableGear(name, this.#node.clock, because);
    }
  }

  /** Null: this server closes. */
  async #audit(session: GearSession, mode: PollMode, onExchange: AuditOptions["onExchange"]): Promise<AuditResult | null> {
    const result = await session.audit(mode, { mayCommand: () => this.#hooks.titled(), ...(onExchange && { onExchange }) });
    if (result !== null) this.#deliver({ kind: "poll-finished", poll: activePollOf(session.name, result) });
    return result;
  }

  addressOf(name: NodeName): string {
    const session = this.sessions.get(name);
    return session === undefined ? "" : addressOf(session.spec);
  }

  /** @param silentSince until when the title holder before was surely at work; null where nobody knows */
  titleGained(epoch: Epoch, silentSince: WallTime | null): void {
    this.#epoch = epoch;
    this.#deliver({ kind: "title-gained", epoch, silentSince });
    for (const session of this.sessions.values()) void this.#takeOver(session, epoch);
  }

  titleLost(): void {
    if (this.#epoch === null) return;
    this.#epoch = null;
    this.#deliver({ kind: "title-lost" });
  }

  health(): GearHealth[] {
    const now = this.#node.clock.now();
    const stuck = new Map<NodeName, number>();
    for (const { connection } of this.observed.stuckLegs(now, defaultStuckPolicy))
      stuck.set(connection.gateway, (stuck.get(connection.gateway) ?? 0) + 1);
    const calls = new Map<NodeName, number>();
    for (const call of this.observed.calls(now))
      for (const gateway of new Set(call.legs.map((leg) => leg.connection.gateway))) calls.set(gateway, (calls.get(gateway) ?? 0) + 1);
    return [...this.sessions.values()].flatMap((session) => {
      const polling = this.#polling.figures(session.name);
      if (polling === null) return [];
      const read = polling.lastCompleteAt !== null;
      const { spec, driver } = session;
      return {
        name: spec.name,
        kind: spec.kind,
        protocol: spec.audit.protocol,
        control: spec.control,
        address: addressOf(spec),
        profile: driver.auditor.profile()?.name ?? null,
        polling,
        legs: read ? this.observed.legsAt(spec.name) : null,
        calls: read ? (calls.get(spec.name) ?? 0) : null,
        stuck: read ? (stuck.get(spec.name) ?? 0) : null,
        reachability: driver.ping && reachabilityOf(driver.ping.reachability, now),
      };
    });
  }

  stuckAt(gateway: NodeName): StuckConnection[] {
    const found: StuckConnection[] = [];
    for (const { connection, reason, text, forMs } of this.observed.stuckLegs(this.#node.clock.now(), defaultStuckPolicy)) {
      if (connection.gateway !== gateway || found.length >= mostStuck) continue;
      found.push({ ...namesOf(connection), reason, text, forMs: Math.round(forMs) });
    }
    return found;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#traps.close();
    await Promise.all([...this.sessions.values()].map((session) => session.close()));
  }

  #authority(): CommandAuthority | null {
    const epoch = this.#epoch;
    return epoch === null ? null : { epoch: epoch.number, permit: () => this.#epoch === epoch && this.#hooks.titled() };
  }

  async #takeOver(session: GearSession, epoch: Epoch): Promise<void> {
    const authority = this.#authority();
    const { name } = session;
    this.#polling.request(name, "failure-elsewhere", "liveness");
    if (authority === null) return;
    try {
      const result = await session.connect(authority);
      if (result === null || this.#epoch !== epoch) return;
      if (result.kind === "connected") this.#hooks.onStage(name, "connected", {});
      else
        this.#hooks.onStage(name, "connected", {
          note: result.kind === "refused" ? `refused: ${result.code} ${result.comment}` : result.reason,
        });
    } catch (error) {
      this.#node.log.error(`pointing ${name} here`, error);
    }
  }

  /** An audit says more than a ping: whether its calls are still there. */
  #onReachability(name: NodeName, { state, misses }: Reachability): void {
    if (this.#closed || state === "unknown") return;
    if (state === "down")
      this.#node.journal.append("gear-silent", "warn", `${name} left ${misses} OPTIONS in a row unanswered.`, { gear: name });
    else this.#node.journal.append("gear-answers", "note", `${name} answers OPTIONS.`, { gear: name });
    this.#polling.request(name, "reachability", "liveness");
  }

  #deliver(event: ObservedEvent): void {
    if (this.#closed) return;
    for (const effect of this.observed.step(event, this.#node.clock.now())) this.#perform(effect);
    this.#arm();
  }

  #arm(): void {
    if (this.#timer) clearTimeout(this.#timer);
    const due = this.observed.deadline();
    if (due === null) return;
    this.#timer = setTimeout(() => this.#deliver({ kind: "deadline-passed" }), Math.max(1, Math.ceil(due - this.#node.clock.now().mono)));
  }

  #perform(effect: ObservedEffect): void {
    switch (effect.kind) {
      case "store-record":
        this.#hooks.storeRecord(effect.record);
        break;
      case "read-history":
        this.#readHistory(effect.gateway, effect.since).catch((error: unknown) =>
          this.#node.log.error(`history of ${effect.gateway}`, error),
        );
        break;
      case "gear-adopted":
        this.#hooks.onAdopted(effect.gears);
        break;
      case "journal":
        this.#node.journal.append(effect.what, effect.severity, effect.text, effect.data);
        break;
      default:
        unreachable(effect);
    }
  }

  async #readHistory(gateway: NodeName, since: WallTime): Promise<void> {
    const session = this.sessions.get(gateway);
    if (session === undefined) return;
    const result = await session.driver.auditor.audit("history", { endedSince: since });
    this.#deliver({ kind: "history-read", gateway, startedAt: result.startedAt.mono, rows: result.ended, complete: result.complete });
  }
}

/** Whether it does is found out at first contact; a history that is not there is read as empty, and costs one question. */
function keepsHistory({ audit }: GearSpec): boolean {
  return audit.protocol === "snmp";
}

function reachabilityOf({ state, since, misses }: Reachability, now: Now): GearReachability {
  return { state, forMs: now.mono - since, misses };
}

function addressOf({ audit }: GearSpec): string {
  return audit.protocol === "rpc" ? audit.url : `${audit.address.host}:${audit.address.port}`;
}

function namesOf({ endpoint, detail, callId }: Connection) {
  return { endpoint, legName: detail?.legName ?? null, callId };
}
