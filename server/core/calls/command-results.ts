/** What the gateways answered, and what follows from it in each stage of the call. */

import { unreachable } from "../unreachable.ts";
import { endVanishedLeg } from "./call-adoption.ts";
import { type CallEngine, count, deleteStray, type PendingCommand, requestFor } from "./call-engine.ts";
import { finishIfGone, noteDelete, noteOver, releaseCall } from "./call-release.ts";
import { abandonCreate, beginLineCall, connectCalled, startRinging, tryNextChannel } from "./call-setup.ts";
import { cutThroughAgain } from "./cut-through-again.ts";
import { doubtOutOfReach } from "./far-party.ts";
import type { CommandResult } from "./gateway-command.ts";
import { type LiveCall, type LiveLeg, legAt } from "./live-call.ts";
import { cause, causeOfFailure, onHookAlready } from "./q850.ts";
import { betweenInstants } from "./record-builder.ts";
import { farewell } from "./stray-leg.ts";

/** RFC 3435 2.4: the endpoint has no such connection. */
const unknownConnection = 515;

export function finishCommand(engine: CallEngine, result: CommandResult): void {
  const pending = engine.pending.get(result.commandId);
  if (!pending) {
    count(engine, "results.unknown");
    return;
  }
  engine.pending.delete(result.commandId);
  if (pending.purpose === "stray") {
    strayDeleted(engine, pending, result);
    return;
  }
  if (pending.purpose === "request") {
    if (result.kind === "refused" || result.kind === "timed-out") count(engine, "requests.failed");
    return;
  }
  const call = engine.state.get(pending.callId);
  const leg = call ? legAt(call, pending.row) : null;
  const { purpose } = pending;
  if (purpose === "create" && pending.overtaken && result.kind === "done" && (leg === null || leg.stage === "gone")) {
    const { row } = pending;
    // Its channel must not stay seized, nor its line ring, for nobody; unless another call has it already.
    const request = row.callId === null || row.callId === pending.callId ? requestFor(row, farewell(row)) : null;
    deleteStray(engine, row, pending.callId, result.connectionId, false, request);
    return;
  }
  // The call is over, or has moved on to another channel: the delete that followed takes care of the connection.
  if (!call || !leg) return;
  switch (purpose) {
    case "create":
      created(engine, call, leg, result);
      return;
    case "modify":
      modified(engine, call, leg, result);
      return;
    case "delete":
      deleted(engine, call, leg, result);
      return;
    default:
      unreachable(purpose);
      return;
  }
}

function created(engine: CallEngine, call: LiveCall, leg: LiveLeg, result: CommandResult): void {
  if (result.kind !== "done") {
    createFailed(engine, call, leg, result);
    return;
  }
  leg.connectionId = result.connectionId;
  leg.localAddress = result.localAddress;
  if (leg.stage !== "creating") return; // already being deleted
  leg.upAt = engine.now.wall;
  engine.state.setLegStage(leg, "up");
  if (call.stage === "connecting-calling" && leg.side === "calling") connectCalled(engine, call);
  else if (call.stage === "connecting-called" && leg.side === "called") startRinging(engine, call);
}

function createFailed(engine: CallEngine, call: LiveCall, leg: LiveLeg, result: Exclude<CommandResult, { kind: "done" }>): void {
  const failure = causeOfFailure(result) ?? cause.networkOutOfOrder;
  count(engine, `creates.${result.kind}`);
  if (call.stage === "releasing" || leg.stage !== "creating") return;
  if (leg.side === "called") {
    const { row } = leg;
    const { earlyAnswer } = call;
    // After a time-out the connection may exist all the same, and ring.
    if (result.kind === "timed-out") abandonCreate(engine, call, failure);
    tryNextChannel(engine, call, failure);
    // Who lifted the receiver just before the ring did not answer: they want to call.
    if (earlyAnswer && row.kind === "line" && row.offHook === true && row.callId === null) {
      beginLineCall(engine, row, {
        kind: "endpoint-event",
        gateway: row.gateway,
        endpoint: row.endpoint,
        event: { kind: "off-hook" },
        at: earlyAnswer.at,
        errorMs: earlyAnswer.errorMs,
      });
    }
    return;
  }
  if (result.kind === "refused") engine.state.setLegStage(leg, "none"); // nothing to delete, but its party must be told
  // Unless it is gone: whoever is there by now began another call.
  const gone = result.kind === "refused" && result.code === onHookAlready;
  releaseCall(engine, call, { cause: failure, by: gone ? "calling" : "network", at: null });
}

function modified(engine: CallEngine, call: LiveCall, leg: LiveLeg, result: CommandResult): void {
  if (call.stage === "releasing") return;
  if (result.kind !== "done") modifyFailed(engine, call, leg, result);
  // What was not sent for want of a lease is sent when the gateway is found again.
  if (result.kind !== "not-sent" && call.stage === "talking" && engine.notThrough.has(call.callId)) cutThroughAgain(engine, call);
}

function modifyFailed(engine: CallEngine, call: LiveCall, leg: LiveLeg, result: Exclude<CommandResult, { kind: "done" }>): void {
  const failure = causeOfFailure(result);
  count(engine, `modifies.${result.kind}`);
  // Not sent, or redirected: this server lost the gateway a moment ago; the call is somebody else's to keep.
  // Unanswered: the gateway is out of reach. Media of an answered call goes on without it, and whoever reaches it next cuts through again.
  if (failure === null || leg.stage !== "up" || (result.kind === "timed-out" && call.answer !== null)) {
    // Unless this server has it again already.
    if (call.answer !== null && result.kind !== "refused" && engine.owned.has(leg.row.gateway)) engine.notThrough.add(call.callId);
    return;
  }
  const gone = result.kind === "refused" && result.code === unknownConnection;
  // It ended before this server came to command it, and has not been read yet: the history tells when. A call of its own that no history
  // tells of was lost with the gateway.
  const outcome = call.origin === "signalling" ? "lost" : "answered";
  if (gone && call.answer) endVanishedLeg(engine, call, leg, betweenInstants(call.answer.at, engine.now.wall), outcome);
  else releaseCall(engine, call, { cause: failure, by: "network", at: null });
}

function deleted(engine: CallEngine, call: LiveCall, leg: LiveLeg, result: CommandResult): void {
  if (result.kind === "done") {
    leg.media = result.media;
    if (leg.side !== call.releasedBy) call.farUnheard = false;
    noteOver(engine, call);
  } else {
    count(engine, `deletes.${result.kind}`);
    if (result.kind !== "refused") doubtOutOfReach(engine, call, leg);
  }
  noteDelete(call, result.kind === "not-sent" ? "out-of-reach" : "sent");
  engine.state.setLegStage(leg, "gone");
  finishIfGone(engine, call);
}

function strayDeleted(engine: CallEngine, pending: Extract<PendingCommand, { purpose: "stray" }>, result: CommandResult): void {
  const { row, callId, claimed } = pending;
  // Its call may live on at other endpoints.
  const gone = result.kind === "done" || (result.kind === "refused" && result.code === unknownConnection);
  if (gone && row.callId !== callId) {
    engine.state.forgetConnectionAt(row, callId);
    engine.freed.push(row); // what its party did meanwhile waited for that call
  }
  if (!claimed || row.callId !== callId) return;
  engine.state.endpoints.free(row, callId);
  engine.state.forgetConnections(callId, engine.now.mono);
  engine.freed.push(row);
}
