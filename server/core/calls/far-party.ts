/**
 * Who hung up first: a party is heard to hang up, and the other one may have done so before, at a gateway that this server does not
 * control, or did not until just now. The history of a gateway that is being read tells; of any other only the audits of its connection do.
 */
import type { NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";
import type { CallEngine } from "./call-engine.ts";
import type { RecordedInstant } from "./call-record.ts";
import { type Connection, seenWall } from "./connection.ts";
import type { LiveCall, Side } from "./live-call.ts";

/** The end of the call as heard from this side, with the doubt about the other; the record waits where the far gateway is being read. */
export function endHeard(engine: CallEngine, call: LiveCall, side: Side, heard: RecordedInstant): RecordedInstant {
  const far = side === "calling" ? call.called : call.calling;
  if (!call.answer || !far) return heard;
  const { gateway } = far.row;
  if (isBeingRead(engine, gateway)) {
    call.awaitingHistoryOf = gateway;
    call.awaitingSince = 0;
    return heard;
  }
  return isRead(engine, gateway) ? heard : doubted(engine, call, side, heard);
}

/** Its history did not come: the doubt stays. */
export function giveUpHistory(engine: CallEngine, call: LiveCall): void {
  if (call.awaitingHistoryOf === null) return;
  call.awaitingHistoryOf = null;
  const side = call.releasedBy;
  if (call.end?.source === "signalling" && (side === "calling" || side === "called")) call.end = doubted(engine, call, side, call.end);
}

/** How long before `at` the call may have ended at a far leg that this server sees by audits alone: its owner deletes it when its party is gone. */
export function sinceSeenMs(engine: CallEngine, far: Pick<Connection, "seenAt">, at: WallTime): number {
  return Math.max(0, at - seenWall(far, engine.now)) + engine.policy.historyMarginMs;
}

function doubted(engine: CallEngine, call: LiveCall, side: Side, heard: RecordedInstant): RecordedInstant {
  const far = side === "calling" ? call.called : call.calling;
  const known = far === null ? null : engine.state.connectionOf(call, far);
  const answeredMs = Math.max(0, heard.at - (call.answer ?? call.start).at);
  const doubtMs = known === null ? answeredMs : Math.min(answeredMs, sinceSeenMs(engine, known, heard.at));
  return { ...heard, errorMs: Math.max(heard.errorMs, doubtMs) };
}

function isBeingRead(engine: CallEngine, gateway: NodeName): boolean {
  const adoption = engine.adoptions.get(gateway);
  return engine.owned.has(gateway) && adoption?.state === "auditing" && !adoption.historyRead;
}

/** This server controls the gateway, and knows what happened there before it did. */
function isRead(engine: CallEngine, gateway: NodeName): boolean {
  return engine.owned.has(gateway) && engine.adoptions.get(gateway)?.historyRead !== false;
}

/** Found by this server itself since it took the gateway over. */
export function isFound(engine: CallEngine, leg: Pick<Connection, "gateway" | "seenAt">): boolean {
  const adoption = engine.adoptions.get(leg.gateway);
  return adoption !== undefined && leg.seenAt >= adoption.startedAt;
}
