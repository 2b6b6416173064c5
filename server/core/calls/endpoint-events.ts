/**
 * What an endpoint reports, by the state of the call that it belongs to. An event of a call that is over is late and changes nothing;
 * events that cannot be acted on yet wait at their endpoint, in order.
 */
import type { WallTime } from "../time.ts";
import { unreachable } from "../unreachable.ts";
import { givesWayAt } from "./call-adoption.ts";
import { type CallEngine, count, stillAuditing } from "./call-engine.ts";
import { type CallRecord, firstOf } from "./call-record.ts";
import { releaseCall } from "./call-release.ts";
import { answerCall, beginDialledCall, beginLineCall, beginTrunkCall, instantOf, takeDigits, yieldChannel } from "./call-setup.ts";
import { type EndpointEvent, endsCall, latestOf } from "./endpoint-event.ts";
import { type EndpointRow, noEvents } from "./endpoint-table.ts";
import { endHeard, isUnread } from "./far-party.ts";
import { endHalfKnownCall, halfKnownCallAt } from "./half-known-call.ts";
import { isBefore, type LiveCall, legAt, type Side } from "./live-call.ts";
import { cause } from "./q850.ts";
import { isRecordedAnswer, noteLateHangUp } from "./recent-records.ts";
import { endBefore, endLiftedAgain } from "./unseen-event.ts";

/** As many as a gateway keeps for one endpoint. */
const mostWaiting = 32;

export function observeEndpoint(engine: CallEngine, event: EndpointEvent): void {
  const row = engine.state.endpoints.find(event.gateway, event.endpoint);
  if (!row) {
    count(engine, "events.unknownEndpoint");
    return;
  }
  if (!engine.owned.has(event.gateway)) {
    count(engine, "events.notOwned");
    return;
  }
  row.heard = true;
  const call = row.callId === null ? null : engine.state.get(row.callId);
  const again = call !== null && endLiftedAgain(engine, call, row, event);
  row.auditedOffHook = null;
  if (!noteHook(row, event)) {
    count(engine, "events.late");
    return;
  }
  if (again || (call && givesWayAt(engine, call, row))) {
    wait(row, event);
    return;
  }
  if (!call) {
    observeFree(engine, row, event);
    return;
  }
  observeInCall(engine, call, row, event);
}

/** Keeps the hook state; false for an event that a newer one has overtaken. A gateway tells in order: what only looks older was less long on its way. */
function noteHook(row: EndpointRow, event: EndpointEvent): boolean {
  if (event.event.kind !== "off-hook" && event.event.kind !== "on-hook") return true;
  if (latestOf(event) < row.hookSince) return false;
  row.hookAt = Math.max(row.hookAt, event.at);
  row.hookSince = Math.max(row.hookSince, event.at - (event.lateMs ?? 0));
  row.offHook = event.event.kind === "off-hook";
  return true;
}

function observeFree(engine: CallEngine, row: EndpointRow, event: EndpointEvent): void {
  const observed = event.event;
  // While a gateway's calls are being adopted, or a stray connection deleted, nobody knows yet what the event belongs to.
  // A number may lead to any gateway, and one that is still being adopted gets no new calls.
  const wantsRoute = observed.kind === "seizure" || observed.kind === "digits";
  const undecided = wantsRoute ? stillAuditing(engine) : engine.adoptions.get(row.gateway)?.state === "auditing";
  if (row.callId !== null || undecided || waitsForFarLeg(engine, row, event)) {
    wait(row, event);
    return;
  }
  switch (observed.kind) {
    case "off-hook":
      if (isRecordedAnswer(engine, row, event)) count(engine, "events.late");
      else beginLineCall(engine, row, event);
      return;
    case "seizure":
      if (hasBegunCall(engine, row, event)) count(engine, "events.late");
      else beginTrunkCall(engine, row, event, observed.called, observed.calling);
      return;
    case "on-hook":
    case "release":
      // Who waited for a call has given it up: it must not begin any more.
      row.waiting = noEvents;
      endHalfKnownCall(engine, row, event);
      return;
    case "digits":
      takeUpDialling(engine, row, event, observed.digits);
      return;
    case "answer":
      count(engine, "events.late");
      return;
    default:
      unreachable(observed);
      return;
  }
}

/** The seizure of a call that stands, which a server before heard, or from before such a call. */
function hasBegunCall(engine: CallEngine, row: EndpointRow, event: EndpointEvent): boolean {
  const leg = halfKnownCallAt(engine, row);
  if (leg?.setupAt == null) return false;
  // The channel of an outgoing call: the network had let go of it before the gateway gave it to that call.
  if (leg.origin === "originate") return latestOf(event) < leg.setupAt - leg.clockErrorMs;
  return event.at - event.errorMs <= leg.setupAt + leg.clockErrorMs;
}

