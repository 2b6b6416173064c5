/**
 * One leg of a call stands at a gateway of this server, and no other is known: the rest is with another server, which may have ended it
 * before any audit here saw it. Its end is nobody's to tell, so absence proves it: complete polls of every gateway, as many as end a leg
 * that is known, all begun since this leg's gateway was gained.
 */
import type { Instant } from "../time.ts";
import { type CallEngine, stillAuditing } from "./call-engine.ts";
import type { Connection } from "./connection.ts";
import { closeHalfKnownCall, isToldEnded } from "./half-known-call.ts";
import { cause } from "./q850.ts";
import { type AssumedEnd, betweenInstants } from "./record-builder.ts";
import { withoutElsewhere } from "./speaks-elsewhere.ts";

export function closeWhatStandsAlone(engine: CallEngine): void {
  if (engine.incomplete.size === 0 || stillAuditing(engine)) return;
  const since = readSince(engine);
  for (const callId of [...engine.incomplete]) {
    const legs = engine.state.connections.ofCall(callId);
    if (engine.state.get(callId) || !isOneSide(engine, legs)) continue;
    const gainedBefore = ({ gateway }: Connection): boolean =>
      engine.owned.has(gateway) && (engine.adoptions.get(gateway)?.startedAt ?? Number.POSITIVE_INFINITY) <= since;
    if (!legs.every(gainedBefore)) continue;
    const told = isToldEnded(engine, engine.history.get(callId) ?? [], legs);
    closeHalfKnownCall(engine, callId, told ? null : unseenEnd(engine, legs), "its other leg is gone");
  }
}

/** What every gateway's polls lack was gone when the oldest of them began. */
function readSince(engine: CallEngine): Instant {
  let since = Number.POSITIVE_INFINITY;
  for (const gateway of engine.state.endpoints.gateways())
    since = Math.min(since, engine.judges.get(gateway)?.completeSince ?? Number.NEGATIVE_INFINITY);
  return since;
}

/** Of several called legs all but one were tried in vain, and all of them where the caller sends to none. */
function isOneSide(engine: CallEngine, legs: readonly Connection[]): boolean {
  if (legs.length <= 1) return legs.length === 1;
  return legs.every(({ origin }) => origin === "originate") || withoutElsewhere(engine, { history: [], active: legs }).active.length === 1;
}

function unseenEnd({ now }: CallEngine, legs: readonly Connection[]): AssumedEnd {
  const from = Math.min(...legs.map((leg) => leg.connectAt ?? leg.setupAt ?? now.wall), now.wall);
  return { end: betweenInstants(from, now.wall), cause: cause.normalUnspecified, releasedBy: null, outcome: "answered" };
}
