/**
 * `npm run sim`: one seed, many seeds on all cores, or one scenario.
 * Exit code 0 = every invariant held, 1 = one was violated, 2 = the command was not understood.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { faultText } from "../fault.ts";
import { profileText } from "../profile.ts";
import { failureReport, replayCommand, runSeed } from "../swarm.ts";
import { mutantNames, mutantsNamed, runMutants } from "./mutant-command.ts";
import { runScale } from "./scale.ts";
import { playNamed, scenarioNames } from "./scenario-files.ts";
import { runSeeds, type Totals } from "./seed-runner.ts";

const usage = `npm run sim -- [--seed N] [--seeds N] [--minutes M] [--scenario NAME] [--gateways N] [--calls N] [--mutant NAME] [--json]

  --seed N         one seed: its site, its faults and what came of it; with --seeds or --minutes, the first of them
  --seeds N        so many seeds on all cores (2000 without any option)
  --minutes M      as many seeds as fit in so many minutes
  --gateways N --calls N  the takeover of a site of that size and of its tenths
  --mutant NAME    a deliberate fault in the code, or all of them: 0 where a checker noticed
  --scenario NAME  one scenario with its transcript: ${scenarioNames().slice(0, 3).join(", ")} …
  --json           one object instead of lines`;

const options = {
  seed: { type: "string" },
  seeds: { type: "string" },
  minutes: { type: "string" },
  scenario: { type: "string" },
  gateways: { type: "string" },
  calls: { type: "string" },
  mutant: { type: "string" },
  workers: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

/** Violations told in full; the others by their seed. */
const mostTold = 3;

class Misuse extends Error {}

const bounds = {
  seed: [0, Number.MAX_SAFE_INTEGER],
  seeds: [1, 1_000_000_000],
  workers: [1, 256],
  gateways: [1, 100_000],
  calls: [0, 10_000_000],
} as const;

function whole(values: Values, name: keyof typeof bounds): number | null {
  const text = values[name];
  if (text === undefined) return null;
  const [least, most] = bounds[name];
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new Misuse(`--${name} must be a whole number from ${least} to ${most}, not ${text}.`);
  return value;
}

/** What stands alone is not silently played without the rest. */
function refuseBeside(values: Values, alone: readonly (keyof Values)[]): void {
  const beside = Object.keys(values).find((name) => name !== "json" && !alone.includes(name as keyof Values));
  if (beside !== undefined) throw new Misuse(`--${alone.find((name) => values[name] !== undefined)} does not go with --${beside}.`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    say(usage);
    return 0;
  }
  const gateways = whole(values, "gateways");
  const calls = whole(values, "calls");
  if (gateways !== null || calls !== null) refuseBeside(values, ["gateways", "calls"]);
  if (values.mutant !== undefined) refuseBeside(values, ["mutant"]);
  if (values.scenario !== undefined) refuseBeside(values, ["scenario"]);
  if (gateways !== null || calls !== null) return runScale(gateways ?? 100, calls ?? 100 * (gateways ?? 100), values.json === true, say);
  if (values.mutant !== undefined) return mutants(values.mutant, values.json === true);
  if (values.scenario !== undefined) return scenario(values.scenario, values.json === true);
  const seed = whole(values, "seed");
  const seeds = whole(values, "seeds");
  if (seed !== null && seeds === null && values.minutes === undefined) return oneSeed(seed, values.json === true);
  const minutes = values.minutes === undefined ? null : Number(values.minutes);
  if (minutes !== null && !(minutes > 0)) throw new Misuse(`--minutes must be a number above 0, not ${values.minutes}.`);
  return manySeeds(seed ?? 1, seeds ?? (minutes === null ? 2000 : null), minutes, whole(values, "workers"), values.json === true);
}

async function mutants(name: string, json: boolean): Promise<number> {
  const chosen = mutantsNamed(name);
  if (chosen === null) throw new Misuse(`There is no mutant ${name}. There are: all, ${mutantNames()}.`);
  return (await runMutants(chosen, json, say)) ? 0 : 1;
}

function oneSeed(seed: number, json: boolean): number {
  const result = runSeed(seed);
  const { failure, faults, hash, virtualMs, jobs, profile } = result;
  if (json) say(JSON.stringify({ seed, hash, virtualMs, jobs, violation: failure === null ? null : failure.invariant }));
  else {
    say(failure === null ? [profileText(profile), ...faults.map(faultText)].join("\n") : failureReport(result));
    if (failure === null) say(`Every invariant holds. ${(virtualMs / 1000).toFixed(1)} s of virtual time, ${jobs} events, trace ${hash}.`);
  }
  return failure === null ? 0 : 1;
}

function scenario(name: string, json: boolean): number {
  if (!scenarioNames().includes(name)) throw new Misuse(`There is no scenario ${name}. There are: ${scenarioNames().join(", ")}.`);
  const played = playNamed(name);
  if (json) say(JSON.stringify({ scenario: name, hash: played.hash, failures: played.failures }));
  else {
    say(played.text);
    for (const failure of played.failures) say(failure);
  }
  return played.failures.length === 0 ? 0 : 1;
}

async function manySeeds(
  firstSeed: number,
  seeds: number | null,
  minutes: number | null,
  workers: number | null,
  json: boolean,
): Promise<number> {
  const begun = performance.now();
  let toldAt = begun;
  const totals = await runSeeds({
    firstSeed,
    seeds,
    untilMs: minutes === null ? null : begun + minutes * 60_000,
    workers: workers ?? availableParallelism(),
    onProgress(so) {
      if (json || performance.now() - toldAt < 5000) return;
      toldAt = performance.now();
      process.stderr.write(`${summary(so, (toldAt - begun) / 1000)}\n`);
    },
  });
  const seconds = (performance.now() - begun) / 1000;
  if (json)
    say(
      JSON.stringify({
        firstSeed,
        ...figures(totals, seconds),
        violations: totals.violations.map(({ seed, invariant }) => ({ seed, invariant, replay: replayCommand(seed) })),
      }),
    );
  else {
    for (const violation of totals.violations.slice(0, mostTold)) say(`${violation.report}\n`);
    say(summary(totals, seconds));
  }
  return totals.violations.length === 0 ? 0 : 1;
}

function figures(
  totals: Totals,
  seconds: number,
): { seeds: number; virtualHours: number; events: number; eventsPerSecond: number; seconds: number } {
  return {
    seeds: totals.seeds,
    virtualHours: Math.round(totals.virtualMs / 36_000) / 100,
    events: totals.jobs,
    eventsPerSecond: Math.round(totals.jobs / seconds),
    seconds: Math.round(seconds * 10) / 10,
  };
}

function summary(totals: Totals, seconds: number): string {
  const { seeds, virtualHours, eventsPerSecond } = figures(totals, seconds);
  const count = totals.violations.length;
  const violated =
    count === 0
      ? "no violation"
      : `${count} ${count === 1 ? "violation" : "violations"} (seeds ${totals.violations
          .map(({ seed }) => seed)
          .sort((a, b) => a - b)
          .slice(0, 20)
          .join(", ")}${count > 20 ? ", …" : ""})`;
  return `${seeds} seeds, ${virtualHours} virtual hours, ${eventsPerSecond} events/s in ${seconds.toFixed(1)} s: ${violated}`;
}

try {
  process.exitCode = await main();
} catch (error) {
  const misused = error instanceof Misuse || (error instanceof TypeError && "code" in error);
  process.stderr.write(misused ? `${error.message}\n${usage}\n` : `${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 2;
}
