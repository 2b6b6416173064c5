/**
 * What a poll of observed gear means: rows are up, what complete polls lack has ended, and a gear that restarted has lost what it had.
 * A failed or partial poll ends nothing.
 */
import type { RecordedInstant } from "../calls/call-record.ts";
import type { ActivePoll } from "../calls/complete-poll.ts";
import type { Connection } from "../calls/connection.ts";
import { cause } from "../calls/q850.ts";
import { betweenInstants } from "../calls/record-builder.ts";
import type { WallTime } from "../time.ts";
import { unreachable } from "../unreachable.ts";
import { derivedCallId, type EndedObservedLeg, isOfLeg, legText, toldByHistory } from "./ended-leg.ts";
import { answerOfLeg, firstSighting, type LegSighting, noteSighting, startOfLeg } from "./leg-sighting.ts";
import { askHistory, considerOver, count, journal, type ObservedEngine, type WatchedGear } from "./observed-engine.ts";

export function seePoll(engine: ObservedEngine, poll: ActivePoll): void {
  const gear = engine.gear.get(poll.gateway);
  if (gear === undefined || (gear.polledAt !== null && poll.startedAt < gear.polledAt)) {
    // Removed meanwhile, or told after a later one: what was there then is no news.
    count(engine, "polls.stale");
    return;
  }
  gear.polledAt = poll.startedAt;
  const judgement = gear.judge.judge(poll, engine.table.ofGateway(poll.gateway));
  count(engine, `polls.${judgement.kind}`);
  switch (judgement.kind) {
    case "failed":
      return;
    case "partial":
      seeRows(engine, gear, poll, judgement.rows);
      return;
    case "restarted":
      loseLegs(engine, gear, judgement.lastSeenAt, judgement.restartedAt + restartSlackMs + (poll.endedAt - poll.startedAt));
      seeRows(engine, gear, poll, judgement.rows);
      return;
    case "complete":
      for (const { connection, lastSeenAt, goneAt } of judgement.ended) {
        endLeg(engine, gear, connection, { end: betweenInstants(lastSeenAt, goneAt), lost: false });
      }
      seeRows(engine, gear, poll, judgement.rows);
      gear.completeAt = poll.startedAt;
      askHistory(engine, gear);
      return;
    default:
      unreachable(judgement);
      return;
  }
}

/** sysUpTime counts whole ticks, and was read some time after it was asked for: the boot began no later than so long after it seems. */
const restartSlackMs = 20;

function seeRows(engine: ObservedEngine, gear: WatchedGear, poll: ActivePoll, rows: readonly Connection[]): void {
  if (poll.engineBoots !== null) gear.engineBoots = poll.engineBoots;
  for (const row of rows) {
    const text = legText(row);
    let sighting = gear.sightings.get(text);
    if (sighting === undefined) {
      sighting = sightingOf(engine, gear, poll, row);
      gear.sightings.set(text, sighting);
    }
    // It was surely up when the poll began, and of a later moment nobody knows: see leg-sighting.ts.
    const merged = engine.table.upsert({ ...row, seenAt: poll.startedAt });
    noteSighting(sighting, merged, poll);
  }
}

/**
 * A row that is new to the table may be of a call that seemed over: it is not. It may be recorded already, where its other legs were lost, or
 * replaced, before this one was ever seen; then it is recorded once more. A leg that seemed gone itself was never gone.
 */
function cameBack(engine: ObservedEngine, { leg, namesakes }: Known, callId: string): LegSighting | null {
  const { ended, writes, settled } = engine;
  const recorded = settled.get(callId);
  const call = recorded ?? ended.get(callId);
  if (call === null) return null;
  if (recorded !== null) {
    settled.remove(recorded);
    ended.enter(recorded, recorded.overAt!);
    count(engine, "calls.cameBack");
  }
  ended.reopen(call);
  writes.set(callId, null);
  if (leg === null || leg.outcome === "lost") return null;
  ended.takeBack(call, leg);
  return leg.sighting === null ? null : { ...leg.sighting, namesakes };
}

function sightingOf(engine: ObservedEngine, gear: WatchedGear, poll: ActivePoll, row: Connection): LegSighting {
  const { engineBoots } = gear;
  let namesakes = 0;
  for (;;) {
    const callId = row.callId ?? derivedCallId(row, { engineBoots, namesakes });
    const call = engine.settled.get(callId) ?? engine.ended.get(callId);
    const leg = call?.legs.find((one) => one.leg.gateway === row.gateway && legText(one.leg) === legText(row)) ?? null;
    if (row.callId !== null || leg === null || !isOfEarlierRun(leg, row)) {
      return cameBack(engine, { leg, namesakes }, callId) ?? firstSighting(poll, gear.completeAt, { engineBoots, namesakes });
    }
    // Another call, which the gear does not tell apart; the one before keeps its id, and its record.
    namesakes += 1;
    count(engine, "calls.sameId");
  }
}

/** What is known of the leg itself, where its call seemed over. */
interface Known {
  readonly leg: EndedObservedLeg | null;
  readonly namesakes: number;
}

/** What a restart took does not come back, and no more does what had ended before it. */
function isOfEarlierRun({ outcome, sighting, leg }: EndedObservedLeg, row: Connection): boolean {
  return outcome === "lost" || (sighting !== null && leg.bootEpoch !== row.bootEpoch);
}

interface LegEnd {
  readonly end: RecordedInstant;
  /** By a restart of its gear. */
  readonly lost: boolean;
}

function endLeg(engine: ObservedEngine, gear: WatchedGear, connection: Connection, { end, lost }: LegEnd): void {
  const { policy, now, table, ended } = engine;
  const text = legText(connection);
  const sighting = gear.sightings.get(text)!;
  const told = gear.told.get(text);
  table.remove(connection);
  gear.sightings.delete(text);
  gear.told.delete(text);
  const gone: EndedObservedLeg = {
    leg: connection,
    start: startOfLeg(connection, sighting, now, policy.longestCallMs),
    answer: answerOfLeg(connection, sighting, now, policy.longestCallMs),
    end,
    outcome: lost ? "lost" : "answered",
    cause: lost ? cause.networkOutOfOrder : null,
    releasedHere: null,
    awaitsHistory: gear.spec.keepsHistory && !lost,
    sighting,
  };
  const exact = told !== undefined && isOfLeg(told, gone.start, end.at - end.errorMs) ? toldByHistory(gone, told) : gone;
  if (exact.awaitsHistory) {
    gear.awaitedAt = now.mono;
    gear.awaitedFrom = Math.min(gear.awaitedFrom ?? Number.POSITIVE_INFINITY, end.at - end.errorMs);
  }
  const callId = connection.callId ?? derivedCallId(connection, sighting);
  ended.addLeg(callId, exact, policy.mostLegs);
  considerOver(engine, callId);
}

function loseLegs(engine: ObservedEngine, gear: WatchedGear, lastSeenAt: WallTime, restartedAt: WallTime): void {
  const { table, now } = engine;
  const { gateway } = gear.spec;
  const legs = [...table.ofGateway(gateway).values()];
  for (const leg of legs) {
    const seenAt = now.wall - (now.mono - leg.seenAt);
    endLeg(engine, gear, leg, { end: betweenInstants(Math.min(seenAt, lastSeenAt), restartedAt), lost: true });
  }
  if (legs.length === 0) return;
  const lost = legs.length;
  journal(engine, "observed-legs-lost", "alarm", `${gateway} restarted: ${lost} of its connections are lost.`, {
    gateway,
    lost,
    lastSeenAt,
    restartedAt,
  });
}
