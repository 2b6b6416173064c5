/** What a worker tells of one range of seeds: a line of JSON between two processes. */
export interface RangeResult {
  readonly from: number;
  readonly seeds: number;
  readonly virtualMs: number;
  readonly jobs: number;
  /** The traces of all its seeds in one number. */
  readonly hash: string;
  readonly violations: readonly { readonly seed: number; readonly invariant: string; readonly report: string }[];
}
