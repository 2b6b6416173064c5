/** One seed of the plane of calls over the small world: traffic, takeovers, reboots and lossy links; then calm, and every checker. */
import { forgottenCalls } from "../../checkers/adopted-or-released.ts";
import { droppedCalls } from "../../checkers/established-calls-kept.ts";
import { recordProblems } from "../../checkers/one-record-per-answered-call.ts";
import { between, chance, forkRandom, pick, wholeBetween } from "../../random.ts";
import { CallsPlane } from "../calls-plane.ts";
import { callsSite } from "../calls-site.ts";
import { unequal } from "../settle-calls.ts";
import { SmallWorld } from "./small-world.ts";

export interface SmallRunResult {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly lines: readonly string[];
  readonly calls: number;
  readonly answered: number;
  readonly jobs: number;
}

const servers = ["cs-a", "cs-b"];
/** As far as one event may be late on the small world's links beyond what a server assumes. */
const allowance = { instantMs: 5, rate: 0 };

export function smallRun(seed: number): SmallRunResult {
  const random = forkRandom(seed, "faults");
  const world = new SmallWorld(seed);
  const names = Array.from({ length: wholeBetween(random, 2, 6) }, (_, i) => `gw-${i + 1}`);
  const site = callsSite(names, { lines: wholeBetween(random, 3, 12), channels: wholeBetween(random, 2, 8), pollSeconds: 5 });
  const traffic = {
    perSecond: between(random, 1, 5),
    meanHoldMs: between(random, 2_000, 12_000),
    abandoned: between(random, 0, 0.3),
    unanswered: between(random, 0, 0.15),
  };
  const plane = new CallsPlane({ ports: world, seed, servers, site, traffic });
  world.plane = plane;
  let owner = "cs-a";
  const other = (): string => (owner === "cs-a" ? "cs-b" : "cs-a");
  world.take(owner, names);
  world.run(between(random, 5_000, 15_000));
  const rounds = wholeBetween(random, 1, 3);
  for (let round = 0; round < rounds; round += 1) {
    world.loss = chance(random, 0.4) ? between(random, 0, 0.1) : 0;
    if (chance(random, 0.3)) {
      world.resign(owner);
      world.run(between(random, 1, 30));
      owner = other();
      world.take(owner, names);
    } else {
      const dead = owner;
      world.kill(dead);
      world.run(between(random, 510, 1_500));
      if (chance(random, 0.7)) owner = other();
      else world.restart(dead);
      world.take(owner, names);
      world.run(between(random, 0, 6_000));
      if (owner !== dead) world.restart(dead);
    }
    if (chance(random, 0.25)) {
      const gateway = pick(random, names);
      world.kill(gateway);
      world.run(between(random, 460, 2_000));
      world.restart(gateway);
      world.run(between(random, 601, 2_000));
    }
    world.run(between(random, 500, 10_000));
  }
  world.loss = 0;
  const problems = settle(world, plane);
  const answered = [...plane.truth.calls.values()].filter((call) => call.throughAt !== null).length;
  return { seed, problems, lines: world.lines, calls: plane.truth.calls.size, answered, jobs: world.schedule.ran };
}

/** Calm with calls up, then everybody hangs up; what must hold in between and afterwards. */
function settle(world: SmallWorld, plane: CallsPlane): string[] {
  plane.quiet();
  world.run(22_000);
  const problems = [...unequal(world, plane, false), ...droppedCalls(plane)];
  plane.hangUpAll();
  world.run(15_000);
  return [
    ...problems,
    ...unequal(world, plane, true),
    ...forgottenCalls(plane),
    ...droppedCalls(plane),
    ...recordProblems(plane, allowance),
  ].filter((problem, index, all) => all.indexOf(problem) === index);
}
