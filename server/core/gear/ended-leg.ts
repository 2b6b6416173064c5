/** A leg of observed gear that has ended: when it began, was answered and ended, each with its source and error; and what its gear told at last. */
import type { RecordedInstant, RecordOutcome } from "../calls/call-record.ts";
import type { Connection, EndedConnection, LegKey } from "../calls/connection.ts";
import type { WallTime } from "../time.ts";
import { isStamp, type LegRun, type LegSighting } from "./leg-sighting.ts";

/** What both a row of the active table and one of the history tell. */
export type LegFacts = Pick<
  Connection,
  | "gateway"
  | "bootEpoch"
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
 * which each server reckons for itself, and which drifts. But some agents count the same boots after every restart, and a server that began to
 * read later cannot know: so the two minutes of the set-up are always in it. In two boots the set-ups with the same ticks lie as far apart as
 * the boots, so they get two ids unless the gear restarted after less than that; a server that saw both calls then counts the namesakes.
 * A set-up that the gear did not stamp is another instant for each server: there the boots must do, or the week, where it has none.
 * The limits: a set-up as near to the end of two minutes as the servers' clocks are apart may get two ids (of 1,000 set-ups one, at
 * 100 ms), which yields two records only where both servers write one, at a change of the title. A server that did not see the first of two
 * namesakes does not count it. And where neither set-ups are stamped nor boots change, namesakes are told apart only while the first is remembered.
 */
export function derivedCallId(leg: DerivedFrom, { engineBoots, namesakes }: LegRun): string {
  const { gateway, setupTicks, index } = leg;
  const boot = [...(engineBoots === null ? [] : [`b${engineBoots}`]), ...nameOfSetup(leg, engineBoots)].join(".");
  return `${gateway}/${boot || "-"}/${setupTicks}.${index}${namesakes === 0 ? "" : `~${namesakes}`}`;
}

type DerivedFrom = Pick<Connection, "gateway" | "setupTicks" | "index" | "setupAt"> & Partial<Pick<Connection, "detail">>;

function nameOfSetup({ setupAt, detail }: DerivedFrom, engineBoots: number | null): readonly string[] {
  if (setupAt === null) return [];
  if (isStamp(detail?.setupFrom ?? null)) return [`t${Math.floor(setupAt / namedToMs)}`];
  return engineBoots === null ? [`w${Math.floor(setupAt / weekMs)}`] : [];
}

/** Less than recorded calls are kept for, so that namesakes are still known: see `settledMs`. */
const namedToMs = 2 * 60_000;
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
