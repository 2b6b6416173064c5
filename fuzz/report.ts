/** What the fuzz program says and writes: the line of one decoder, and each finding with the input that shows it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { AnyDecoder } from "./decoder.ts";
import { breaksAlike } from "./guarded.ts";
import { megaoctets } from "./leak-watch.ts";
import { Mutator } from "./mutator.ts";
import type { Finding } from "./range.ts";
import { shrink } from "./shrink.ts";
import type { Totals } from "./totals.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "artifacts/fuzz");
const shrinkLimits = { tries: 3000, ms: 20_000 } as const;
const mostShown = 1600;

export function totalsLine(name: string, totals: Totals, seconds: number): string {
  const share = totals.inputs === 0 ? 0 : (100 * totals.accepted) / totals.inputs;
  return [
    `${name.padEnd(14)} ${totals.inputs} inputs`,
    `${Math.round(totals.inputs / seconds)}/s`,
    `${share.toFixed(1)} % accepted`,
    `slowest ${totals.slowestMs.toFixed(2)} ms (${totals.slowestAt})`,
    `largest result ${totals.largestResult} octets (${totals.largestAt})`,
    `heap ${totals.heapGrown > 0 ? "+" : ""}${megaoctets(totals.heapGrown)}`,
    totals.findings.length === 0 ? "no fault" : `${totals.findings.length} ${totals.findings.length === 1 ? "FAULT" : "FAULTS"}`,
  ].join(", ");
}

/** Writes the input, whole and shrunk, to files of its own. */
export function findingReport(decoder: AnyDecoder, seed: number, finding: Finding): string {
  const octets = new Mutator(decoder).input(seed, finding.at);
  const small = shrink(octets, (candidate) => breaksAlike(decoder, candidate, finding.kind), shrinkLimits);
  mkdirSync(folder, { recursive: true });
  const stem = join(folder, `${decoder.name}-${finding.kind}-${seed}-${finding.at}`);
  writeFileSync(`${stem}.bin`, octets);
  writeFileSync(`${stem}.small.bin`, small);
  return [
    `${decoder.name} ${finding.kind}: ${finding.text}`,
    `  again: npm run fuzz -- ${decoder.name} --seed ${seed} --at ${finding.at}`,
    `  input (${octets.length} octets, ${relative(root, `${stem}.bin`)}): ${shown(octets)}`,
    `  shrunk (${small.length} octets): ${shown(small)}`,
    `  shrunk, as text: ${JSON.stringify(String.fromCharCode(...small.subarray(0, 400)))}`,
  ].join("\n");
}

export function shown(octets: Uint8Array): string {
  const text = Buffer.from(octets).toString("base64");
  return text.length > mostShown ? `${text.slice(0, mostShown)}… (whole in the file)` : text;
}
