/** The words of the command line. */
import { parseArgs } from "node:util";

export interface Words {
  readonly scenarios: readonly string[];
  readonly random: { readonly minutes: number; readonly seed: number } | null;
  readonly keep: string | null;
  /** The folder of a run that is over, to be judged again. */
  readonly judge: string | null;
  readonly json: boolean;
  readonly list: boolean;
  readonly calls: number;
}

export const usage = `usage: npm run chaos -- --scenario NAME [--scenario NAME] | --random --minutes M [--seed N]
  [--calls N] [--keep FOLDER] [--json] | --judge FOLDER
  --list shows the scenarios; --judge runs the checks again over a folder that was kept. Needs Linux and root (network namespaces, iptables).`;

const defaultCalls = 8;

/** A text where the words make no sense. */
export function parseWords(words: readonly string[]): Words | string {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        scenario: { type: "string", multiple: true },
        random: { type: "boolean" },
        minutes: { type: "string" },
        seed: { type: "string" },
        keep: { type: "string" },
        judge: { type: "string" },
        calls: { type: "string" },
        json: { type: "boolean" },
        list: { type: "boolean" },
      },
    });
    const scenarios = values.scenario ?? [];
    const random = values.random === true;
    const plays = Number(random) + Number(scenarios.length > 0);
    if (values.list !== true && plays !== (values.judge === undefined ? 1 : 0)) return usage;
    return {
      scenarios,
      random: random
        ? { minutes: numberIn("minutes", values.minutes, 1), seed: numberIn("seed", values.seed, Date.now() % 1_000_000) }
        : null,
      keep: values.keep ?? null,
      judge: values.judge ?? null,
      json: values.json === true,
      list: values.list === true,
      calls: numberIn("calls", values.calls, defaultCalls),
    };
  } catch (error) {
    return `${(error as Error).message}\n${usage}`;
  }
}

function numberIn(name: string, text: string | undefined, or: number): number {
  const value = text === undefined ? or : Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} must be a number, not ${text}.`);
  return value;
}
