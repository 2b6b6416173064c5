/** `npm run sim -- --gateways N --calls N`: the takeover of a large site, and of its tenths, to see how each figure grows. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ScaleResult } from "../calls/scale/scale-run.ts";

const worker = fileURLToPath(new URL("./scale-worker.ts", import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const memoryMegabytes = 12_000;
const smallestGateways = 10;

/** The wanted size, a tenth of it, and so on. */
function sizes(gateways: number, calls: number): { readonly gateways: number; readonly calls: number }[] {
  const all: { gateways: number; calls: number }[] = [];
  for (let part = 1; gateways / part >= smallestGateways; part *= 10) {
    all.unshift({ gateways: Math.round(gateways / part), calls: Math.round(calls / part) });
  }
  return all.length === 0 ? [{ gateways, calls }] : all;
}

function measured(gateways: number, calls: number): ScaleResult {
  const flags = [`--max-old-space-size=${memoryMegabytes}`, "--max-semi-space-size=128", "--import", loader];
  const child = spawnSync(process.execPath, [...flags, worker, String(gateways), String(calls)], { encoding: "utf8", maxBuffer: 1e7 });
  if (child.status !== 0) throw new Error(`${gateways} gateways, ${calls} calls: ${child.stderr.trim().split("\n").slice(-3).join(" ")}`);
  return JSON.parse(child.stdout) as ScaleResult;
}

const columns = [
  ["gateways", (one: ScaleResult) => one.gateways],
  ["calls", (one: ScaleResult) => one.calls],
  ["wall s", (one: ScaleResult) => one.wallMs / 1000],
  ["peak MB", (one: ScaleResult) => one.peakOctets / 1e6],
  ["title ms", (one: ScaleResult) => one.titleMs],
  ["first ms", (one: ScaleResult) => one.firstAdoptedMs],
  ["half ms", (one: ScaleResult) => one.halfAdoptedMs],
  ["last ms", (one: ScaleResult) => one.lastAdoptedMs],
  ["adopted", (one: ScaleResult) => one.adopted],
  ["lost", (one: ScaleResult) => one.lost],
] as const;

/** Exit code: 1 where a call was lost. */
export function runScale(gateways: number, calls: number, json: boolean, say: (text: string) => void): number {
  const results: ScaleResult[] = [];
  if (!json) say(columns.map(([name]) => name.padStart(9)).join(" "));
  for (const size of sizes(gateways, calls)) {
    const result = measured(size.gateways, size.calls);
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
function growths(results: readonly ScaleResult[]): string[] {
  const [before, last] = results.slice(-2);
  if (before === undefined || last === undefined) return [];
  const exponent = (of: (one: ScaleResult) => number): string =>
    (Math.log(of(last) / of(before)) / Math.log(last.gateways / before.gateways)).toFixed(2);
  return columns.slice(2, 8).map(([name, of]) => `${name} grows with the ${exponent(of)}th power of the size.`);
}
