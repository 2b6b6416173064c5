/**
 * The record of a call that was only observed, from its legs, which may lie on several gateways. It was answered with the first answer and ended
 * with the last end, as far as the errors of those leave open; but an answer or a hang-up passes through all legs at once, so one that a
 * gateway stamped is taken for the same event as what polls of another gateway leave open around it. A leg that a restart took ended alone.
 */
import { type CallRecord, firstOf, type RecordedInstant, type RecordedParty } from "../calls/call-record.ts";
import { cause } from "../calls/q850.ts";
import { betweenInstants, durationOf, type RecordWriter } from "../calls/record-builder.ts";
import type { EndedObservedLeg } from "./ended-leg.ts";

/** Null for a call of which no leg was ever connected. */
export function observedRecord(callId: string, legs: readonly EndedObservedLeg[], writer: RecordWriter): CallRecord | null {
  const answered = legs.filter((one) => one.answer !== null);
  const answeredAt = eventOf(
    answered.map((one) => one.answer!),
    firstOf,
  );
  const endedAt = endOf(legs);
  if (answeredAt === null || endedAt === null) return null;
  const answer = inWholeMs(answeredAt);
  const end = inWholeMs(endedAt);
  const isLost = answered.some((one) => one.outcome === "lost");
  const sides = sidesOf(legs);
  const { calling, called } = sides;
  const start = inWholeMs(
    eventOf(
      legs.map((one) => one.start),
      firstOf,
    )!,
  );
  const facts = [called, calling, ...legs].flatMap((one) => (one === null ? [] : [one.leg]));
  const first = <Value>(of: (leg: EndedObservedLeg["leg"]) => Value | null): Value | null =>
    facts.map(of).find((value) => value !== null) ?? null;
  return {
    callId,
    calling: partyOf(calling, called?.leg.peerNumber ?? null),
    called: partyOf(called, calling?.leg.peerNumber ?? null),
    dialled: calling?.leg.peerNumber ?? null,
    start,
    answer,
    end,
    ...durationOf(answer, end),
    carries: first((leg) => leg.carries),
    codec: first((leg) => leg.codec),
    qos: first((leg) => leg.qos),
    cause: isLost ? cause.networkOutOfOrder : (answered.find((one) => one.cause !== null)?.cause ?? null),
    releasedBy: isLost ? "network" : releasedBy(sides),
    outcome: isLost ? "lost" : "answered",
    origin: "observed",
    epochs: writer.epochs,
    writtenBy: writer.self,
    writtenAt: writer.writtenAt,
  };
}

/** Half an interval may end on half a millisecond. */
function inWholeMs(instant: RecordedInstant): RecordedInstant {
  const at = Math.round(instant.at);
  return { ...instant, at, errorMs: Math.ceil(instant.errorMs + Math.abs(at - instant.at)) };
}

type Choice = (a: RecordedInstant, b: RecordedInstant) => RecordedInstant;

/** The first, or the last, of the instants; of those that mean the same event a stamped one. */
function eventOf(instants: readonly RecordedInstant[], pick: Choice): RecordedInstant | null {
  const stamped = reduced(
    instants.filter((one) => one.source !== "poll"),
    pick,
  );
  const polled = reduced(
    instants.filter((one) => one.source === "poll"),
    pick,
  );
  if (stamped === null || polled === null) return stamped ?? polled;
  const same = Math.abs(stamped.at - polled.at) <= stamped.errorMs + polled.errorMs;
  return same ? stamped : pick(stamped, polled);
}

function reduced(instants: readonly RecordedInstant[], pick: Choice): RecordedInstant | null {
  return instants.length === 0 ? null : instants.reduce(pick);
}

/** The last of two instants, as nearly as both leave open. */
function lastOf(a: RecordedInstant, b: RecordedInstant): RecordedInstant {
  const mirrored = firstOf({ ...a, at: -a.at }, { ...b, at: -b.at });
  return { ...mirrored, at: -mirrored.at };
}

function endOf(legs: readonly EndedObservedLeg[]): RecordedInstant | null {
  const ends = (outcome: EndedObservedLeg["outcome"]) =>
    legs.filter((one) => one.answer !== null && one.outcome === outcome).map((one) => one.end);
  const hungUp = eventOf(ends("answered"), lastOf);
  const lost = reduced(ends("lost"), lastOf);
  const end = hungUp === null || lost === null ? (hungUp ?? lost) : lastOf(hungUp, lost);
  return end === null || end.source !== "poll" ? end : withUnsure(end, legs);
}

/** A leg that was not connected when it was seen last may have been by the time it went: then the call went on as long as it did. */
function withUnsure(end: RecordedInstant, legs: readonly EndedObservedLeg[]): RecordedInstant {
  const latest = end.at + end.errorMs;
  const unsure = legs.filter((one) => one.answer === null && one.end.source === "poll" && one.end.at - one.end.errorMs < latest);
  const open = Math.max(latest, ...unsure.map((one) => one.end.at + one.end.errorMs));
  return open === latest ? end : betweenInstants(end.at - end.errorMs, open);
}

interface Sides {
  readonly calling: EndedObservedLeg | null;
  readonly called: EndedObservedLeg | null;
}

/** The call came in by the leg set up first that a party calls through, and left by the last one that was connected to somebody. */
function sidesOf(legs: readonly EndedObservedLeg[]): Sides {
  const inOrder = [...legs].sort((a, b) => a.start.at - b.start.at);
  const calling = inOrder.find((one) => one.leg.origin !== "originate") ?? null;
  const outgoing = inOrder.filter((one) => one !== calling && one.leg.origin === "originate");
  const called = outgoing.findLast((one) => one.answer !== null) ?? outgoing.at(-1) ?? null;
  return { calling, called };
}

const nobody: RecordedParty = { number: null, gateway: null, endpoint: null, address: null, media: null };

function partyOf(side: EndedObservedLeg | null, numberElsewhere: string | null): RecordedParty {
  if (side === null) return { ...nobody, number: numberElsewhere };
  const { localNumber, gateway, endpoint, localAddress, media } = side.leg;
  return { number: localNumber ?? numberElsewhere, gateway, endpoint, address: localAddress, media };
}

/** Only the outer legs are of parties; those between two gateways say who of the two let go first. */
function releasedBy({ calling, called }: Sides): CallRecord["releasedBy"] {
  const byCalling = calling?.releasedHere === true;
  const byCalled = called?.releasedHere === true;
  if (byCalling === byCalled) return null;
  return byCalling ? "calling" : "called";
}