/**
 * One leg of its call is known, and the far gateway is not read yet: whoever answers answers that call, and the far party may have hung
 * up before this one did. Each event counts in its order when the call is known whole. Hanging up ends it where nothing more is coming.
 */
function waitsForFarLeg(engine: CallEngine, row: EndpointRow, { event }: EndpointEvent): boolean {
  if (halfKnownCallAt(engine, row) === null) return false;
  return stillAuditing(engine) || event.kind === "off-hook" || event.kind === "answer";
}

/** The controller before was told of the off-hook and died; the digits come here: enough for the call. */
function takeUpDialling(engine: CallEngine, row: EndpointRow, event: EndpointEvent, digits: string): void {
  if (row.offHook === false || engine.incomplete.has(engine.state.connections.atEndpoint(row)?.callId ?? "")) {
    count(engine, "events.late");
    return;
  }
  row.offHook = true;
  count(engine, "calls.dialledBefore");
  beginDialledCall(engine, row, event, digits);
}

function observeInCall(engine: CallEngine, call: LiveCall, row: EndpointRow, event: EndpointEvent): void {
  const { side } = legAt(call, row)!;
  const observed = event.event;
  if (call.stage === "releasing") {
    observeReleasing(engine, call, row, event);
    return;
  }
  const before = isBefore(call, side, event);
  switch (observed.kind) {
    case "off-hook":
    case "answer":
      // Heard late, and the line has rung since. While the ring is still asked for, it may be the reason why that is refused.
      if (side === "called" && before && call.stage === "ringing") {
        count(engine, "events.late");
        return;
      }
      if (side === "called") {
        // It hung up before, perhaps on this call, or its gateway restarted, as that is about to tell: then this is another one.
        if (call.stage === "ringing" && (row.waiting.some(endsCall) || isUnread(engine, call, call.called!))) wait(row, event);
        else answerCall(engine, call, instantOf(event));
        return;
      }
      count(engine, "events.repeated");
      return;
    case "digits":
      if (side === "calling") {
        takeDigits(engine, call, observed.digits, false);
        return;
      }
      count(engine, "events.late");
      return;
    case "on-hook":
    case "release":
      if (before && !gaveUp(call, side, row, event)) {
        count(engine, "events.late");
        noteLateHangUp(engine, row, event);
        return;
      }
      hangUp(engine, call, side, event, event.event.kind === "release" ? event.event.cause : cause.normalClearing);
      return;
    case "seizure":
      // The gateway gave the channel to this call afterwards: the network had let go of it again.
      if (side === "called" && before && !call.answer && call.called!.stage === "up") count(engine, "events.late");
      else seizeTaken(engine, call, row, side, event);
      return;
    default:
      unreachable(observed);
      return;
  }
}

/** Nobody hangs up, lifts again and dials in less, ms: it is this call that was given up. */
const dialledAgainMs = 1_000;

/** On its hook since just before its leg was set up: it gave up meanwhile, and the server of then died before it acted on it. */
function gaveUp({ start, origin }: LiveCall, side: Side, row: EndpointRow, { at }: EndpointEvent): boolean {
  return side === "calling" && origin === "adopted" && row.kind === "line" && row.offHook === false && at > start.at - dialledAgainMs;
}

function hangUp(engine: CallEngine, call: LiveCall, side: Side, event: EndpointEvent, given: number): void {
  // A line that rings is on its hook already.
  const leg = side === "calling" ? call.calling : call.called!;
  const unread = isUnread(engine, call, leg);
  if (side === "called" && event.event.kind === "on-hook" && !call.answer) {
    call.earlyAnswer = null;
    // Unless it was lifted under another server, as its gateway is about to tell.
    if (unread) wait(leg.row, event);
    return;
  }
  // It lifted as its ring was asked for, and was back on its hook before anybody could cut it through: heard late, that was no answer.
  const inVain = side === "called" && event.event.kind === "on-hook" && call.origin === "signalling";
  if (inVain && latestOf(event) < leg.upAt) call.answer = null;
  // This call is over in any case. If its party has begun another one meanwhile, that ends as well, once it is known.
  if (unread) wait(leg.row, event);
  const by: CallRecord["releasedBy"] = side;
  releaseCall(engine, call, { cause: given, by, at: endHeard(engine, call, side, instantOf(event)) });
}

