/** One worker of the swarm: reads ranges of seeds, one to a line, and answers each with a line of JSON. Ends with its input. */
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { failureReport, runSeed } from "../swarm.ts";
import type { RangeResult } from "./range-result.ts";

const mostShrunk = 3;
let told = 0;

function runRange(from: number, to: number): RangeResult {
  const sum = { from, seeds: to - from, virtualMs: 0, jobs: 0, hash: "", violations: [] as RangeResult["violations"][number][] };
  const traces = createHash("sha256");
  for (let seed = from; seed < to; seed += 1) {
    const result = runSeed(seed);
    sum.virtualMs += result.virtualMs;
    sum.jobs += result.jobs;
    traces.update(result.hash);
    if (result.failure === null) continue;
    // Shrinking runs a seed some dozen times more: done for the first few only.
    const report = told < mostShrunk ? failureReport(result) : "";
    told += 1;
    sum.violations.push({ seed, invariant: result.failure.invariant, report });
  }
  return { ...sum, hash: traces.digest("hex") };
}

for await (const line of createInterface({ input: process.stdin })) {
  const [from = 0, to = 0] = line.split(" ").map(Number);
  process.stdout.write(`${JSON.stringify(runRange(from, to))}\n`);
}
