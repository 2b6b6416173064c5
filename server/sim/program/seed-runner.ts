/** Runs seeds on all cores: each worker process takes the next range; the results come back as one line of JSON for each range. */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { RangeResult } from "./range-result.ts";

export interface Totals {
  seeds: number;
  virtualMs: number;
  jobs: number;
  /** By the first seed of each range. */
  readonly hashes: Map<number, string>;
  readonly violations: RangeResult["violations"][number][];
}

export interface SeedRunOptions {
  readonly firstSeed: number;
  /** Null: until the time is over. */
  readonly seeds: number | null;
  readonly untilMs: number | null;
  readonly workers: number;
  onProgress(totals: Totals): void;
}

const rangeSeeds = 25;
const worker = fileURLToPath(new URL("./worker.ts", import.meta.url));
/** The workers are TypeScript too, whoever started this process. */
const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

export async function runSeeds(options: SeedRunOptions): Promise<Totals> {
  const totals: Totals = { seeds: 0, virtualMs: 0, jobs: 0, hashes: new Map(), violations: [] };
  let next = options.firstSeed;
  const end = options.seeds === null ? Number.POSITIVE_INFINITY : options.firstSeed + options.seeds;
  const take = (): { from: number; to: number } | null => {
    if (next >= end || (options.untilMs !== null && performance.now() >= options.untilMs)) return null;
    const from = next;
    next = Math.min(end, from + rangeSeeds);
    return { from, to: next };
  };
  await Promise.all(
    Array.from({ length: options.workers }, () =>
      runWorker(take, (result) => {
        totals.seeds += result.seeds;
        totals.virtualMs += result.virtualMs;
        totals.jobs += result.jobs;
        totals.hashes.set(result.from, result.hash);
        totals.violations.push(...result.violations);
        options.onProgress(totals);
      }),
    ),
  );
  return totals;
}

/** One process that is handed ranges until there are none left. */
function runWorker(take: () => { from: number; to: number } | null, onResult: (result: RangeResult) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", loader, worker], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      onResult(JSON.parse(line) as RangeResult);
      hand(child, take());
    });
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
    hand(child, take());
  });
}

function hand(child: ChildProcess, range: { from: number; to: number } | null): void {
  if (range === null) child.stdin?.end();
  else child.stdin?.write(`${range.from} ${range.to}\n`);
}
