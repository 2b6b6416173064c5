/**
 * Times between and within calls: exponentially distributed, drawn by comparisons alone (von Neumann 1951), so that no logarithm whose
 * last bit differs between machines enters a trace.
 */
import type { Random } from "../random.ts";

/** Mean 1. */
export function exponential(random: Random): number {
  for (let whole = 0; ; whole += 1) {
    const first = random.next();
    let last = first;
    // The run of falling draws is odd in length exactly with probability e^-first.
    for (let length = 1; ; length += 1) {
      const next = random.next();
      if (next < last) {
        last = next;
        continue;
      }
      if (length % 2 === 1) return whole + first;
      break;
    }
  }
}

/** An exponential time with this mean, within bounds that people keep. */
export function holdingMs(random: Random, meanMs: number, leastMs: number, mostMs: number): number {
  return Math.min(mostMs, Math.max(leastMs, Math.round(meanMs * exponential(random))));
}
