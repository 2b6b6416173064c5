/**
 * Connections of a gateway or a SIP server by the dialog event package (RFC 4235): one-shot polls, or by option a standing subscription whose kept
 * state answers between them. One resource for a whole gateway, or a list where a server tells only about users, such as Kamailio. SIP has no word
 * for a boot and keeps no history. A document that was cut, an empty one, and a resource that did not answer each make the audit incomplete.
 */
import type { Connection } from "../core/calls/connection.ts";
import type { GearProfile } from "../core/gear/gear-profile.ts";
import type { NodeName } from "../core/identity.ts";
import type { AuditFailureKind } from "../core/polling/failure-kind.ts";
import type { HostPort } from "../core/site/site.ts";
import type { Now } from "../core/time.ts";
import type { Dialog } from "../protocols/sip/dialog-info.ts";
import { DialogRows } from "../protocols/sip/dialog-rows.ts";
import type { Credentials } from "../protocols/sip/digest.ts";
import { DigestClient } from "../protocols/sip/digest-client.ts";
import { readableMessage } from "../protocols/sip/encode.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Counters } from "../runtime/counters.ts";
import { noAddress } from "../runtime/no-address.ts";
import { sipDigest } from "../runtime/sip-digest.ts";
import type { MessageTrace, SipSocket, SipTransport } from "../runtime/sip-exchange.ts";
import type { AuditMode, AuditOptions, Auditor, AuditResult } from "./auditor.ts";
import { pollDialogs } from "./sip-poll.ts";
import { sipProfile } from "./sip-profile.ts";
import { StandingSubscription } from "./sip-standing.ts";
import { SipSubscribe } from "./sip-subscribe.ts";
import { createTurns } from "./turns.ts";

export interface SipAuditorOptions {
  readonly gateway: NodeName;
  readonly socket: SipSocket;
  readonly clock: Clock;
  readonly counters: Counters;
  /** Where to ask. */
  readonly address: HostPort;
  readonly transport: SipTransport;
  /** Whom to ask about: `sip:<gateway>@<host>`, or each user of a server. */
  readonly resources: readonly string[];
  readonly credentials: Credentials | null;
  /** Our name, as the gear sees it. */
  readonly sourceName: string;
  /** Of each resource; default 5 s. */
  readonly deadlineMs?: number;
  /** Null: one-shot polls. */
  readonly standing: { readonly expiresSeconds: number; readonly keptMs: number } | null;
}

/** Resources that are asked at the same time. */
const atOnce = 16;
const defaultDeadlineMs = 5_000;

export function createSipAuditor(options: SipAuditorOptions): Auditor {
  const audits = new SipAudits(options);
  const turns = createTurns();
  return {
    audit: (mode, asked = {}) => turns.take("audit", () => audits.run(mode, asked)),
    profile: () => audits.profile,
    close: () => audits.close(),
  };
}

/** What one resource said. */
type Answer =
  | {
      readonly kind: "state";
      readonly resource: string;
      readonly dialogs: readonly Dialog[];
      readonly connections: number | null;
      readonly asked: Now | null;
      readonly received: Now;
      readonly before: Now | null;
      readonly identity: string | null;
    }
  | {
      readonly kind: "failed";
      readonly resource: string;
      readonly failureKind: AuditFailureKind;
      readonly sentence: string;
      readonly answered: boolean;
    };

class SipAudits {
  readonly #options: SipAuditorOptions;
  readonly #subscribe: SipSubscribe;
  readonly #rows: DialogRows;
  readonly #standing = new Map<string, StandingSubscription>();
  readonly #lastHeard = new Map<string, Now>();
  profile: GearProfile | null = null;

  constructor(options: SipAuditorOptions) {
    const { socket, address, transport, sourceName, credentials } = options;
    const digest = credentials === null ? null : new DigestClient(credentials, sipDigest);
    this.#options = options;
    this.#subscribe = new SipSubscribe({ socket, address, transport, sourceName, digest });
    this.#rows = new DialogRows(options.gateway);
  }

  close(): void {
    for (const standing of this.#standing.values()) standing.close();
    this.#standing.clear();
  }

  async run(mode: AuditMode, asked: AuditOptions): Promise<AuditResult> {
    const { clock, resources } = this.#options;
    const startedAt = clock.now();
    const packetsBefore = this.#subscribe.requests;
    const answers: Answer[] = [];
    const rows: Connection[] = [];
    if (mode !== "history") {
      const waiting = [...resources];
      const worker = async (): Promise<void> => {
        for (let resource = waiting.shift(); resource !== undefined; resource = waiting.shift()) {
          const answer = await this.#ask(resource, this.#tracing(asked));
          answers.push(answer);
          if (answer.kind === "failed") continue;
          const found = this.#rowsOf(answer);
          rows.push(...found);
          if (found.length > 0) asked.onRows?.(found);
        }
      };
      await Promise.all(Array.from({ length: Math.min(atOnce, resources.length) }, worker));
    }
    return this.#result(mode, startedAt, answers, rows, this.#subscribe.requests - packetsBefore);
  }

  #tracing({ onExchange }: AuditOptions): MessageTrace | undefined {
    if (onExchange === undefined) return undefined;
    const { clock } = this.#options;
    return (sent, message) => onExchange({ at: clock.now().mono, sent, text: readableMessage(message) });
  }

