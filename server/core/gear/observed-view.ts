/** What is up on observed gear, for people: calls with their legs, when each was seen, and which legs look stuck. */
import type { RecordedInstant } from "../calls/call-record.ts";
import type { Connection } from "../calls/connection.ts";
import type { Now, WallTime } from "../time.ts";
import { derivedCallId, legText } from "./ended-leg.ts";
import { answerOfLeg, type LegSighting, startOfLeg } from "./leg-sighting.ts";
import type { ObservedEngine } from "./observed-engine.ts";
import { type StuckLeg, type StuckPolicy, stuckLeg } from "./stuck-legs.ts";

export interface ObservedLeg {
  readonly connection: Connection;
  /** The poll that first had it was over then, and the last one began then. */
  readonly firstSeenAt: WallTime;
  readonly lastSeenAt: WallTime;
  readonly start: RecordedInstant;
  /** Null: not connected, as far as anybody saw. */
  readonly answer: RecordedInstant | null;
  /** Two polls of its gear are overdue that would have confirmed it: whether it is up still, nobody knows. */
  readonly stale: boolean;
}

/** As far as its gear tells: setting-up may be ringing as well; unknown: up, and whether anybody answered, nobody can say. */
export type ObservedPhase = "setting-up" | "talking" | "unknown";

export interface ObservedCall {
  readonly callId: string;
  /** The gear tells no call id: the leg stands for its call. */
  readonly derived: boolean;
  readonly phase: ObservedPhase;
  readonly legs: readonly ObservedLeg[];
}

export function* observedCalls(engine: ObservedEngine, now: Now): IterableIterator<ObservedCall> {
  for (const callId of engine.table.callIds()) {
    yield callOf(
      callId,
      false,
      engine.table.ofCall(callId).map((row) => legOf(engine, row, now)),
    );
  }
  for (const row of engine.table.all()) {
    if (row.callId === null) yield callOf(derivedCallId(row, sightingOf(engine, row)), true, [legOf(engine, row, now)]);
  }
}

export function* stuckLegsOf(engine: ObservedEngine, now: Now, policy: StuckPolicy): IterableIterator<StuckLeg> {
  for (const connection of engine.table.all()) {
    const { counters, seenBy } = sightingOf(engine, connection);
    const stuck = stuckLeg({ connection, counters, seenBy }, now, policy);
    if (stuck !== null) yield stuck;
  }
}

function callOf(callId: string, derived: boolean, legs: readonly ObservedLeg[]): ObservedCall {
  return { callId, derived, phase: phaseOf(legs), legs };
}

/** One leg that says more than "unknown" speaks for its call: a call is answered on all of its legs, or on none. */
function phaseOf(legs: readonly ObservedLeg[]): ObservedPhase {
  if (legs.some(({ answer, connection }) => answer !== null || connection.state === "connected")) return "talking";
  return legs.some(({ connection }) => connection.state === "connecting") ? "setting-up" : "unknown";
}

function legOf(engine: ObservedEngine, connection: Connection, now: Now): ObservedLeg {
  const sighting = sightingOf(engine, connection);
  const { longestCallMs } = engine.policy;
  return {
    connection,
    firstSeenAt: now.wall - (now.mono - sighting.seenBy),
    lastSeenAt: now.wall - (now.mono - connection.seenAt),
    start: startOfLeg(connection, sighting, now, longestCallMs),
    answer: answerOfLeg(connection, sighting, now, longestCallMs),
    stale: isStale(engine, connection, now),
  };
}

/** Beyond two intervals, for the poll's own time: a poll takes a while, and what it saw counts from its beginning. */
const staleSlackMs = 2_000;

/** By what its row says and not its gear: a partial poll confirms some legs and not others. */
function isStale({ gear }: ObservedEngine, { gateway, seenAt }: Connection, now: Now): boolean {
  return now.mono - seenAt > 2 * gear.get(gateway)!.spec.pollMs + staleSlackMs;
}

/** Every leg in the table was seen by a poll of gear that is watched. */
function sightingOf({ gear }: ObservedEngine, row: Connection): LegSighting {
  return gear.get(row.gateway)!.sightings.get(legText(row))!;
}
