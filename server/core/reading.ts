/**
 * A number with where it comes from. Nothing is shown without its age and source;
 * a value that nobody measured is `null`, never 0.
 */
import type { WallTime } from "./time.ts";

export interface Reading<T> {
  readonly value: T | null;
  /** When the source measured it; null while it never did. */
  readonly observedAt: WallTime | null;
  /** The node that measured it, for example `gw-4`. */
  readonly source: string;
  /** How long the value counts as fresh, in ms. */
  readonly ttlMs: number;
}
