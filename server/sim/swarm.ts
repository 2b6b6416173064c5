/**
 * One seed of the swarm: draw a profile and its faults, run a safety phase, heal everything, run a liveness phase, with every checker watching.
 * A failing seed tells itself: seed, the trace around it, the invariant in words, the command that replays it, and the shrunk schedule of faults.
 */
import { carriesCalls, profileWithCalls } from "./calls/calls-profile.ts";
import { settleCalls } from "./calls/settle-calls.ts";
import { callsPlane } from "./calls/world-plane.ts";
import type { Checker } from "./checker.ts";
import { Violation } from "./checker.ts";
import { everyChecker } from "./checkers/every-checker.ts";
import { applyFault, type Fault, faultText } from "./fault.ts";
import { drawFaults } from "./fault-plan.ts";
import type { Machines } from "./machines.ts";
import { calmNetwork } from "./network.ts";
import { admitAbstaining, guard } from "./orders.ts";
import type { Plane } from "./plane.ts";
import { drawProfile, type Profile, profileText } from "./profile.ts";
import { shrink } from "./shrink.ts";
import { healAll } from "./verbs.ts";
import { World } from "./world.ts";

/** What a run may add or replace: the calls, other machines, further checkers. */
export interface RunParts {
  readonly plane?: (world: World) => Plane;
  readonly machines?: Machines;
  readonly checkers?: () => Checker[];
  /** What follows when everything else is well: calls end, and their checkers look. */
  readonly settle?: (world: World) => void;
}

export interface Failure {
  /** The invariant in words; for anything else that was thrown, its message. */
  readonly invariant: string;
  readonly what: string;
  readonly atMs: number;
  readonly trace: string;
}

export interface Run {
  readonly hash: string;
  readonly virtualMs: number;
  readonly jobs: number;
  readonly failure: Failure | null;
}

export interface SeedResult extends Run {
  readonly profile: Profile;
  readonly faults: readonly Fault[];
}

export function runSeed(seed: number, parts: RunParts = {}): SeedResult {
  const drawn = drawProfile(seed);
  const profile = carriesCalls(seed) ? profileWithCalls(seed, drawn) : drawn;
  const faults = drawFaults(profile);
  return { profile, faults, ...runProfile(profile, faults, parts) };
}

/** A profile with calls brings their plane, unless a run has its own. */
function partsOf(profile: Profile, parts: RunParts): RunParts {
  const { calls } = profile;
  if (calls === null || parts.plane) return parts;
  return { ...parts, plane: (world) => callsPlane(world, 0, calls), settle: (world) => settleCalls(world, profile.rateError) };
}

export function runProfile(profile: Profile, faults: readonly Fault[], given: RunParts = {}): Run {
  const parts = partsOf(profile, given);
  const world = new World({
    seed: profile.seed,
    clusters: profile.clusters,
    network: profile.network,
    newerMinor: profile.newerMinor,
    checkers: parts.checkers?.() ?? everyChecker(),
    ...(parts.plane ? { plane: parts.plane } : {}),
    ...(parts.machines ? { machines: parts.machines } : {}),
  });
  const failure = failureOf(world, () => {
    for (const fault of faults) world.schedule.at(fault.atMs, () => applyFault(world, fault));
    world.run(profile.startMs + profile.safetyMs);
    world.network.profile = calmNetwork;
    healAll(world);
    relent(world);
    world.run(profile.livenessMs);
    // A failback by the site's rule may have begun at the very end: it is looked at when it is over, flushed first and then merged.
    for (let more = 0; more < 2 && changing(world); more += 1) world.run(changeMs);
    world.finish();
    parts.settle?.(world);
  });
  return { hash: world.trace.hash, virtualMs: world.schedule.now, jobs: world.schedule.ran, failure };
}

/** What an operator stopped, an operator lets go on, and again where a server whose clock is ahead had stamped it later: so with acknowledging. */
function relent(world: World): void {
  for (const cluster of world.clusters.keys()) {
    guard(world, cluster, { kind: "resume" });
    guard(world, cluster, { kind: "acknowledge" });
    const again = (): void => {
      if (isPaused(world, cluster)) guard(world, cluster, { kind: "resume" });
      guard(world, cluster, { kind: "acknowledge" });
    };
    // Voters that lost their storage, where too many did for any title.
    world.schedule.at(world.schedule.now + 1500, () => {
      again();
      if (world.titled(cluster).length === 0) admitAbstaining(world, cluster);
    });
    world.schedule.at(world.schedule.now + 3000, again);
  }
}

function isPaused(world: World, cluster: number): boolean {
  return world.clusters[cluster]!.servers.some((name) => world.serverNode(name).member.store.guard.pause !== null);
}

/** A switchover with its flush, or the merging of what the title before had lent. */
const changeMs = 4000;

function changing(world: World): boolean {
  return [...world.servers.values()].some(({ clock, member: { state } }) => {
    if (state.kind === "holding") return state.titleSince !== null && clock.now().wall - state.titleSince < changeMs;
    return state.kind === "handing-over" || state.kind === "resigned" || state.kind === "claiming";
  });
}

const linesAround = 40;

function failureOf(world: World, run: () => void): Failure | null {
  try {
    run();
    return null;
  } catch (error) {
    const atMs = world.schedule.now;
    const trace = world.trace.last(linesAround);
    if (error instanceof Violation) return { invariant: error.invariant, what: error.what, atMs, trace };
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { invariant: "The code under test does not throw.", what, atMs, trace };
  }
}

export function replayCommand(seed: number): string {
  return `npm run sim -- --seed ${seed}`;
}

/** What a failing seed has to say for itself. Shrinking runs it some dozen times more. */
export function failureReport(result: SeedResult, parts: RunParts = {}): string {
  const { profile, failure, faults } = result;
  if (failure === null) return `seed ${profile.seed}: every invariant holds.`;
  const fails = (kept: readonly Fault[]): boolean => runProfile(profile, kept, parts).failure?.invariant === failure.invariant;
  const shrunk = shrink(faults, fails);
  const smallest = runProfile(profile, shrunk, parts).failure ?? failure;
  return [
    profileText(profile),
    `violated at ${failure.atMs.toFixed(1)} ms: ${failure.invariant}`,
    failure.what,
    `replay: ${replayCommand(profile.seed)}`,
    "",
    `${faults.length} faults shrink to ${shrunk.length}:`,
    ...shrunk.map(faultText),
    "",
    `with these alone: ${smallest.what}`,
    smallest.trace,
  ].join("\n");
}
