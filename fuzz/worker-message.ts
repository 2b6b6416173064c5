/** What the program and its worker threads tell each other. */
import type { Finding, RangeResult } from "./range.ts";

export interface WorkerData {
  /** URL of the module that exports `decoders`. */
  readonly registry: string;
  readonly decoder: string;
  readonly seed: number;
  /** Of two 32-bit numbers: see `progress`. */
  readonly shared: SharedArrayBuffer;
}

/** Where a worker notes the input that it is at, for who watches it: its number, and whether it is at work at all. */
export const progress = { index: 0, busy: 1, octets: 8 } as const;

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface WorkerReply extends RangeResult {
  readonly heapGrown: number;
  /** That the heap grows from range to range. */
  readonly leak: Finding | null;
}
