/** Index of a call-leg row in RFC 2128's tables, and binary search over rows in that order. */
import type { Instant } from "../time.ts";

export interface RowKey {
  /** sysUpTime at set-up, 1/100 s. */
  readonly setupTicks: number;
  /** callActiveIndex = the connection's number. */
  readonly number: number;
}

export function compareRows(a: RowKey, b: RowKey): number {
  return a.setupTicks - b.setupTicks || a.number - b.number;
}

/** The first place whose row is not below `key`. */
export function placeOf(rows: readonly RowKey[], key: RowKey): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row !== undefined && compareRows(row, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

const ticksRange = 2 ** 32;

/** How long ago a stamp of `ticksAt` is, ms: exactly, or up to one tick (10 ms) too long. */
export function sinceTicks(startedAt: Instant, ticks: number, now: Instant): number {
  const elapsed = (now - startedAt) / 10 - ticks;
  return Math.max(0, elapsed < 0 ? elapsed + Math.ceil(-elapsed / ticksRange) * ticksRange : elapsed % ticksRange) * 10;
}

/** sysUpTime at an instant: TimeTicks since the agent's start, 32 bits (and so kept as a whole number, which takes no room of its own). */
export function ticksAt(startedAt: Instant, at: Instant): number {
  return (Math.max(0, at - startedAt) / 10) >>> 0;
}
