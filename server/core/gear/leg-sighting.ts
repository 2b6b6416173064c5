/**
 * When a leg was seen: what its row does not tell. A row is true of some moment of its poll, and of which one the gear does not say. So
 * what was seen counts from the poll's beginning where it is the earliest instant that matters, and from its end where it is the latest.
 */
import type { RecordedInstant } from "../calls/call-record.ts";
import type { Connection, TimingSource } from "../calls/connection.ts";
import { isConnected } from "../calls/connection-table.ts";
import { betweenInstants } from "../calls/record-builder.ts";
import type { Instant, Now, WallTime } from "../time.ts";
import { type CounterWatch, noCounters, watchCounters } from "./stuck-legs.ts";

/** Changed in place: one for each leg. */
export interface LegSighting {
  /** When the last complete poll before began, which lacked it; null where there was none. */
  readonly absentAt: Instant | null;
  /** The end of the poll that first had it. */
  readonly seenBy: Instant;
  /** The beginning of the last poll that had it, not connected; null where it never was seen so. */
  idleAt: Instant | null;
  /** The end of the poll that first had it connected. */
  activeBy: Instant | null;
  counters: CounterWatch;
  /** snmpEngineBoots at first sight: exact, the same for every server. */
  readonly engineBoots: number | null;
  /** Calls of earlier runs of its gear that have the id which this one would have: see derivedCallId. */
  readonly namesakes: number;
}

/** What both the gear and this server tell of the run in which a leg was set up. */
export type LegRun = Pick<LegSighting, "engineBoots" | "namesakes">;

/** A poll, as far as sightings go. */
export interface PollWindow {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

export function firstSighting(window: PollWindow, absentAt: Instant | null, run: LegRun): LegSighting {
  return { absentAt, seenBy: window.endedAt, idleAt: null, activeBy: null, counters: noCounters, ...run };
}

export function noteSighting(sighting: LegSighting, row: Connection, window: PollWindow): void {
  if (isConnected(row)) sighting.activeBy ??= window.endedAt;
  else if (sighting.activeBy === null) sighting.idleAt = window.startedAt;
  sighting.counters = watchCounters(sighting.counters, row);
}

/** Wall time moved forward: the machine may have slept, and the monotonic clock with it. What was seen before may be that much older. */
export function sleptOver(sighting: LegSighting, sleptMs: number): LegSighting {
  const earlier = (at: Instant | null): Instant | null => (at === null ? null : at - sleptMs);
  return { ...sighting, absentAt: earlier(sighting.absentAt), idleAt: earlier(sighting.idleAt) };
}

/** Only such stamps say when; the others only how late at most. */
export function isStamp(source: TimingSource | null): boolean {
  return source !== "packets" && source !== "first-seen";
}

function wallOf(at: Instant, now: Now): WallTime {
  return now.wall - (now.mono - at);
}

export function startOfLeg(row: Connection, sighting: LegSighting, now: Now, longestMs: number): RecordedInstant {
  const stamped = stampOf(row, row.setupAt, row.detail?.setupFrom ?? null);
  if (stamped !== null) return stamped;
  return within([sighting.absentAt], sighting.seenBy, { row, stamp: row.setupAt, now, longestMs });
}

/** Null for a leg that was never connected, as far as anybody saw. */
export function answerOfLeg(row: Connection, sighting: LegSighting, now: Now, longestMs: number): RecordedInstant | null {
  const stamped = stampOf(row, row.connectAt, row.detail?.connectFrom ?? null);
  if (stamped !== null) return stamped;
  if (sighting.activeBy === null) return null;
  return within([sighting.absentAt, sighting.idleAt], sighting.activeBy, { row, stamp: row.connectAt, now, longestMs });
}

function stampOf(row: Connection, at: WallTime | null, from: TimingSource | null): RecordedInstant | null {
  if (at === null || !isStamp(from)) return null;
  return { at, source: from === "signalling" ? "signalling" : "gateway", errorMs: row.clockErrorMs };
}

interface Bounds {
  readonly row: Connection;
  /** Of a source that only says how late at most. */
  readonly stamp: WallTime | null;
  readonly now: Now;
  readonly longestMs: number;
}

/**
 * No earlier than any of those instants and the set-up, no later than the sighting. Where nothing says how early, the leg was up when this
 * server first looked: then the latest possible instant is taken, so that nobody is billed for what nobody saw, and the error says the rest.
 */
function within(earliest: readonly (Instant | null)[], latest: Instant, { row, stamp, now, longestMs }: Bounds): RecordedInstant {
  const seenBy = wallOf(latest, now);
  const upper = stamp === null ? seenBy : Math.min(seenBy, stamp + row.clockErrorMs);
  const lower = earliest.flatMap((at) => (at === null ? [] : [wallOf(at, now)]));
  const setup = stampOf(row, row.setupAt, row.detail?.setupFrom ?? null);
  if (setup !== null) lower.push(setup.at - setup.errorMs);
  return lower.length === 0 ? { at: upper, source: "poll", errorMs: longestMs } : betweenInstants(Math.max(...lower), upper);
}
