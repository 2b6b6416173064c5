/**
 * Every mutant is killed: by its scenario, or within its stated number of seeds. A survivor is a hole in the checkers.
 * What killed each one is the table in docs/mutants.md; `npx vitest run server/sim/program/mutants.test.ts -u` writes it anew.
 */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { everyMutant } from "../mutants/every-mutant.ts";
import type { Mutant } from "../mutants/mutant.ts";
import { type Killed, killMutant } from "./mutate.ts";

const page = join(import.meta.dirname, "../../../docs/mutants.md");
const killed = new Map<string, Killed>();

describe("mutants", () => {
  test.each(everyMutant)(
    "$name",
    async (mutant) => {
      const by = await killMutant(mutant);
      expect(by).not.toBeNull();
      if (by !== null) killed.set(mutant.name, by);
    },
    120_000,
  );

  test("the table in docs/mutants.md", async (context) => {
    // With a filter on names there is nothing to compare.
    if (killed.size < everyMutant.length) return context.skip();
    const rows = everyMutant.map((mutant) => {
      const by = killed.get(mutant.name) as Killed;
      const where = by.seed === null ? placeOf(mutant) : `seed ${by.seed}`;
      return `| \`${mutant.name}\` | ${where} | ${by.by} | ${mutant.teaches} |`;
    });
    await expect(`${head}${rows.join("\n")}\n`).toMatchFileSnapshot(page);
  });
});

function placeOf({ shows }: Mutant): string {
  if ("scenario" in shows) return `scenario \`${shows.scenario}\``;
  return "callScenario" in shows ? `call scenario \`${shows.callScenario}\`` : "";
}

const head = `# Mutants

A mutant is one deliberate fault in the code. Each is run by the simulator, over some seeds or in the scenario that was written for it, and a
checker must notice it; a survivor is a hole in the checkers. This table is written by the test that runs them
(\`server/sim/program/mutants.test.ts\`). \`npm run sim -- --mutant NAME\` runs one of them by hand.

| mutant | noticed in | noticed as | what it teaches |
| --- | --- | --- | --- |
`;
