/**
 * Who hung up first: a party is heard to hang up, and the other one may have done so before, at a gateway that this server does not
 * control, or did not until just now. So may this one, if its gateway was another server's: what is heard is of its next call then.
 * The history of a gateway that is being read tells; of any other only the audits of its connection do.
 */
import type { NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";
import type { CallEngine } from "./call-engine.ts";
import { partyHeard, type RecordedInstant } from "./call-record.ts";
import { type Connection, seenWall } from "./connection.ts";
import type { EndpointRow } from "./endpoint-table.ts";
import { goneParty, goneSince } from "./gone-party.ts";
import { connectionAt, type LiveCall, type LiveLeg, legsOf, type Side } from "./live-call.ts";

/** The end of the call as heard from this side, with the doubt about an earlier one; the record waits for what is being read. */
export function endHeard(engine: CallEngine, call: LiveCall, side: Side, heard: RecordedInstant): RecordedInstant {
  call.heardErrorMs = heard.errorMs;
  if (!call.answer || !call.called) return heard;
  const unheard = (row: EndpointRow): boolean => engine.owned.has(row.gateway) && !row.heard && row.auditedOffHook !== true;
  call.farUnheard = legsOf(call).some((leg) => leg.side !== side && unheard(leg.row));
  call.awaitingHistoryOf = telling(engine, call, side);
  call.awaitingSince = 0;
  return call.awaitingHistoryOf === null ? doubted(engine, call, side, heard) : heard;
}

/** The awaited history was read, or not to its end. */
export function historyCame(engine: CallEngine, call: LiveCall, complete: boolean): void {
  const gateway = call.awaitingHistoryOf;
  if (gateway === null || (!complete && isBeingRead(engine, gateway))) return; // it is asked again
  if (!complete) {
    giveUpHistory(engine, call);
    return;
  }
  const side = partyHeard(call);
  call.awaitingHistoryOf = side === null ? null : telling(engine, call, side);
  // Of the other party's gateway, which is out of reach, it told nothing.
  if (side !== null && call.end && call.awaitingHistoryOf === null) call.end = doubted(engine, call, side, call.end);
}

/** Its history did not come: the doubt stays. */
export function giveUpHistory(engine: CallEngine, call: LiveCall): void {
  if (call.awaitingHistoryOf === null) return;
  call.awaitingHistoryOf = null;
  const side = partyHeard(call);
  if (side !== null && call.end) call.end = doubted(engine, call, side, call.end);
}

/** Nothing came of the other party's gateway any more: what waited there to be told may be lost with it. */
export function doubtUnheard(call: LiveCall, end: RecordedInstant): RecordedInstant {
  if (!call.farUnheard || call.answer === null || partyHeard(call) === null) return end;
  return { ...end, errorMs: Math.max(end.errorMs, end.at - call.answer.at) };
}

/** The other party's gateway did not answer the delete: it may have been out of reach, and its party gone, for longer than this server noticed. */
export function doubtOutOfReach(engine: CallEngine, call: LiveCall, far: LiveLeg): void {
  const side = partyHeard(call);
  const known = engine.state.connectionOf(call, far);
  if (side === null || side === far.side || known === null || call.end === null || call.answer === null) return;
  const doubtMs = Math.min(Math.max(0, call.end.at - call.answer.at), sinceSeenMs(engine, known, call.end.at));
  call.end = { ...call.end, errorMs: Math.max(call.end.errorMs, doubtMs) };
}

/** Its gateway is being read, and nobody has found this leg since: the endpoint may have another call by now, of which events tell. */
export function isUnsettled(engine: CallEngine, call: LiveCall, leg: LiveLeg): boolean {
  return isBeingRead(engine, leg.row.gateway) && isMissing(engine, call, leg);
}

/** Its gateway's connections are being read, and this leg is not among what was found so far: the gateway may have restarted. */
export function isUnread(engine: CallEngine, call: LiveCall, leg: LiveLeg): boolean {
  const { gateway } = leg.row;
  return engine.owned.has(gateway) && engine.adoptions.get(gateway)?.state === "auditing" && isMissing(engine, call, leg);
}

function isMissing(engine: CallEngine, call: LiveCall, leg: LiveLeg): boolean {
  const known = engine.state.connectionOf(call, leg);
  return known === null || !isFound(engine, known);
}

/** How long before `at` the call may have ended at a far leg that this server sees by audits alone: its owner deletes it when its party is gone. */
export function sinceSeenMs(engine: CallEngine, far: Pick<Connection, "seenAt">, at: WallTime): number {
  return Math.max(0, at - seenWall(far, engine.now)) + engine.policy.historyMarginMs;
}

/** A gateway being read whose history may tell that the call had ended before this side was heard to hang up. */
function telling(engine: CallEngine, call: LiveCall, side: Side): NodeName | null {
  for (const leg of legsOf(call)) {
    if (leg.side === side ? isUnsettled(engine, call, leg) : isBeingRead(engine, leg.row.gateway)) return leg.row.gateway;
  }
  return null;
}

function doubted(engine: CallEngine, call: LiveCall, side: Side, heard: RecordedInstant): RecordedInstant {
  const answeredMs = Math.max(0, heard.at - (call.answer ?? call.start).at);
  const told = engine.history.get(call.callId) ?? [];
  let { errorMs } = heard;
  for (const leg of legsOf(call)) {
    const known = engine.state.connectionOf(call, leg);
    const found = leg.confirmed || !isMissing(engine, call, leg);
    if (leg.side === side && found) continue;
    // A history tells of its last moments only: an inherited leg that is neither there nor found may have ended before those.
    const mayHaveEnded = call.origin === "adopted" && !found && connectionAt(told, leg) === null;
    if (isRead(engine, leg.row.gateway) && !mayHaveEnded) continue;
    errorMs = Math.max(errorMs, known === null ? answeredMs : Math.min(answeredMs, sinceSeenMs(engine, known, heard.at)));
  }
  // It was told to somebody who could not act on it, and is not told again.
  const gone = goneParty(call);
  if (gone !== null && gone.side !== side) errorMs = Math.max(errorMs, heard.at - goneSince(engine, call, gone));
  return { ...heard, errorMs };
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
  const since = engine.owned.get(leg.gateway);
  return since !== undefined && leg.seenAt >= since;
}
