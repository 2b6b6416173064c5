/**
 * What a history of observed gear means: exact ends of legs that polls found gone or will find gone, and calls that no poll saw. A history
 * repeats itself: what was settled before is no news.
 */
import type { EndedConnection } from "../calls/connection.ts";
import { derivedCallId, isOfLeg, legOfHistory, legText, toldByHistory } from "./ended-leg.ts";
import { askHistory, considerOver, count, type ObservedEngine, type WatchedGear } from "./observed-engine.ts";
import type { ObservedEvent } from "./observed-event.ts";

export function seeHistory(engine: ObservedEngine, event: Extract<ObservedEvent, { kind: "history-read" }>): void {
  const { policy, now } = engine;
  const gear = engine.gear.get(event.gateway);
  if (gear === undefined) {
    count(engine, "histories.stale");
    return;
  }
  count(engine, event.complete ? "histories.complete" : "histories.partial");
  gear.historyAskedAt = null;
  const touched = new Set<string>();
  for (const row of event.rows) {
    const callId = seeRow(engine, gear, row);
    if (callId !== null) touched.add(callId);
  }
  for (const callId of touched) considerOver(engine, callId);
  if (!event.complete) return;
  gear.historyReadAt = event.startedAt;
  gear.historySince = now.wall - (now.mono - event.startedAt) - policy.historyMarginMs;
  // What ended since it was asked may be lacking.
  if (gear.awaitedAt !== null && event.startedAt < gear.awaitedAt) askHistory(engine, gear);
}

/** Returns the call that it tells something new of. */
function seeRow(engine: ObservedEngine, gear: WatchedGear, row: EndedConnection): string | null {
  const { ended, settled, title, policy } = engine;
  const { gateway } = gear.spec;
  const text = legText(row);
  const call = ended.ofLeg(gateway, text);
  const seen = call?.legs.find((one) => one.leg.gateway === gateway && legText(one.leg) === text);
  if (call !== null && seen !== undefined && isOfLeg(row, seen.start, seen.end.at - seen.end.errorMs)) {
    if (!seen.awaitsHistory) return null;
    ended.replaceLeg(call, seen, toldByHistory(seen, row));
    count(engine, "ends.exact");
    return call.callId;
  }
  if (gear.sightings.has(text)) {
    // Polls have not proved it gone yet.
    gear.told.set(text, row);
    return null;
  }
  const callId = row.callId ?? derivedCallId(row, { engineBoots: gear.engineBoots, namesakes: 0 });
  // It may name the call otherwise than the active table did, or not at all.
  if (title === null || settled.get(callId) !== null || settled.ofLeg(gateway, text) !== null) return null;
  ended.addLeg(callId, legOfHistory(row), policy.mostLegs);
  count(engine, "legs.unseen");
  return callId;
}
