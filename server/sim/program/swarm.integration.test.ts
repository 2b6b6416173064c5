import { availableParallelism } from "node:os";
import { describe, expect, test } from "vitest";
import { runSeeds, type SeedRunOptions } from "./seed-runner.ts";

const calm: Omit<SeedRunOptions, "firstSeed" | "seeds"> = { untilMs: null, workers: availableParallelism(), onProgress: () => {} };

describe("the swarm", () => {
  test("2,000 seeds: every invariant holds", async () => {
    const totals = await runSeeds({ ...calm, firstSeed: 1, seeds: 2000 });
    const told = totals.violations.map(({ seed, invariant, report }) => (report === "" ? `seed ${seed}: ${invariant}` : report));
    expect(told.join("\n\n")).toBe("");
    expect(totals.seeds).toBe(2000);
  }, 400_000);

  test("one seed gives the same trace in two processes", async () => {
    const once = async (): Promise<Map<number, string>> => {
      const { hashes } = await runSeeds({ ...calm, workers: 1, firstSeed: 5001, seeds: 10 });
      return hashes;
    };
    const [first, second] = await Promise.all([once(), once()]);
    expect(first.size).toBe(1);
    expect(first).toEqual(second);
  }, 60_000);
});
