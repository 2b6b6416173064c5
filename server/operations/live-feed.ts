/** Where the live subscription gets its snapshots from; the console node implements it. */
import type { ConsoleSnapshot } from "./console-view.ts";

export interface TrackedSnapshot {
  /** `<console boot>-<sequence>`: where a client that lost its link goes on from. */
  readonly id: string;
  readonly snapshot: ConsoleSnapshot;
}

export interface LiveFeed {
  /** The newest snapshot first (unless the client has it already), then each newer one; slow readers skip, they never queue. */
  follow(lastEventId: string | null, signal: AbortSignal): AsyncIterable<TrackedSnapshot>;
}
