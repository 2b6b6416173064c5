/** A scenario of the simulator's language as the runner takes it: the site and its rules, and the steps as they are written. */
import { defaultTimers } from "../core/site/timers.ts";
import { parseScript } from "../sim/scenarios/script.ts";
import { clustersOf } from "../sim/scenarios/site-step.ts";
import { machinesOf, type SiteShape } from "./machines.ts";
import { nodesOf, parseStep, StepRefusal } from "./step.ts";

export interface Scenario {
  readonly name: string;
  readonly shape: SiteShape;
  readonly steps: readonly string[];
  readonly timers: Readonly<Record<string, number>>;
  readonly automaticChanges: { readonly limit: number; readonly windowSeconds: number };
  /** Further rules of the site, by their name in the file. */
  readonly more: Readonly<Record<string, unknown>>;
}

const plainShape: SiteShape = { servers: 2, gateways: 3, witnesses: 2, phones: 0 };
const labChanges = { limit: 1000, windowSeconds: 3600 };

export function randomScenario(seed: number): Scenario {
  return { name: `random-${seed}`, shape: plainShape, steps: [], timers: {}, automaticChanges: labChanges, more: {} };
}

/** Throws StepRefusal with every line that cannot be played. */
export function parseScenario(name: string, text: string): Scenario {
  let scenario: Scenario = { ...randomScenario(0), name };
  const steps: string[] = [];
  const refusals: string[] = [];
  for (const line of parseScript(text)) {
    if (line.kind !== "step") continue;
    if (line.step.verb !== "site") {
      steps.push(line.text.slice(2));
      continue;
    }
    const [plan, second] = clustersOf(line.step);
    if (second !== undefined) refusals.push(`"${line.step.rest}": one cluster is played at a time.`);
    if (plan !== undefined) scenario = { ...scenario, ...siteOf(plan) };
  }
  const names = machinesOf(scenario.shape).map((machine) => machine.name);
  for (const step of steps) {
    try {
      const stranger = nodesOf(parseStep(step)).find((node) => !names.includes(node));
      if (stranger !== undefined) refusals.push(`"${step}": there is no node ${stranger}; nodes are ${names.join(", ")}.`);
    } catch (error) {
      if (!(error instanceof StepRefusal)) throw error;
      refusals.push(error.message);
    }
  }
  if (refusals.length === 0) return { ...scenario, steps };
  throw new StepRefusal(`${name} cannot be played by real processes:\n${refusals.map((one) => `  - ${one}`).join("\n")}`);
}

type Plan = ReturnType<typeof clustersOf>[number];

function siteOf(plan: Plan): Omit<Scenario, "name" | "steps"> {
  const changed = Object.entries(plan.timers).filter(([key, value]) => defaultTimers[key as keyof typeof defaultTimers] !== value);
  return {
    shape: {
      servers: plan.servers.length,
      gateways: plan.gateways.length,
      witnesses: plan.witnesses.length,
      phones: plan.nonVoting.length,
    },
    timers: Object.fromEntries(changed),
    automaticChanges: { limit: plan.automaticChanges.limit, windowSeconds: plan.automaticChanges.windowMs / 1000 },
    more: { partition: plan.partition, merge: plan.merge.when, failback: plan.failback.when },
  };
}
