/**
 * The two clocks. Decisions use only the monotonic one; wall time is carried along for people and records.
 */

/** Milliseconds on a node's own monotonic clock; comparable only within one boot of one node. */
export type Instant = number;

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type WallTime = number;

/** Both clocks read at the same moment. */
export interface Now {
  readonly mono: Instant;
  readonly wall: WallTime;
}

/** Readings of the two clocks may differ by this much although nobody set one: whole milliseconds, and a pause between the two. */
const clockStepMs = 10;

/** How far wall time moved against the monotonic clock since `before`: it was set, or the machine slept. 0 where it was neither. */
export function clockStep(before: Now, now: Now): number {
  const step = now.wall - now.mono - (before.wall - before.mono);
  return Math.abs(step) <= clockStepMs ? 0 : step;
}

/**
 * A moment past as today's wall clock shows it, or earlier. Where wall time moved since, either it was set (the monotonic clock tells
 * the distance) or the machine slept (the old reading stands): the earlier of the two misses nothing.
 */
export function notAfter(past: Now, now: Now): WallTime {
  return Math.min(past.wall, now.wall - (now.mono - past.mono));
}
