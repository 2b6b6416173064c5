/** `npm run sim -- --gateways N --calls N`: the takeover of a large site, and of its tenths, to see how each figure grows. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import type { ScaleResult } from "../calls/scale/scale-run.ts";

const worker = fileURLToPath(new URL("./scale-worker.ts", import.meta.url));
/**
 * Nearly all that a site is made of stays, so looking through everything for what does not is worth little: it begins at 4.9 GB (half of the
 * largest size is the most that may be asked for), beside the run, and again when what was left has grown by a fifth. So a million calls
 * stay below 6 GB with two such rounds; with a largest size of 5.5 GB there were rounds without end.
 */
const memory = [
  "--max-old-space-size=9800",
  "--initial-old-space-size=4900",
  "--heap-growing-percent=20",
  "--min-semi-space-size=32",
  "--max-semi-space-size=32",
];
const smallestGateways = 10;

/** The wanted size, a tenth of it, and so on. */
function sizes(gateways: number, calls: number): { readonly gateways: number; readonly calls: number }[] {
  const all: { gateways: number; calls: number }[] = [];
  for (let part = 1; gateways / part >= smallestGateways; part *= 10) {
    all.unshift({ gateways: Math.round(gateways / part), calls: Math.round(calls / part) });
  }
  return all.length === 0 ? [{ gateways, calls }] : all;
}

/** With what its process took. */
type Measured = ScaleResult & { readonly cpuMs: number };

/** In one piece: a loader that translates file by file wraps every function to keep its name, which costs a fifth of the time. */
function program(): string {
  const { outputFiles } = buildSync({ entryPoints: [worker], bundle: true, format: "esm", platform: "node", write: false });
  return outputFiles[0]?.text ?? "";
}

function measured(code: string, gateways: number, calls: number): Measured {
  const child = spawnSync(process.execPath, [...memory, "--input-type=module", "-", String(gateways), String(calls)], {
    input: code,
    encoding: "utf8",
    maxBuffer: 1e7,
  });
  if (child.status !== 0) throw new Error(`${gateways} gateways, ${calls} calls: ${child.stderr.trim().split("\n").slice(-3).join(" ")}`);
  return JSON.parse(child.stdout) as Measured;
}

const columns = [
  ["gateways", (one: Measured) => one.gateways],
  ["calls", (one: Measured) => one.calls],
  ["wall s", (one: Measured) => one.wallMs / 1000],
  ["cpu s", (one: Measured) => one.cpuMs / 1000],
  ["peak MB", (one: Measured) => one.peakOctets / 1e6],
  ["title ms", (one: Measured) => one.titleMs],
  ["first ms", (one: Measured) => one.firstAdoptedMs],
  ["half ms", (one: Measured) => one.halfAdoptedMs],
  ["last ms", (one: Measured) => one.lastAdoptedMs],
  ["adopted", (one: Measured) => one.adopted],
  ["lost", (one: Measured) => one.lost],
] as const;

/** Exit code: 1 where a call was lost. */
export function runScale(gateways: number, calls: number, json: boolean, say: (text: string) => void): number {
  const results: Measured[] = [];
  const code = program();
  if (!json) say(columns.map(([name]) => name.padStart(9)).join(" "));
  for (const size of sizes(gateways, calls)) {
    const result = measured(code, size.gateways, size.calls);
    results.push(result);
    if (!json) say(columns.map(([, of]) => figure(of(result)).padStart(9)).join(" "));
  }
  const growth = growths(results);
  if (json) say(JSON.stringify({ results, growth }));
  else for (const line of growth) say(line);
  return results.every((result) => result.lost === 0 && result.adopted === result.calls) ? 0 : 1;
}

function figure(value: number): string {
  return value < 100 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value).toString();
}

/** n of O(size^n) between the two largest sizes. */
function growths(results: readonly Measured[]): string[] {
  const [before, last] = results.slice(-2);
  if (before === undefined || last === undefined) return [];
  const exponent = (of: (one: Measured) => number): string =>
    (Math.log(of(last) / of(before)) / Math.log(last.gateways / before.gateways)).toFixed(2);
  return columns.slice(2, 9).map(([name, of]) => `${name} grows with the ${exponent(of)}th power of the size.`);
}
