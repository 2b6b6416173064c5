/**
 * Channels that were tried in vain. One that was given up may come to be after all, later than its command waited, and somebody may answer
 * there: what it tells is neither the answer of the call nor its end.
 */
import type { Connection, EndedConnection } from "./connection.ts";

export type Leg = Connection | EndedConnection;

export interface KnownLegs {
  readonly history: readonly EndedConnection[];
  readonly active: readonly Connection[];
}

/**
 * The call's own called leg is the one that was connected together with the calling leg, which is cut through when the called party answers:
 * what was answered later than that, or had ended before, is not, even where nothing is known of another.
 */
export function withoutVain<T extends KnownLegs>(legs: T): T {
  const rows = [...legs.history, ...legs.active];
  const calling = rows.find((row) => row.origin === "answer" && row.connectAt !== null) ?? null;
  if (calling === null) return withoutGivenUp(legs);
  const answered = rows.filter((row) => row.origin === "originate" && row.connectAt !== null && !isInVain(row, calling));
  // While nobody is in control several may be answered and none be cut through: the one that stood to the end is the call's.
  const standing = answered.filter((row) => !isGivenUp(row, calling));
  const called = standing.length > 0 ? standing : answered;
  const apartMs = (row: Leg): number => Math.abs(row.connectAt! - calling.connectAt!);
  const own = called.length === 0 ? null : called.reduce((best, row) => (apartMs(row) < apartMs(best) ? row : best));
  const mayBeOwn = (row: Leg): boolean =>
    own === null ? !isInVain(row, calling) : row.gateway === own.gateway && row.endpoint === own.endpoint;
  const kept = (row: Leg): boolean => row.origin !== "originate" || mayBeOwn(row);
  return { ...legs, history: legs.history.filter(kept), active: legs.active.filter(kept) };
}

/** The caller was never cut through. */
function withoutGivenUp<T extends KnownLegs>(legs: T): T {
  const calling = legs.history.find((row) => row.origin === "answer") ?? null;
  if (calling === null) return legs;
  return { ...legs, history: legs.history.filter((row) => row.origin !== "originate" || !isGivenUp(row, calling)) };
}

/** A server deleted the channel, and its caller went on. */
function isGivenUp(called: Leg, calling: Leg): boolean {
  if (!("endAt" in called) || called.releasedHere !== false) return false;
  return !("endAt" in calling) || called.endAt + doubtMs(called, calling) < calling.endAt;
}

/** The caller was cut through to somebody else: before this party answered, or when it had gone already. */
function isInVain(called: Leg, calling: Leg): boolean {
  if (isAnsweredLater(called, calling)) return true;
  return "endAt" in called && calling.connectAt !== null && called.endAt + doubtMs(called, calling) < calling.connectAt;
}

/** The caller was cut through to somebody else before this party answered. */
export function isAnsweredLater(called: Leg, calling: Leg | null): boolean {
  if (calling === null || called.connectAt === null || calling.connectAt === null) return false;
  return called.connectAt - doubtMs(called, calling) > calling.connectAt;
}

/** The caller was cut through long after this party had answered: perhaps to somebody else. */
export function isAnsweredEarlier(called: Leg, calling: Leg): boolean {
  if (called.connectAt === null || calling.connectAt === null) return false;
  return called.connectAt + doubtMs(called, calling) < calling.connectAt;
}

/** Nobody tries the next channel and has it answered in less, ms. */
const leastApartMs = 100;
/** Rows are read at different times, and each stamp is placed by the reading of then: clocks drift apart by so much of the call's length. */
const clockRateError = 0.001;

/** ms within which two stamps of these legs may be those of one instant. */
function doubtMs(called: Leg, calling: Leg): number {
  const lastedMs = (leg: Leg): number => ("endAt" in leg ? leg.endAt - leg.setupAt : 0);
  return called.clockErrorMs + calling.clockErrorMs + leastApartMs + clockRateError * Math.max(lastedMs(called), lastedMs(calling));
}
