/**
 * Connections of a call at endpoints that it does not count on: a channel was given up because its gateway did not answer, and the command
 * came through later all the same. Nobody would ever hang up there, so they are deleted as soon as an audit shows them.
 */
import { type CallEngine, count, deleteStray, requestFor } from "./call-engine.ts";
import type { Signal } from "./endpoint-event.ts";
import type { EndpointRow } from "./endpoint-table.ts";
import { isFound, isUnsettled } from "./far-party.ts";
import { rowOf } from "./half-known-call.ts";
import { isAt, mayBeCalled } from "./leg-pair.ts";
import type { LiveCall } from "./live-call.ts";
import { cause } from "./q850.ts";

export function deleteStrayLegs(engine: CallEngine, call: LiveCall): void {
  const legs = engine.state.connections.ofCall(call.callId);
  // Which of two called legs is the stray one is not known before both gateways are read.
  if (legs.length === 0 || (call.called !== null && isUnsettled(engine, call, call.called))) return;
  for (const leg of legs) {
    if (isAt(call.calling, leg) || (call.called !== null && isAt(call.called, leg))) continue;
    const row = rowOf(engine, leg);
    if (!row || row.callId === call.callId || !engine.owned.has(row.gateway) || leg.connectionId === null) continue;
    // What is known from before the takeover alone may lack the answer that makes it the call's own.
    if (!isFound(engine, leg) || mayBeCalled(engine, call, leg, legs) || isBeingDeleted(engine, row, call.callId)) continue;
    count(engine, "legs.lateDeleted");
    deleteStray(engine, row, call.callId, leg.connectionId, false, row.callId === null ? requestFor(row, farewell(row)) : null);
  }
}

export function farewell(row: EndpointRow): Signal[] {
  if (row.kind === "trunk") return [{ kind: "release", cause: cause.normalUnspecified }];
  return row.offHook === true ? [{ kind: "reorder-tone" }] : [];
}

function isBeingDeleted(engine: CallEngine, row: EndpointRow, callId: string): boolean {
  for (const pending of engine.pending.values()) {
    if (pending.purpose === "stray" && pending.row === row && pending.callId === callId) return true;
  }
  return false;
}
