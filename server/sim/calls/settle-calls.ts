/** The end of a run with calls: calm with calls up, then everybody hangs up; what every checker of calls has to say in between and afterwards. */
import { Violation } from "../checker.ts";
import { adoptedOrReleased, forgottenCalls } from "../checkers/adopted-or-released.ts";
import { callStatesEqual, unequalStates } from "../checkers/call-states-equal.ts";
import { droppedCalls, establishedCallsKept } from "../checkers/established-calls-kept.ts";
import { oneRecordPerAnsweredCall, recordProblems } from "../checkers/one-record-per-answered-call.ts";
import type { World } from "../world.ts";
import { CallsPlane } from "./calls-plane.ts";

/** MGCP gives a command up after 20 s; what a fault left half done is over by then. */
const calmMs = 22_000;
/** Releases, the next audits, and their effects. */
const emptyMs = 15_000;

const underWayMs = 1_000;

/** @param rateError the worst clock of this run */
export function settleCalls(world: World, rateError: number): void {
  const { plane } = world;
  if (!(plane instanceof CallsPlane)) return;
  plane.quiet();
  world.run(calmMs);
  say(world, callStatesEqual, unequal(world, plane, false));
  say(world, establishedCallsKept, droppedCalls(plane));
  plane.hangUpAll();
  world.run(emptyMs);
  say(world, callStatesEqual, unequal(world, plane, true));
  say(world, establishedCallsKept, droppedCalls(plane));
  say(world, adoptedOrReleased, forgottenCalls(plane));
  say(world, oneRecordPerAnsweredCall, recordProblems(plane, { instantMs: 5, rate: 2 * rateError }));
}

/** A party may act at the very moment of looking: what is under way then is done a second later. */
export function unequal(world: Pick<World, "ownerOf" | "run">, plane: CallsPlane, empty: boolean): string[] {
  const look = (): string[] => unequalStates(plane, (gateway) => world.ownerOf(gateway), empty);
  if (look().length > 0) world.run(underWayMs);
  return look();
}

function say(world: World, invariant: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new Violation(invariant, problems.slice(0, 5).join("; "), world.schedule.now);
}
