/**
 * A party may hang up just before a failover: the controller before was told, and died or resigned before it acted. No event comes again
 * and the connections stand, but an audit of the endpoint shows the party gone. Such a call has ended; when, is known only within bounds,
 * so its record gives way to any that knows better.
 */
import type { WallTime } from "../time.ts";
import type { CallEngine } from "./call-engine.ts";
import { count, requestFor, requestNotification } from "./call-engine.ts";
import { releaseCall } from "./call-release.ts";
import type { EndpointEvent } from "./endpoint-event.ts";
import type { EndpointRow } from "./endpoint-table.ts";
import { goneParty, goneSince } from "./gone-party.ts";
import type { LiveCall, LiveLeg } from "./live-call.ts";
import { cause } from "./q850.ts";
import { betweenInstants } from "./record-builder.ts";

export function noteAudited(engine: CallEngine, row: EndpointRow, offHook: boolean | null, askedAt: WallTime): void {
  if (offHook === null || !engine.owned.has(row.gateway) || isOutdated(row, askedAt)) return;
  row.auditedOffHook = offHook;
  row.auditedAt = askedAt;
  if (row.kind === "line") row.offHook = offHook;
  const call = row.callId === null ? null : engine.state.get(row.callId);
  if (call) suspectUnseen(engine, call);
  else if (engine.adoptions.get(row.gateway)?.state !== "auditing") endHalfDialled(engine, row);
}

/** How long a newer event of a line may still be on its way when its hook is asked for, ms. */
const underWayMs = 1_000;

/** Events are exact and come in order: an audit counts where there was none, or the last one of the line is long past. */
function isOutdated(row: EndpointRow, askedAt: WallTime): boolean {
  return row.heard && (row.kind !== "line" || askedAt < row.hookAt + underWayMs);
}

/** Half-dialled calls died with their server: a party that is off hook for no call hears that it must begin again. */
export function endHalfDialled(engine: CallEngine, row: EndpointRow): void {
  if (row.callId !== null || row.waiting.length > 0 || row.auditedOffHook !== true || engine.state.connections.atEndpoint(row)) return;
  row.auditedOffHook = null;
  count(engine, "calls.halfDialled");
  const signal = row.kind === "line" ? ({ kind: "reorder-tone" } as const) : ({ kind: "release", cause: cause.temporaryFailure } as const);
  requestNotification(engine, row, null, requestFor(row, [signal]));
}

/** The event that says when may be on its way: it gets a moment. */
export function suspectUnseen(engine: CallEngine, call: LiveCall): void {
  if (!goneParty(call)) return;
  if (call.stage === "talking") engine.state.setStage(call, "talking", engine.now.mono + engine.policy.unseenMs);
  else if (call.stage === "ringing") releaseCall(engine, call, { cause: cause.normalClearing, by: "calling", at: null });
}

/** An audit found it on hook, and now it is lifted or seized: another call begins, and the one that it was in ended before. True where that was so. */
export function endLiftedAgain(engine: CallEngine, call: LiveCall, row: EndpointRow, { event, at, errorMs }: EndpointEvent): boolean {
  const begins = event.kind === "off-hook" || event.kind === "seizure";
  if (!begins || call.stage !== "talking" || call.answer === null || goneParty(call)?.row !== row) return false;
  // Else it is the answer, told late: that it hung up is about to follow.
  if (at - errorMs <= call.answer.at + call.answer.errorMs) return false;
  endUnseen(engine, call);
  return true;
}

export function endUnseen(engine: CallEngine, call: LiveCall): void {
  const gone = goneParty(call);
  if (gone && call.answer) endBefore(engine, call, gone, engine.now.wall);
}

/** Its party went between when it was last surely there, and `latest`. */
export function endBefore(engine: CallEngine, call: LiveCall, gone: LiveLeg, latest: WallTime): void {
  count(engine, "calls.endedUnseen");
  const at = betweenInstants(goneSince(engine, call, gone), latest);
  releaseCall(engine, call, { cause: cause.normalClearing, by: gone.side, at });
}
