/**
 * A scenario as the runner takes it: the site and the steps, one a line. `#` begins a remark. The transcript that the simulator wrote
 * below its steps is its own and is not played.
 */
import type { SiteShape } from "./machines.ts";
import { machinesOf } from "./machines.ts";
import { nodesOf, parseStep, StepRefusal } from "./step.ts";

export interface Scenario {
  readonly name: string;
  readonly shape: SiteShape;
  readonly steps: readonly string[];
  readonly timers: Readonly<Record<string, number>>;
  readonly automaticChanges: { readonly limit: number; readonly windowSeconds: number };
  readonly more: Readonly<Record<string, unknown>>;
}

export const plainShape: SiteShape = { servers: 2, gateways: 3, witnesses: 2 };
export const labChanges = { limit: 1000, windowSeconds: 3600 };

export function randomScenario(seed: number): Scenario {
  return { name: `random-${seed}`, shape: plainShape, steps: [], timers: {}, automaticChanges: labChanges, more: {} };
}

/** Throws StepRefusal with every line that cannot be played. */
export function parseScenario(name: string, text: string): Scenario {
  const lines = text
    .split("\n")
    .map((line) => line.replace(/#.*$/, "").trim())
    .filter((line) => line !== "");
  let shape = plainShape;
  const steps: string[] = [];
  for (const line of lines) {
    if (line.startsWith("site")) shape = shapeIn(line);
    else steps.push(line);
  }
  const names = machinesOf(shape).map((machine) => machine.name);
  const refusals = steps.flatMap((line) => {
    try {
      const stranger = nodesOf(parseStep(line)).find((node) => !names.includes(node));
      return stranger === undefined ? [] : [`"${line}": there is no node ${stranger}; nodes are ${names.join(", ")}.`];
    } catch (error) {
      if (error instanceof StepRefusal) return [error.message];
      throw error;
    }
  });
  if (refusals.length > 0)
    throw new StepRefusal(`${name} cannot be played by real processes:\n${refusals.map((one) => `  - ${one}`).join("\n")}`);
  return { name, shape, steps, timers: {}, automaticChanges: labChanges, more: {} };
}

function shapeIn(line: string): SiteShape {
  const numberOf = (word: string, or: number): number => Number(new RegExp(`\\b${word}=(\\d+)`).exec(line)?.[1] ?? or);
  return {
    servers: numberOf("servers", plainShape.servers),
    gateways: numberOf("gateways", plainShape.gateways),
    witnesses: numberOf("witnesses", plainShape.witnesses),
  };
}
