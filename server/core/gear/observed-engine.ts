/** What the files of the machine for observed calls share. Nothing here decides when; see observed-calls.ts for the face. */
import type { PollJudge } from "../calls/complete-poll.ts";
import type { EndedConnection } from "../calls/connection.ts";
import type { ConnectionTable } from "../calls/connection-table.ts";
import type { DeadlineQueue } from "../deadline-queue.ts";
import type { Epoch, NodeName } from "../identity.ts";
import type { Instant, Now, WallTime } from "../time.ts";
import type { Severity } from "../timeline/journal-event.ts";
import type { EndedCall, EndedCalls } from "./ended-calls.ts";
import type { LegSighting } from "./leg-sighting.ts";
import type { ObservedEffect, ObservedGear, ObservedPolicy } from "./observed-event.ts";
import { observedRecord } from "./observed-record.ts";

/** One gear, and what was seen of it. Changed in place. */
export interface WatchedGear {
  spec: ObservedGear;
  readonly judge: PollJudge;
  /** By leg text: of the legs in the table those of this gear, which are all of one boot. */
  readonly sightings: Map<string, LegSighting>;
  /** History rows of legs that the table still has, by leg text. */
  readonly told: Map<string, EndedConnection>;
  engineBoots: number | null;
  /** When its last poll began, and its last complete one. */
  polledAt: Instant | null;
  completeAt: Instant | null;
  /** A read of its history is under way since; null = none is. */
  historyAskedAt: Instant | null;
  /** When its history was read to the end last, and from when on the next read must tell. */
  historyReadAt: Instant | null;
  historySince: WallTime | null;
  /** Ends that its history may tell: the earliest of them, and when polls found the last one. */
  awaitedFrom: WallTime | null;
  awaitedAt: Instant | null;
}

export interface ObservedEngine {
  readonly self: NodeName;
  readonly policy: ObservedPolicy;
  /** Every leg that is up, as far as polls know. */
  readonly table: ConnectionTable;
  readonly gear: Map<NodeName, WatchedGear>;
  readonly ended: EndedCalls;
  /** Calls whose records wait for a history, by when they are written without. */
  writes: DeadlineQueue<string>;
  /** Calls that were recorded lately, or need no record: a history tells of them again, and some go on in a leg that was not seen before. */
  readonly settled: EndedCalls;
  /** Under which this server holds the title; null: it does not, and writes nothing. */
  title: Epoch | null;
  /** Since when; a moment long past while it does not. */
  titleAt: Instant;
  readonly counters: Map<string, number>;
  now: Now;
  /** Both clocks when they last moved apart; null before the first event. */
  clocksAt: Now | null;
  effects: ObservedEffect[];
}

export function count(engine: ObservedEngine, name: string, times = 1): void {
  if (times === 0) return;
  engine.counters.set(name, (engine.counters.get(name) ?? 0) + times);
}

export function journal(
  engine: ObservedEngine,
  what: string,
  severity: Severity,
  text: string,
  data: Readonly<Record<string, unknown>>,
): void {
  engine.effects.push({ kind: "journal", what, severity, text, data });
}

/** Where the last leg of the call is gone, the call is over: the title holder records it, now or when its history was asked. */
export function considerOver(engine: ObservedEngine, callId: string): void {
  const call = engine.ended.get(callId);
  if (call === null || engine.table.ofCall(callId).length > 0) return;
  if (call.overAt === null) engine.ended.close(call, engine.now.mono);
  if (engine.title !== null) recordOrWait(engine, call);
}

/** A leg that only a history told of may have others that another history tells a moment later. */
export function recordOrWait(engine: ObservedEngine, call: EndedCall): void {
  const { policy, now, writes } = engine;
  const waits = call.legs.some((one) => one.awaitsHistory) || call.legs.every((one) => one.sighting === null);
  const until = Math.max(call.overAt ?? now.mono, engine.titleAt) + policy.historyWaitMs;
  if (waits && until > now.mono) writes.set(call.callId, until);
  else record(engine, call);
}

/** Whatever is known now: one record for each call, and another only where it went on. */
export function record(engine: ObservedEngine, call: EndedCall): void {
  const { ended, writes, settled, now, title, self } = engine;
  ended.remove(call);
  writes.set(call.callId, null);
  settled.enter(call, now.mono);
  const written = observedRecord(call.callId, call.legs, { self, writtenAt: now.wall, epochs: title === null ? [] : [title] });
  if (written === null) {
    count(engine, "calls.unanswered");
    return;
  }
  count(engine, written.outcome === "lost" ? "calls.lost" : "calls.recorded");
  engine.effects.push({ kind: "store-record", record: written });
}

/** The exact ends of what polls found gone, and calls that were too short for polls. Only the title holder reads; one read at a time. */
export function askHistory(engine: ObservedEngine, gear: WatchedGear): void {
  const { policy, now, title } = engine;
  // Before the first complete poll nothing is known of its boot.
  if (title === null || !gear.spec.keepsHistory || gear.completeAt === null) return;
  if (gear.historyAskedAt !== null && now.mono - gear.historyAskedAt < policy.historyOverdueMs) return;
  const awaited = gear.awaitedAt !== null && now.mono - gear.awaitedAt <= policy.historyWaitMs;
  if (!awaited) gear.awaitedFrom = null;
  if (!awaited && gear.historyReadAt !== null && now.mono - gear.historyReadAt < policy.historyEveryMs) return;
  gear.historyAskedAt = now.mono;
  const since = gear.historySince ?? now.wall - policy.historyMarginMs;
  engine.effects.push({ kind: "read-history", gateway: gear.spec.gateway, since: Math.min(since, gear.awaitedFrom ?? since) });
}
