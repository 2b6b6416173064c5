/** The part of the fuzz run that every `npm test` makes: one decoder, a fixed seed, well under a second. */
import { expect, test } from "vitest";
import { Mutator } from "../mutator.ts";
import { runRange } from "../range.ts";
import { decoders } from "../registry.ts";

const mostInputs = 20_000;
const seed = 1;
/** On a machine that does much else. */
const patienceMs = 30_000;

/** @param inputs fewer where each is a whole stream, read twice */
export function shortRun(name: string, inputs = mostInputs): void {
  test(
    `${name} keeps its promises for ${inputs} inputs`,
    () => {
      const decoder = decoders.find((one) => one.name === name);
      if (decoder === undefined) throw new Error(`there is no decoder ${name}`);
      const result = runRange({ decoder, mutator: new Mutator(decoder), seed, from: 0, to: inputs, begins: () => {} });
      expect(result).toMatchObject({ inputs, findings: [] });
      // Where next to nothing is accepted, nothing but the first check is tried.
      expect(result.accepted).toBeGreaterThan(0.05 * inputs);
    },
    patienceMs,
  );
}
