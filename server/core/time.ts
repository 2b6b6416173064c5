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
