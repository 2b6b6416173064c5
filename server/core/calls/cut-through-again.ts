/**
 * Answered, but a leg of the call still waits for the command that control was lost before: a calling leg that never was connected, as
 * found since its gateway was gained, or any leg whose mode says so. A called leg counts as connected once its party answers, so the mode,
 * which an audit of its endpoint tells, is all there is to know it by.
 */
import type { CallEngine } from "./call-engine.ts";
import { cutThrough } from "./call-setup.ts";
import { isConnected } from "./connection-table.ts";
import { isFound } from "./far-party.ts";
import type { ConnectionMode } from "./gateway-command.ts";
import { type LiveCall, legsOf } from "./live-call.ts";

/** What is under way says by itself whether it got through. */
export function noteMode(engine: CallEngine, callId: string, mode: ConnectionMode | null): void {
  if (mode !== null && mode !== "sendrecv" && !isBeingModified(engine, callId)) engine.notThrough.add(callId);
}

export function cutThroughAgain(engine: CallEngine, call: LiveCall): void {
  const connection = engine.state.connectionOf(call, call.calling);
  const unconnected = connection !== null && !isConnected(connection) && isFound(engine, connection);
  if (!unconnected && !engine.notThrough.has(call.callId)) return;
  const commandable = legsOf(call).every((leg) => leg.connectionId !== null && engine.owned.has(leg.row.gateway));
  if (commandable && !isBeingModified(engine, call.callId)) cutThrough(engine, call);
}

function isBeingModified(engine: CallEngine, callId: string): boolean {
  for (const pending of engine.pending.values()) if (pending.purpose === "modify" && pending.callId === callId) return true;
  return false;
}
