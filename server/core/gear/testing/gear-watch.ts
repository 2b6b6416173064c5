/** One server that watches one gear, poll by poll, for tests of what it makes of it. Wall time is `wallOffset` ahead of the monotonic clock. */
import type { CallRecord } from "../../calls/call-record.ts";
import type { ActivePoll } from "../../calls/complete-poll.ts";
import type { Connection, EndedConnection } from "../../calls/connection.ts";
import { auditedLeg } from "../../calls/testing/audited-leg.ts";
import { ObservedCalls } from "../observed-calls.ts";
import { defaultObservedPolicy, type ObservedEffect, type ObservedEvent, type ObservedPolicy } from "../observed-event.ts";

export const wallOffset = 1_000_000;
export const noCounters = {
  octetsSent: null,
  octetsReceived: null,
  packetsLost: null,
  jitterMs: null,
  longestSilenceMs: null,
  modelled: false,
};

/** One server that holds the title and polls `gw-1`, whose agent runs since long before. */
export class Watch {
  readonly calls: ObservedCalls;
  readonly records: CallRecord[] = [];
  effects: readonly ObservedEffect[] = [];
  step = 0;

  constructor({ keepsHistory = false, titled = true, policy = {} as Partial<ObservedPolicy> } = {}) {
    this.calls = new ObservedCalls("cs-a", { ...defaultObservedPolicy, ...policy });
    this.tell(0, { kind: "gear-added", gear: { gateway: "gw-1", pollMs: 5_000, keepsHistory } });
    if (titled) this.gain(0, null);
  }

  tell(at: number, event: ObservedEvent): readonly ObservedEffect[] {
    this.effects = this.calls.step(event, { mono: at, wall: at + wallOffset + this.step });
    for (const effect of this.effects) if (effect.kind === "store-record") this.records.push(effect.record);
    return this.effects;
  }

  gain(at: number, silentSince: number | null) {
    const since = silentSince === null ? null : silentSince + wallOffset;
    return this.tell(at, { kind: "title-gained", silentSince: since, epoch: { number: 7, server: "cs-a" } });
  }

  poll(at: number, rows: readonly Partial<Connection>[], change: Partial<ActivePoll> = {}) {
    const poll: ActivePoll = {
      gateway: "gw-1",
      startedAt: at,
      startedWall: at + wallOffset + this.step,
      endedAt: at,
      endedWall: at + wallOffset + this.step,
      failure: null,
      uptimeBefore: at / 10 + 100_000,
      uptimeAfter: at / 10 + 100_000,
      engineBoots: 3,
      columns: [{ column: "state", reachedEnd: true }],
      activeCount: null,
      rows: rows.map((row) => leg({ seenAt: at, ...row })),
      partialRows: 0,
      ...change,
    };
    return this.tell(at, { kind: "poll-finished", poll });
  }

  history(at: number, rows: readonly Partial<EndedConnection>[], complete = true) {
    return this.tell(at, { kind: "history-read", gateway: "gw-1", startedAt: at, rows: rows.map(ended), complete });
  }

  pass(at: number) {
    return this.tell(at, { kind: "deadline-passed" });
  }

  reads(): number[] {
    return this.effects.flatMap((one) => (one.kind === "read-history" ? [one.since - wallOffset] : []));
  }
}

/** Set up and connected at 1 s, to the tick. */
export function leg(change: Partial<Connection>): Connection {
  return auditedLeg({
    gateway: "gw-1",
    endpoint: "port-1",
    callId: "call-1",
    setupTicks: 100,
    localNumber: "100",
    peerNumber: "200",
    codec: "PCMU",
    setupAt: wallOffset + 1_000,
    connectAt: wallOffset + 1_000,
    clockErrorMs: 10,
    ...change,
  });
}

function ended(change: Partial<EndedConnection>): EndedConnection {
  const { state, carries, connectionId, seenAt, source, detail, ...facts } = leg({});
  const told = { endAt: wallOffset + 12_000, cause: 16, releasedHere: true, setupAt: wallOffset + 1_000 };
  return { ...facts, ...told, ...change };
}

/** Gear that stamps nothing. */
export const bare = { setupAt: null, connectAt: null };