  async #ask(resource: string, trace: MessageTrace | undefined): Promise<Answer> {
    const { socket, clock, deadlineMs = defaultDeadlineMs, standing } = this.#options;
    if (standing !== null) {
      const subscription = this.#standingOf(resource, standing);
      const state = await subscription.state(trace);
      if (state.kind === "state" || !subscription.refused) return { ...state, resource };
      // It will not have us stand there, which need not keep it from answering; the next audit tries anew.
      subscription.close();
      this.#standing.delete(resource);
    }
    const polled = await pollDialogs({ socket, clock, subscribe: this.#subscribe, deadlineMs }, resource, trace);
    if (polled.kind === "failed") return { ...polled, resource };
    const { info, asked, received, identity } = polled;
    const before = this.#lastHeard.get(resource) ?? null;
    this.#lastHeard.set(resource, received);
    return { kind: "state", resource, dialogs: info.dialogs, connections: info.connections, asked, received, before, identity };
  }

  #standingOf(resource: string, how: { readonly expiresSeconds: number; readonly keptMs: number }): StandingSubscription {
    const known = this.#standing.get(resource);
    if (known !== undefined) return known;
    const { socket, clock, counters, deadlineMs = defaultDeadlineMs } = this.#options;
    const made = new StandingSubscription({ socket, clock, counters, subscribe: this.#subscribe, deadlineMs, ...how }, resource);
    this.#standing.set(resource, made);
    return made;
  }

  #rowsOf(answer: Answer & { kind: "state" }): Connection[] {
    const { resource, dialogs, identity } = answer;
    const rows = this.#rows.rowsOf(resource, dialogs, answer);
    if (missingOf(answer) === 0) this.#rows.keepOnly(resource, dialogs);
    this.profile = sipProfile(this.profile, {
      dialogs,
      connections: answer.connections,
      identity,
      standing: this.#options.standing !== null,
    });
    return rows;
  }

  #result(mode: AuditMode, startedAt: Now, answers: readonly Answer[], rows: readonly Connection[], packets: number): AuditResult {
    const endedAt = this.#options.clock.now();
    const states = answers.filter((answer) => answer.kind === "state");
    const problem = mode === "history" ? null : problemOf(answers, this.#options);
    const counts = states.map(({ connections }) => connections);
    const reached = answers.map((answer) => ({
      column: `dialogs of ${answer.resource}`,
      reachedEnd: answer.kind === "state" && missingOf(answer) === 0,
    }));
    return {
      mode,
      complete: problem === null,
      incompleteBecause: problem?.sentence ?? null,
      failureKind: problem?.kind ?? null,
      tellsBoot: false,
      bootEpoch: answers.some((answer) => answer.kind === "state" || answer.answered) || mode === "history" ? 0 : null,
      uptimeBefore: null,
      uptimeTicks: null,
      engineBoots: null,
      columns: reached,
      rows,
      rowsRead: rows.length,
      partialRows: 0,
      ended: [],
      scalarCount: counts.length === answers.length && counts.length > 0 && !counts.includes(null) ? sumOf(counts) : null,
      rttMs: rttOf(states),
      packets,
      durationMs: endedAt.mono - startedAt.mono,
      clockErrorMs: rows.length === 0 ? null : Math.max(...rows.map(({ clockErrorMs }) => clockErrorMs)),
      startedAt,
      endedAt,
    };
  }
}

function sumOf(counts: readonly (number | null)[]): number {
  return counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

function rttOf(states: readonly (Answer & { kind: "state" })[]): number | null {
  const measured = states.flatMap(({ asked, received }) => (asked === null ? [] : [received.mono - asked.mono]));
  return measured.length === 0 ? null : Math.max(...measured);
}

/** Connections that the notifier counts, but had no room for. */
function missingOf({ connections, dialogs }: Answer & { kind: "state" }): number {
  return connections === null ? 0 : Math.max(0, connections - dialogs.length);
}

function problemOf(
  answers: readonly Answer[],
  { resources: { length: asked }, address }: SipAuditorOptions,
): { readonly kind: AuditFailureKind; readonly sentence: string } | null {
  if (asked === 0) return { kind: "other", sentence: "no resource is configured to ask about" };
  const failed = answers.filter((answer) => answer.kind === "failed");
  const first = failed[0];
  if (first !== undefined) {
    // Of the gear as a whole: no resource has a part in it.
    if (first.sentence === noAddress(address.host)) return { kind: first.failureKind, sentence: first.sentence };
    const among = asked === 1 ? "" : `${failed.length} of ${asked} resources did not tell; `;
    return { kind: first.failureKind, sentence: `${among}${first.resource}: ${first.sentence}` };
  }
  for (const answer of answers) {
    const missing = answer.kind === "state" ? missingOf(answer) : 0;
    if (answer.kind !== "state" || missing === 0) continue;
    const sentence = `${answer.resource}: the document has room for ${answer.dialogs.length} of ${answer.connections} connections; ask over TCP`;
    return { kind: "other", sentence };
  }
  return null;
}
