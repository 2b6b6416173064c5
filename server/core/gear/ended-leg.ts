/** A leg of observed gear that has ended: when it began, was answered and ended, each with its source and error; and what its gear told at last. */
import type { RecordedInstant, RecordOutcome } from "../calls/call-record.ts";
import type { Connection, EndedConnection, LegKey } from "../calls/connection.ts";
import type { WallTime } from "../time.ts";
import type { LegSighting } from "./leg-sighting.ts";

/** What both a row of the active table and one of the history tell. */
export type LegFacts = Pick<
  Connection,
  | "gateway"
  | "setupTicks"
  | "index"
  | "callId"
  | "endpoint"
  | "origin"
  | "localNumber"
  | "peerNumber"
  | "localAddress"
  | "remoteAddress"
  | "codec"
  | "qos"
  | "media"
> & { readonly carries: Connection["carries"] };

export interface EndedObservedLeg {
  readonly leg: LegFacts;
  readonly start: RecordedInstant;
  readonly answer: RecordedInstant | null;
  readonly end: RecordedInstant;
  readonly outcome: RecordOutcome;
  /** Q.850. */
  readonly cause: number | null;
  readonly releasedHere: boolean | null;
  /** A history may tell its end exactly, and has not yet. */
  readonly awaitsHistory: boolean;
  /** How it was seen while it was up; null for a leg that only a history told of. */
  readonly sighting: LegSighting | null;
}

/**
 * The call's id where the gear tells none: it must be the same on every server that reads the gear, and another one after the gear restarted and
 * counts its set-ups from zero again. So the boot is named by snmpEngineBoots, which all read alike, and never by the instant of the boot,
 * which each server reckons for itself and may round to another second. Where the gear has no engine boots, the week of the set-up names it.
 * The limits: two servers that read a set-up in the very seconds in which a week ends, at 00:00 UTC on a Thursday, may name two weeks; and a
 * leg of a later boot in the same week may have the same set-up ticks and index, or in any week where the gear stamps no set-up either.
 */
export function derivedCallId({ gateway, setupTicks, index, setupAt }: DerivedFrom, engineBoots: number | null): string {
  const boot = engineBoots !== null ? `b${engineBoots}` : setupAt !== null ? `w${Math.floor(setupAt / weekMs)}` : "-";
  return `${gateway}/${boot}/${setupTicks}.${index}`;
}

type DerivedFrom = Pick<Connection, "gateway" | "setupTicks" | "index" | "setupAt">;

const weekMs = 7 * 24 * 3_600_000;

/** Names a leg among those of its gateway's present boot, however the gear, its history or this server call that boot. */
export function legText({ setupTicks, index }: Pick<LegKey, "setupTicks" | "index">): string {
  return `${setupTicks}.${index}`;
}

/** What its history says of a leg that was seen: exact, so it takes the place of what polls left open. */
export function toldByHistory(seen: EndedObservedLeg, row: EndedConnection): EndedObservedLeg {
  const told = legOfHistory(row);
  const exact = (a: RecordedInstant | null, b: RecordedInstant | null) => (a === null || (b !== null && b.errorMs < a.errorMs) ? b : a);
  return {
    leg: { ...seen.leg, media: row.media ?? seen.leg.media },
    start: exact(seen.start, told.start)!,
    answer: exact(seen.answer, told.answer),
    end: told.end,
    outcome: seen.outcome,
    cause: told.cause,
    releasedHere: told.releasedHere,
    awaitsHistory: false,
    sighting: seen.sighting,
  };
}

/** A leg that no poll saw: its call was too short, or nobody looked. */
export function legOfHistory(row: EndedConnection): EndedObservedLeg {
  const stamp = (at: WallTime): RecordedInstant => ({ at, source: "history", errorMs: row.clockErrorMs });
  return {
    leg: { ...row, carries: null },
    start: stamp(row.setupAt),
    answer: row.connectAt === null ? null : stamp(row.connectAt),
    end: stamp(row.endAt),
    outcome: "answered",
    cause: row.cause,
    releasedHere: row.releasedHere,
    awaitsHistory: false,
    sighting: null,
  };
}

/** Whether the history row is about that leg: gear uses set-up ticks again in a later boot. */
export function isOfLeg(row: EndedConnection, start: RecordedInstant, lastSeenAt: WallTime): boolean {
  const slackMs = row.clockErrorMs + sameLegSlackMs;
  return Math.abs(row.setupAt - start.at) <= start.errorMs + slackMs && row.endAt >= lastSeenAt - slackMs;
}

const sameLegSlackMs = 2_000;

/** Wall time was moved: set back, or set forward or slept over, which nobody can tell apart. See clock-step.ts of the call engine. */
export function movedLeg(ended: EndedObservedLeg, stepMs: number): EndedObservedLeg {
  const moved = (one: RecordedInstant): RecordedInstant =>
    stepMs < 0 ? { ...one, at: one.at + stepMs } : { ...one, errorMs: one.errorMs + stepMs };
  return { ...ended, start: moved(ended.start), answer: ended.answer && moved(ended.answer), end: moved(ended.end) };
}
