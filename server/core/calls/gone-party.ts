/** Whose party an audit found gone, though nobody heard it go: the controller of then was told, and died, resigned or slept before it acted on it. */
import type { WallTime } from "../time.ts";
import type { CallEngine } from "./call-engine.ts";
import { seenWall } from "./connection.ts";
import { type LiveCall, type LiveLeg, legsOf } from "./live-call.ts";

/** A calling party that is on its hook, or a called one after it answered: asked before, it had not lifted yet. */
export function goneParty(call: LiveCall): LiveLeg | null {
  return (
    legsOf(call).find(({ row, side }) => row.auditedOffHook === false && (side === "calling" || answeredBefore(call, row.auditedAt))) ??
    null
  );
}

/** When it went, at the earliest. */
export function goneSince(engine: CallEngine, call: LiveCall, gone: LiveLeg): WallTime {
  const told = Math.min(engine.silentSince ?? 0, stoodUntil(engine, call, gone));
  return Math.max((call.answer ?? call.start).at, told - engine.policy.historyMarginMs);
}

/** Not found since the takeover: it may have ended before the last controller came, which could do nothing about it either. */
function stoodUntil(engine: CallEngine, call: LiveCall, leg: LiveLeg): WallTime {
  const known = leg.confirmed ? null : engine.state.connectionOf(call, leg);
  return known === null ? engine.now.wall : seenWall(known, engine.now);
}

function answeredBefore({ answer }: LiveCall, at: WallTime): boolean {
  return answer !== null && answer.at + answer.errorMs <= at;
}
