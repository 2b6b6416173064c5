/** Puts a range of inputs to a decoder, in this thread, and sums up what came of them. */
import type { AnyDecoder } from "./decoder.ts";
import { examine, type Problem } from "./examine.ts";
import type { Mutator } from "./mutator.ts";

export interface Finding extends Problem {
  /** Number of the input. */
  readonly at: number;
}

export interface RangeResult {
  readonly from: number;
  readonly inputs: number;
  readonly accepted: number;
  readonly slowestMs: number;
  readonly slowestAt: number;
  readonly largestResult: number;
  readonly largestAt: number;
  /** The first few. */
  readonly findings: readonly Finding[];
}

export interface RangeOptions {
  readonly decoder: AnyDecoder;
  readonly mutator: Mutator;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** Told before each input, so that whoever watches knows which one hangs. */
  begins(index: number): void;
}

/** One input above this, each time that it is tried, is too slow. */
export const slowMs = 50;
/** Tries of an input that seems slow: a collector or another program may have had the processor. */
const tries = 8;
/** Below this nobody asks how long it really takes. */
const worthMeasuringMs = 0.5;
export const mostFindings = 3;

export function runRange({ decoder, mutator, seed, from, to, begins }: RangeOptions): RangeResult {
  const findings: Finding[] = [];
  let accepted = 0;
  let slowestMs = 0;
  let slowestAt = from;
  let largestResult = 0;
  let largestAt = from;
  let index = from;
  for (; index < to && findings.length < mostFindings; index += 1) {
    begins(index);
    const octets = mutator.input(seed, index);
    const began = performance.now();
    const examined = examine(decoder, octets);
    let ms = performance.now() - began;
    if (ms > slowestMs && ms > worthMeasuringMs) ms = leastMs(decoder, octets, ms);
    if (examined.accepted) accepted += 1;
    if (examined.problem !== null) findings.push({ ...examined.problem, at: index });
    else if (ms > slowMs) findings.push({ kind: "slow", text: `${ms.toFixed(0)} ms for ${octets.length} octets`, at: index });
    if (ms > slowestMs) [slowestMs, slowestAt] = [ms, index];
    if (examined.size > largestResult) [largestResult, largestAt] = [examined.size, index];
  }
  return { from, inputs: index - from, accepted, slowestMs, slowestAt, largestResult, largestAt, findings };
}

/** The least of several tries: what the decoder itself needs. */
function leastMs(decoder: AnyDecoder, octets: Uint8Array, firstMs: number): number {
  let least = firstMs;
  for (let i = 1; i < tries && least > worthMeasuringMs; i += 1) {
    const began = performance.now();
    examine(decoder, octets);
    least = Math.min(least, performance.now() - began);
  }
  return least;
}