function seizeTaken(engine: CallEngine, call: LiveCall, row: EndpointRow, side: Side, event: EndpointEvent): void {
  const anew = isSeizedAnew(call, event);
  if (!anew && (side === "calling" || call.answer)) {
    count(engine, "events.repeated");
    return;
  }
  row.waiting = [event]; // keeps our own call from choosing the same channel again
  if (anew) {
    endBefore(engine, call, legAt(call, row)!, latestOf(event));
    return;
  }
  yieldChannel(engine, call);
  engine.freed.push(row);
}

/** Not the seizure of the call itself, told again: the channel had been released, and the server of then could not act on it. */
function isSeizedAnew({ origin, stage, answer, start }: LiveCall, { at, errorMs }: EndpointEvent): boolean {
  const since = answer ?? start;
  return origin === "adopted" && (stage === "talking" || stage === "ringing") && at - errorMs > since.at + since.errorMs;
}

/** The call is going, its connection may still be there: a new off-hook or seizure waits for its end; hanging up takes it back. */
function observeReleasing(engine: CallEngine, call: LiveCall, row: EndpointRow, event: EndpointEvent): void {
  const { kind } = event.event;
  const standing = halfKnownCallAt(engine, row);
  // The party of another call, which is adopted here as soon as this one is gone.
  if (standing !== null && standing.callId !== call.callId) {
    wait(row, event);
    return;
  }
  if (kind === "on-hook" || kind === "release") noteEarlierEnd(call, row, event);
  if (kind === "off-hook" || kind === "seizure") row.waiting = [...row.waiting.filter(endsCall), event];
  else {
    row.waiting = noEvents;
    count(engine, "events.late");
  }
}

/** Both parties hung up while nobody could act on it: the earlier one ended the call, whoever is heard first. */
function noteEarlierEnd(call: LiveCall, row: EndpointRow, event: EndpointEvent): void {
  const leg = legAt(call, row);
  if (leg && leg.side !== call.releasedBy) call.farUnheard = false;
  if (!leg || !call.answer || call.end?.source !== "signalling" || event.at < call.answer.at) return;
  if (event.at >= call.end.at) {
    // On a slower path its instant is less exact, and may be the earlier one all the same.
    const mayBeFirst = leg.side !== call.releasedBy && event.at - event.errorMs < call.end.at - call.end.errorMs;
    if (mayBeFirst) call.end = firstOf(call.end, instantOf(event));
    return;
  }
  // Heard on a slower path, the other one may have been the first all the same.
  const heard = { ...call.end, errorMs: call.heardErrorMs };
  call.end = leg.side === call.releasedBy ? instantOf(event) : firstOf(heard, instantOf(event));
  call.orderedAt = null;
  call.releasedBy = leg.side;
  call.cause = event.event.kind === "release" ? event.event.cause : cause.normalClearing;
}

/** Who answered and hung up again while nobody could act on it did both: each event counts, in order. */
function wait(row: EndpointRow, event: EndpointEvent): void {
  const before = row.waiting.slice(1 - mostWaiting);
  // Digits tell of the off-hook as well.
  if (event.event.kind === "digits" && before.at(-1)?.event.kind === "off-hook") before.pop();
  row.waiting = [...before, event];
}

/** Since when the connection at the endpoint whose call is not known whole has stood there, at the earliest. */
function standsSince(engine: CallEngine, row: EndpointRow): WallTime {
  const leg = halfKnownCallAt(engine, row);
  return leg?.setupAt == null ? Number.NEGATIVE_INFINITY : leg.setupAt - leg.clockErrorMs;
}

function overtakes(later: EndpointEvent): boolean {
  return endsCall(later) || later.event.kind === "seizure";
}

/** The endpoint is free, or known, now: what waited happens. */
export function replayWaiting(engine: CallEngine, row: EndpointRow): void {
  // What is kept of a gateway that was lost waits until it comes back.
  if (!engine.owned.has(row.gateway)) return;
  const events = row.waiting;
  row.waiting = noEvents;
  for (const [place, event] of events.entries()) {
    const call = row.callId === null ? null : engine.state.get(row.callId);
    // Who gave it up meanwhile does not want a call any more; a channel that was seized again had been released.
    if (row.callId === null && !endsCall(event) && events.slice(place + 1).some(overtakes)) continue;
    // Told in an earlier reign, and about a call of before.
    if (!call && endsCall(event) && latestOf(event) < standsSince(engine, row)) continue;
    if (call) observeInCall(engine, call, row, event);
    else observeFree(engine, row, event);
  }
}
