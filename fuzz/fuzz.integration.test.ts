/** The program itself and its worker threads: what cannot be seen from inside one thread. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type CrewOptions, runCrew } from "./crew.ts";
import { Mutator } from "./mutator.ts";
import { hanging, unlucky } from "./testing/planted.ts";
import type { Totals } from "./totals.ts";

const here = dirname(fileURLToPath(import.meta.url));
const tsx = join(dirname(createRequire(import.meta.url).resolve("tsx/package.json")), "dist/cli.mjs");
const seed = 3;
const planted = new URL("./testing/planted.ts", import.meta.url).href;

function crew(decoder: string, options: Partial<CrewOptions> = {}): Promise<Totals> {
  return runCrew({ registry: planted, decoder, seed, inputs: 60_000, untilMs: null, workers: 2, onProgress: () => {}, ...options });
}

function program(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [tsx, join(here, "main.ts"), ...words], { encoding: "utf8" });
}

/** The first input of the seed at which the planted decoders fail. */
function firstUnlucky(): number {
  const mutator = new Mutator(hanging);
  for (let index = 0; index < 10_000; index += 1) if (unlucky(mutator.input(seed, index))) return index;
  throw new Error("the seed has no input that shows the fault");
}

test("a decoder that hangs is ended, named by its input, and the rest goes on", async () => {
  const at = firstUnlucky();
  const totals = await crew("hanging", { inputs: at + 20, workers: 1, lookMs: 50 });
  expect(totals.findings).toMatchObject([{ kind: "hangs", at }]);
  expect(totals.inputs).toBe(at + 19);
});

test("a decoder that takes memory without end loses its worker, not the program", async () => {
  const at = firstUnlucky();
  const totals = await crew("hoarding", { inputs: at + 1, workers: 1 });
  expect(totals.findings).toMatchObject([{ kind: "memory", text: expect.stringContaining("for one input"), at }]);
});

test("a decoder that keeps what it read is found from range to range", async () => {
  const totals = await crew("leaking", { inputs: 200_000, workers: 1 });
  expect(totals.findings).toMatchObject([{ kind: "memory", text: expect.stringContaining("are held") }]);
});

test("a decoder without fault is tried with every input, on every worker", async () => {
  const totals = await crew("faultless");
  expect(totals).toMatchObject({ inputs: 60_000, accepted: 60_000, findings: [] });
});

test("the program says its seed first, then one line for each decoder; what it does not understand is refused", () => {
  const done = program("rtp", "link", "--inputs", "3000", "--seed", "9");
  expect(done).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^seed 9\nlink .*3000 inputs.*no fault\nrtp .*3000 inputs.*no fault\n$/),
  });
  expect(program("rtp", "--seed", "9", "--at", "2").stdout).toMatch(/^\d+ octets: [A-Za-z0-9+/=]*\n/);
  expect(program("nonsense")).toMatchObject({ status: 2, stderr: expect.stringContaining("There is no decoder nonsense") });
});
