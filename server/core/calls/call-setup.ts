/**
 * From off-hook or seizure to ringing and answer. Each function is one stimulus; the calling leg is made first,
 * so that its media address travels to the called leg with the very command that rings it.
 */

import { unreachable } from "../unreachable.ts";
import {
  type CallEngine,
  count,
  createConnection,
  deleteStray,
  journal,
  modifyConnection,
  requestFor,
  requestNotification,
} from "./call-engine.ts";
import type { RecordedInstant } from "./call-record.ts";
import { releaseCall } from "./call-release.ts";
import { analyseDigits, type Destination } from "./digit-analysis.ts";
import type { EndpointEvent } from "./endpoint-event.ts";
import { type EndpointRow, isFree } from "./endpoint-table.ts";
import { defaultMediaOptions } from "./gateway-command.ts";
import { halfKnownCallAt } from "./half-known-call.ts";
import { isBefore, type LiveCall, type LiveLeg, type Side } from "./live-call.ts";
import { cause } from "./q850.ts";

export function instantOf(event: EndpointEvent): RecordedInstant {
  return { at: event.at, source: "signalling", errorMs: event.errorMs };
}

function newLeg(row: EndpointRow, side: Side, number: string | null): LiveLeg {
  return {
    side,
    row,
    number,
    stage: "none",
    upAt: 0,
    askedAt: 0,
    missedPolls: 0,
    connectionId: null,
    localAddress: null,
    media: null,
    confirmed: true,
  };
}

/** Null where no new call may begin; the party has been told so. */
function beginCall(engine: CallEngine, row: EndpointRow, number: string | null, event: EndpointEvent): LiveCall | null {
  const full = engine.state.size >= engine.policy.callsLimit;
  if (!engine.admission.open || full) {
    count(engine, full ? "calls.refused.full" : "calls.refused.closed");
    requestNotification(
      engine,
      row,
      null,
      requestFor(row, [row.kind === "line" ? { kind: "reorder-tone" } : { kind: "release", cause: cause.noCircuitAvailable }]),
    );
    return null;
  }
  const call: LiveCall = {
    callId: engine.newCallId(),
    stage: "collecting",
    calling: newLeg(row, "calling", number),
    called: null,
    digits: "",
    route: null,
    start: instantOf(event),
    answer: null,
    earlyAnswer: null,
    end: null,
    heardErrorMs: 0,
    farUnheard: false,
    orderedAt: null,
    cause: null,
    releasedBy: null,
    outcome: "answered",
    origin: "signalling",
    carries: "speech",
    codec: defaultMediaOptions.codec,
    qos: defaultMediaOptions.qos,
    awaitingHistoryOf: null,
    awaitingSince: 0,
    deletes: "none",
    releaseBy: 0,
    recordedEnd: null,
  };
  engine.state.add(call);
  count(engine, "calls.begun");
  return call;
}

export function beginLineCall(engine: CallEngine, row: EndpointRow, event: EndpointEvent): void {
  const call = beginCall(engine, row, row.number, event);
  if (!call) return;
  engine.state.setStage(call, "collecting", engine.now.mono + engine.policy.firstDigitMs);
  requestNotification(engine, row, call.callId, {
    signals: [{ kind: "dial-tone" }],
    events: ["off-hook", "on-hook", "digits"],
    digitMap: engine.digitMap,
  });
}

/** A line that has dialled already: its dial tone was another server's. */
export function beginDialledCall(engine: CallEngine, row: EndpointRow, event: EndpointEvent, digits: string): void {
  const call = beginCall(engine, row, row.number, event);
  if (call) takeDigits(engine, call, digits, false);
}

export function beginTrunkCall(engine: CallEngine, row: EndpointRow, event: EndpointEvent, called: string, calling: string | null): void {
  const call = beginCall(engine, row, calling, event);
  if (call) takeDigits(engine, call, called, true);
}

/** `enBloc`: no further digits can come. */
export function takeDigits(engine: CallEngine, call: LiveCall, digits: string, enBloc: boolean): void {
  if (call.stage !== "collecting") {
    count(engine, "events.late");
    return;
  }
  call.digits = (call.digits + digits).slice(0, engine.policy.digitsLimit);
  const destination = analyseDigits(engine.state.numbering, call.digits);
  switch (destination.kind) {
    case "more-digits":
      if (enBloc) {
        releaseCall(engine, call, { cause: cause.invalidNumberFormat, by: "network", at: null });
        return;
      }
      engine.state.setStage(call, "collecting", engine.now.mono + engine.policy.interDigitMs);
      return;
    case "invalid":
      releaseCall(engine, call, { cause: destination.cause, by: "network", at: null });
      return;
    case "line":
    case "route":
      connectTo(engine, call, destination);
      return;
    default:
      unreachable(destination);
      return;
  }
}

function connectTo(engine: CallEngine, call: LiveCall, destination: Extract<Destination, { kind: "line" | "route" }>): void {
  if (destination.kind === "route") call.route = { gateways: destination.gateways, tried: 0 };
  const chosen =
    destination.kind === "line"
      ? chooseLine(engine, call, destination.line.gateway, destination.line.endpoint)
      : chooseChannel(engine, call);
  if (typeof chosen === "number") {
    releaseCall(engine, call, { cause: chosen, by: "network", at: null });
    return;
  }
  engine.state.addCalled(call, newLeg(chosen, "called", chosen.kind === "line" ? chosen.number : call.digits));
  engine.state.setStage(call, "connecting-calling", engine.now.mono + engine.policy.setupMs);
  createConnection(engine, call, call.calling, "recvonly", null, requestFor(call.calling.row, []));
}

