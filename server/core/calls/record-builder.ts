/**
 * Builds call records (A15): of calls that this server carried to their end, and of calls that ended while nobody was in control,
 * from the gateways' history. Each instant keeps its source and error bound; only answered calls have a record.
 */
import type { Epoch, NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";
import { type CallRecord, firstOf, type RecordedInstant, type RecordedParty } from "./call-record.ts";
import { isAnsweredEarlier, isAnsweredLater, type KnownLegs, type Leg, withoutVain } from "./channel-in-vain.ts";
import type { Connection, EndedConnection } from "./connection.ts";
import type { LiveCall, LiveLeg } from "./live-call.ts";
import { cause } from "./q850.ts";

export interface RecordWriter {
  readonly self: NodeName;
  readonly writtenAt: WallTime;
  readonly epochs: readonly Epoch[];
}

/** Somewhere between two instants: the middle, ± half the interval. */
export function betweenInstants(earliest: WallTime, latest: WallTime): RecordedInstant {
  const [from, to] = earliest <= latest ? [earliest, latest] : [latest, earliest];
  return { at: (from + to) / 2, source: "poll", errorMs: (to - from) / 2 };
}

/** An end that a gateway stamped, exact to `clockErrorMs` as the latest one possible, and not before the interval that audits found. */
export function notBefore(told: RecordedInstant, audited: RecordedInstant, clockErrorMs: number): RecordedInstant {
  const openMs = Math.max(0, told.at - (audited.at - audited.errorMs));
  return { ...told, errorMs: Math.min(told.errorMs, openMs + clockErrorMs) };
}

/**
 * A call's answer as its gateways stamped it: when the called party answered, which is what is billed. Who answered long before the caller was
 * cut through may be the party of a channel tried in vain: the address to which the caller sends tells, and where it is not known, the error.
 */
export function answerOf(calling: Leg | null, called: Leg | null): RecordedInstant | null {
  const answered = connectOf(called);
  const through = connectOf(calling);
  if (called === null || calling === null || answered === null || through === null) return answered ?? answerOfCallingLeg(calling);
  if (isAnsweredLater(called, calling)) return answerOfCallingLeg(calling);
  if (!isAnsweredEarlier(called, calling)) return answered;
  const isAddressKnown = calling.remoteAddress !== null && called.localAddress !== null;
  if (isAddressKnown) return calling.remoteAddress === called.localAddress ? answered : answerOfCallingLeg(calling);
  if ("endAt" in called) return answered; // no history tells addresses; that it stood to the end speaks for it
  const answer = betweenInstants(answered.at, through.at);
  return { ...answer, errorMs: answer.errorMs + Math.max(answered.errorMs, through.errorMs) };
}

export function startOf(calling: Connection | null, called: Connection | null): RecordedInstant | null {
  for (const leg of [calling, called]) {
    if (leg && leg.setupAt !== null) return { at: leg.setupAt, source: "gateway", errorMs: leg.clockErrorMs };
  }
  return null;
}

/** Null for a call that was never answered, or has not ended. */
export function recordOf(call: LiveCall, audited: (leg: LiveLeg) => Connection | null, writer: RecordWriter): CallRecord | null {
  if (!call.answer || !call.end) return null;
  const party = (leg: LiveLeg | null): RecordedParty => {
    if (!leg) return nobody;
    const connection = audited(leg);
    return {
      number: leg.number,
      gateway: leg.row.gateway,
      endpoint: leg.row.endpoint,
      address: leg.localAddress ?? connection?.localAddress ?? null,
      media: leg.media ?? connection?.media ?? null,
    };
  };
  return {
    callId: call.callId,
    calling: party(call.calling),
    called: party(call.called),
    dialled: call.digits === "" ? null : call.digits,
    start: call.start,
    answer: call.answer,
    end: call.end,
    ...durationOf(call.answer, call.end),
    carries: call.carries,
    codec: call.codec,
    qos: call.qos,
    cause: call.cause,
    releasedBy: call.releasedBy,
    outcome: call.outcome,
    origin: call.origin,
    epochs: writer.epochs,
    writtenBy: writer.self,
    writtenAt: writer.writtenAt,
  };
}

/** What is known of a call that ended in the gap: history rows, and the last active row of a far leg that is still up although its call has ended. */
export interface GapLegs extends KnownLegs {
  readonly callId: string;
}

/** How a call ended, where that is known otherwise than by a history row. */
export interface AssumedEnd {
  readonly end: RecordedInstant;
  readonly cause: number | null;
  readonly releasedBy: CallRecord["releasedBy"];
  readonly outcome: CallRecord["outcome"];
}

/** The record of a call that ended while nobody was in control; null where no leg was ever answered, or nothing says when it ended. */
export function recordFromHistory(legs: GapLegs, assumed: AssumedEnd | null, writer: RecordWriter): CallRecord | null {
  const { history, active } = withoutVain(legs);
  const ending = endingLeg(history, active);
  const ended = assumed ?? endTold(history, active);
  if (!ended) return null;
  const leg = (origin: "originate" | "answer") =>
    history.find((row) => row.origin === origin && row.connectAt !== null) ?? active.find((row) => row.origin === origin) ?? null;
  const called = leg("originate");
  const calling = leg("answer");
  const answer = answerOf(calling, called) ?? connectOf(ending);
  const setup = calling ?? called ?? ending;
  if (!answer || !setup) return null;
  // Its caller had gone before it was answered: nobody spoke.
  if (answer.at - answer.errorMs > ended.end.at + ended.end.errorMs) return null;
  return {
    callId: legs.callId,
    calling: partyOf(calling, called?.peerNumber ?? null),
    called: partyOf(called, calling?.peerNumber ?? null),
    dialled: calling?.peerNumber ?? null,
    start: setup.setupAt === null ? answer : { at: setup.setupAt, source: sourceOf(setup), errorMs: setup.clockErrorMs },
    answer,
    end: ended.end,
    ...durationOf(answer, ended.end),
    carries: active.find((row) => row.carries !== null)?.carries ?? null,
    codec: setup.codec,
    qos: setup.qos,
    cause: ended.cause,
    releasedBy: ended.releasedBy,
    outcome: ended.outcome,
    origin: "history",
    epochs: writer.epochs,
    writtenBy: writer.self,
    writtenAt: writer.writtenAt,
  };
}

/** The gateway of a leg restarted: the call ended then, if it had not before. */
export function lostEnd(lastSeenAt: WallTime, restartedAt: WallTime): AssumedEnd {
  return { end: betweenInstants(lastSeenAt, restartedAt), cause: cause.networkOutOfOrder, releasedBy: "network", outcome: "lost" };
}

/**
 * What a history row says about the end of its call. Where its own party hung up, it is that instant. A leg that ended by a server's
 * command only tells that the call was over by then: the order may have come at once, or after a gap without anybody in control,
 * so the error reaches back to the leg's connection.
 */
export function endOf(ending: EndedConnection): AssumedEnd {
  const side = ending.origin === "originate" ? "called" : "calling";
  const orderedMs = ending.releasedHere === false ? ending.endAt - (ending.connectAt ?? ending.setupAt) : 0;
  return {
    end: { at: ending.endAt, source: "history", errorMs: ending.clockErrorMs + orderedMs },
    cause: ending.cause,
    releasedBy: ending.releasedHere === false || ending.origin === null ? null : side,
    outcome: "answered",
  };
}

/** What the history says about the end of the call. Both parties may have hung up, each stamped on its own clock: it ended with the first. */
export function endTold(rows: readonly EndedConnection[], legs: readonly Connection[] = []): AssumedEnd | null {
  const ending = endingLeg(rows, legs);
  if (ending === null) return null;
  const far = withoutVain({ history: rows, active: legs }).history.find((row) => row.releasedHere === true && row.origin !== ending.origin);
  return far === undefined || ending.releasedHere !== true ? endOf(ending) : earlierOf(endOf(ending), endOf(far));
}

/** A call ends with the first of its ends. */
export function earlierOf(a: AssumedEnd, b: AssumedEnd): AssumedEnd {
  return { ...(b.end.at < a.end.at ? b : a), end: firstOf(a.end, b.end) };
}

/**
 * The leg whose party hung up: of those that say so, else of all, the one that ended first. A caller who hung up before the answer
 * reached it has a leg that never was connected, and yet it ended the call; the answered one may still stand.
 */
export function endingLeg(rows: readonly EndedConnection[], legs: readonly Connection[] = []): EndedConnection | null {
  const { history, active } = withoutVain({ history: rows, active: legs });
  const answered = history.filter((row) => row.connectAt !== null);
  if (answered.length === 0 && !active.some((row) => row.connectAt !== null)) return null;
  const releasing = history.filter((row) => row.releasedHere === true);
  const rest = answered.length > 0 ? answered : history;
  let first: EndedConnection | null = null;
  for (const row of releasing.length > 0 ? releasing : rest) if (!first || row.endAt < first.endAt) first = row;
  return first;
}

function sourceOf(row: Leg): "history" | "gateway" {
  return "endAt" in row ? "history" : "gateway";
}

function connectOf(row: Leg | null): RecordedInstant | null {
  return row === null || row.connectAt === null ? null : { at: row.connectAt, source: sourceOf(row), errorMs: row.clockErrorMs };
}

/**
 * The calling leg was connected when this call was cut through, some time after the called party answered: by the next owner, if the old one
 * died in between. So its stamp is only the latest possible answer, and its own set-up the earliest.
 */
function answerOfCallingLeg(leg: Leg | null): RecordedInstant | null {
  const connect = connectOf(leg);
  if (leg === null || connect === null || leg.setupAt === null) return connect;
  const answer = betweenInstants(leg.setupAt, connect.at);
  return { ...answer, errorMs: answer.errorMs + leg.clockErrorMs };
}

const nobody: RecordedParty = { number: null, gateway: null, endpoint: null, address: null, media: null };

function partyOf(leg: Leg | null, numberElsewhere: string | null): RecordedParty {
  if (!leg) return { ...nobody, number: numberElsewhere };
  return {
    number: leg.localNumber ?? numberElsewhere,
    gateway: leg.gateway,
    endpoint: leg.endpoint,
    address: leg.localAddress,
    media: leg.media,
  };
}

/** Never negative: where the instants cross within their errors, the call lasted 0. */
export function durationOf(answer: RecordedInstant, end: RecordedInstant): Pick<CallRecord, "durationMs" | "durationErrorMs"> {
  return { durationMs: Math.max(0, end.at - answer.at), durationErrorMs: answer.errorMs + end.errorMs };
}
