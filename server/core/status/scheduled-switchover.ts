/** A switchover that a person ordered for later. */
import type { NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";

/** Kept on the disk of the server that took the order. */
export interface ScheduledSwitchover {
  readonly id: string;
  readonly to: NodeName;
  readonly at: WallTime;
  readonly by: string;
  readonly reason: string;
  readonly orderedAt: WallTime;
}

/** One whose instant came, and nothing happened. */
export interface MissedSwitchover extends ScheduledSwitchover {
  /** A clause: `this server is not the primary`. */
  readonly because: string;
}