/** The endpoint, or the Q.850 cause why it cannot be had. */
function chooseLine(engine: CallEngine, call: LiveCall, gateway: string, endpoint: string): EndpointRow | number {
  const row = engine.state.endpoints.find(gateway, endpoint);
  if (!row?.inService || !mayCall(engine, gateway)) return cause.destinationOutOfOrder;
  if (row === call.calling.row || !isFree(row) || halfKnownCallAt(engine, row) !== null) return cause.userBusy;
  return row;
}

function chooseChannel(engine: CallEngine, call: LiveCall): EndpointRow | number {
  const route = call.route!;
  if (route.tried >= engine.policy.routeAttempts) return cause.noCircuitAvailable;
  route.tried += 1;
  const { endpoints } = engine.state;
  const isHeld = (row: EndpointRow): boolean => halfKnownCallAt(engine, row) !== null;
  return endpoints.idleChannel(route.gateways, (gateway) => mayCall(engine, gateway), isHeld) ?? cause.noCircuitAvailable;
}

/** A gateway whose calls are still being adopted gets no new ones: what it holds is not known yet. */
function mayCall(engine: CallEngine, gateway: string): boolean {
  return engine.owned.has(gateway) && engine.adoptions.get(gateway)?.state !== "auditing";
}

/** The calling leg is up: now the called one. */
export function connectCalled(engine: CallEngine, call: LiveCall): void {
  const called = call.called!;
  engine.state.setStage(call, "connecting-called", engine.now.mono + engine.policy.setupMs);
  const signal =
    called.row.kind === "line"
      ? ({ kind: "ringing", callingNumber: call.calling.number } as const)
      : ({ kind: "seizure", called: call.digits, calling: call.calling.number } as const);
  createConnection(engine, call, called, "inactive", call.calling.localAddress, requestFor(called.row, [signal]));
}

/** The called leg is up: it rings there, and the caller hears it. */
export function startRinging(engine: CallEngine, call: LiveCall): void {
  engine.state.setStage(call, "ringing", engine.now.mono + engine.policy.noAnswerMs);
  const { calling } = call;
  const request = calling.row.kind === "line" ? requestFor(calling.row, [{ kind: "ringback" }]) : null;
  modifyConnection(engine, call, calling, "recvonly", call.called!.localAddress, request);
  const { earlyAnswer } = call;
  call.earlyAnswer = null;
  // Its line was on the hook again when it began to ring.
  if (earlyAnswer && !isBefore(call, "called", earlyAnswer)) answerCall(engine, call, earlyAnswer);
}

export function answerCall(engine: CallEngine, call: LiveCall, at: RecordedInstant): void {
  if (call.stage === "connecting-calling" || call.stage === "connecting-called") {
    // Its connection is under way: the answer counts from now, the media follows.
    call.earlyAnswer ??= at;
    return;
  }
  if (call.stage !== "ringing") {
    count(engine, "events.late");
    return;
  }
  call.answer = at;
  engine.state.setStage(call, "talking", null);
  cutThrough(engine, call);
}

/** Both parties may speak; the network behind a calling channel is told of the answer. */
export function cutThrough(engine: CallEngine, call: LiveCall): void {
  const { calling } = call;
  const called = call.called!;
  // The server before had not told the caller's gateway yet where to send, and no audit this one: that of the called endpoint will.
  if (called.localAddress === null && engine.state.connectionOf(call, calling)?.remoteAddress == null) {
    engine.notThrough.add(call.callId);
    return;
  }
  engine.notThrough.delete(call.callId);
  modifyConnection(engine, call, called, "sendrecv", calling.localAddress, requestFor(called.row, []));
  const signals = calling.row.kind === "trunk" ? [{ kind: "answer" } as const] : [];
  modifyConnection(engine, call, calling, "sendrecv", called.localAddress, requestFor(calling.row, signals));
}

/** Nobody knows whether the called leg came to be: whatever there is goes. */
export function abandonCreate(engine: CallEngine, call: LiveCall, given: number): void {
  const { row } = call.called!;
  deleteStray(engine, row, call.callId, null, false, requestFor(row, row.kind === "trunk" ? [{ kind: "release", cause: given }] : []));
}

/** This channel cannot be had after all: the next one, or the end of the call. The endpoint is free again afterwards. */
export function tryNextChannel(engine: CallEngine, call: LiveCall, failure: number): void {
  engine.state.removeCalled(call);
  call.earlyAnswer = null;
  const chosen = call.route ? chooseChannel(engine, call) : failure;
  if (typeof chosen === "number") {
    const attempts = call.route?.tried ?? 0;
    releaseCall(engine, call, { cause: attempts > 1 ? failure : chosen, by: "network", at: null });
    return;
  }
  engine.state.addCalled(call, newLeg(chosen, "called", call.digits));
  if (call.calling.stage === "up") connectCalled(engine, call);
  else engine.state.setStage(call, "connecting-calling", engine.now.mono + engine.policy.setupMs);
}

/** Glare: the network and this server seized the same channel. The network's caller already waits, so ours moves to another channel. */
export function yieldChannel(engine: CallEngine, call: LiveCall): void {
  const { row, stage } = call.called!;
  count(engine, "calls.glare");
  journal(engine, "glare-met", "note", `Both ends seized ${row.endpoint}: call ${call.callId} moves to another channel.`, {
    callId: call.callId,
    endpoint: row.endpoint,
  });
  if (stage !== "none") deleteStray(engine, row, call.callId, call.called!.connectionId, false, null);
  tryNextChannel(engine, call, cause.noCircuitAvailable);
}
