/** What a checker found: the rule that was broken, in words, with the lines that show it. */
import type { WallTime } from "../../core/time.ts";
import type { JournalEvent } from "../../core/timeline/journal-event.ts";

export interface Violation {
  /** Number of the invariant in docs/chaos.md. */
  readonly invariant: 1 | 2 | 3 | 4 | 5 | 8;
  readonly text: string;
  readonly evidence: readonly string[];
}

export function told(event: JournalEvent): string {
  return `${timeOf(event.wall)} ${event.node} (boot ${event.boot}, line ${event.sequence}) ${event.what}: ${event.text}`;
}

/** Of the day, with milliseconds: a run is short. */
export function timeOf(at: WallTime): string {
  return Number.isFinite(at) ? new Date(at).toISOString().slice(11, 23) : "open";
}
