/**
 * What an endpoint reports, by the state of the call that it belongs to. An event of a call that is over is late and changes nothing;
 * an event that cannot be acted on yet waits at its endpoint, the newest one only.
 */
import { unreachable } from "../unreachable.ts";
import { type CallEngine, count, stillAuditing } from "./call-engine.ts";
import type { CallRecord } from "./call-record.ts";
import { releaseCall } from "./call-release.ts";
import { answerCall, beginDialledCall, beginLineCall, beginTrunkCall, instantOf, takeDigits, yieldChannel } from "./call-setup.ts";
import type { EndpointEvent } from "./endpoint-event.ts";
import type { EndpointRow } from "./endpoint-table.ts";
import { endHalfKnownCall } from "./half-known-call.ts";
import { type LiveCall, legAt, type Side } from "./live-call.ts";
import { cause } from "./q850.ts";

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
  row.auditedOffHook = null;
  if (!noteHook(row, event)) {
    count(engine, "events.late");
    return;
  }
  const call = row.callId === null ? null : engine.state.get(row.callId);
  if (!call) {
    observeFree(engine, row, event);
    return;
  }
  observeInCall(engine, call, row, event);
}

/** Keeps the hook state; false for an event that a newer one has overtaken. */
function noteHook(row: EndpointRow, event: EndpointEvent): boolean {
  if (event.event.kind !== "off-hook" && event.event.kind !== "on-hook") return true;
  if (event.at < row.hookAt) return false;
  row.hookAt = event.at;
  row.offHook = event.event.kind === "off-hook";
  return true;
}

function observeFree(engine: CallEngine, row: EndpointRow, event: EndpointEvent): void {
  const observed = event.event;
  // While a gateway's calls are being adopted, or a stray connection deleted, nobody knows yet what the event belongs to.
  // A number may lead to any gateway, and one that is still being adopted gets no new calls.
  const wantsRoute = observed.kind === "seizure" || observed.kind === "digits";
  if (row.callId !== null || (wantsRoute ? stillAuditing(engine) : engine.adoptions.get(row.gateway)?.state === "auditing")) {
    row.waiting = event;
    return;
  }
  switch (observed.kind) {
    case "off-hook":
      beginLineCall(engine, row, event);
      return;
    case "seizure":
      beginTrunkCall(engine, row, event, observed.called, observed.calling);
      return;
    case "on-hook":
    case "release":
      // Who waited for a call has given it up: it must not begin any more.
      row.waiting = null;
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

/** The controller before was told of the off-hook and died; the digits come here: enough for the call. */
function takeUpDialling(engine: CallEngine, row: EndpointRow, event: EndpointEvent, digits: string): void {
  if (row.offHook === false || engine.incomplete.has(engine.state.connections.atEndpoint(row.endpoint)?.callId ?? "")) {
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
    observeReleasing(engine, row, event);
    return;
  }
  switch (observed.kind) {
    case "off-hook":
    case "answer":
      if (side === "called") {
        answerCall(engine, call, instantOf(event));
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
      hangUp(engine, call, side, event, cause.normalClearing);
      return;
    case "release":
      hangUp(engine, call, side, event, observed.cause);
      return;
    case "seizure":
      seizeTaken(engine, call, row, side, event);
      return;
    default:
      unreachable(observed);
      return;
  }
}

function hangUp(engine: CallEngine, call: LiveCall, side: Side, event: EndpointEvent, given: number): void {
  // A line that rings is on its hook already.
  if (side === "called" && event.event.kind === "on-hook" && !call.answer) {
    call.earlyAnswer = null;
    return;
  }
  const by: CallRecord["releasedBy"] = side;
  releaseCall(engine, call, { cause: given, by, at: instantOf(event) });
}

function seizeTaken(engine: CallEngine, call: LiveCall, row: EndpointRow, side: Side, event: EndpointEvent): void {
  if (side === "calling" || call.answer) {
    count(engine, "events.repeated");
    return;
  }
  row.waiting = event; // keeps our own call from choosing the same channel again
  yieldChannel(engine, call);
  engine.freed.push(row);
}

/** The call is going, its connection may still be there: a new off-hook or seizure waits for its end; hanging up takes it back. */
function observeReleasing(engine: CallEngine, row: EndpointRow, event: EndpointEvent): void {
  const { kind } = event.event;
  if (kind === "off-hook" || kind === "seizure") row.waiting = event;
  else {
    row.waiting = null;
    count(engine, "events.late");
  }
}

/** The endpoint is free, or known, now: what waited happens. */
export function replayWaiting(engine: CallEngine, row: EndpointRow): void {
  const event = row.waiting;
  if (!event) return;
  row.waiting = null;
  if (!engine.owned.has(row.gateway)) return;
  const call = row.callId === null ? null : engine.state.get(row.callId);
  if (call) observeInCall(engine, call, row, event);
  else observeFree(engine, row, event);
}
