/**
 * `npm run bench -- simulator`: ten-second failovers of 16 gateways that one core plays per second, with every checker and with none.
 * Processor time, not time on the wall; the best of several rounds in turn, for other work on the machine only ever slows it.
 */
import { everyChecker } from "../server/sim/checkers/every-checker.ts";
import { namedCluster } from "../server/sim/cluster.ts";
import { crash } from "../server/sim/verbs.ts";
import { World } from "../server/sim/world.ts";
import { Bounds, say } from "./figures.ts";

const gateways = 16;
const peaceMs = 3000;
const afterMs = 7000;
const rounds = 6;
const leastPerSecond = 300;

export async function benchSimulator(words: readonly string[]): Promise<number> {
  const runs = Number(words[words.indexOf("--runs") + 1]) || 200;
  const bounds = new Bounds();
  for (let seed = 1; seed <= runs; seed += 1) failover(seed, true);
  let checkedMs = Number.POSITIVE_INFINITY;
  let uncheckedMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    checkedMs = Math.min(checkedMs, processorMs(runs, true));
    uncheckedMs = Math.min(uncheckedMs, processorMs(runs, false));
  }
  const { jobs, datagrams } = failover(1, true);
  const perSecond = 1000 / checkedMs;
  say(`one failover: ${(peaceMs + afterMs) / 1000} virtual seconds, ${gateways} gateways, ${jobs} jobs, ${datagrams} datagrams`);
  say(`every checker  ${line(checkedMs, jobs)}`);
  say(`no checker     ${line(uncheckedMs, jobs)}`);
  say(`checkers take ${(100 * (1 - uncheckedMs / checkedMs)).toFixed(0)} % of the time, machines and world the rest`);
  bounds.check(
    `at least ${leastPerSecond} failovers per core-second, every checker on: ${perSecond.toFixed(0)}`,
    perSecond >= leastPerSecond,
  );
  return bounds.broken;
}

function line(ms: number, jobs: number): string {
  return `${(1000 / ms).toFixed(0).padStart(5)} per core-second  ${ms.toFixed(2)} ms each  ${((1000 * ms) / jobs).toFixed(2)} µs a job`;
}

/** Of one failover, on average over the seeds from 1 on. */
function processorMs(runs: number, checked: boolean): number {
  const before = process.cpuUsage();
  for (let seed = 1; seed <= runs; seed += 1) failover(seed, checked);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / runs;
}

/** The primary dies after three seconds; seven seconds later somebody else must hold the title. */
function failover(seed: number, checked: boolean): { jobs: number; datagrams: number } {
  const world = new World({ seed, clusters: [namedCluster(1, 2, gateways, 0)], checkers: checked ? everyChecker() : [] });
  world.run(peaceMs);
  const [primary] = world.titled(0);
  if (primary === undefined) throw new Error(`seed ${seed}: nobody holds the title after ${peaceMs} ms`);
  crash(world, primary);
  world.run(afterMs);
  if (world.titled(0).length !== 1) throw new Error(`seed ${seed}: nobody took over`);
  return { jobs: world.schedule.ran, datagrams: world.datagrams };
}
