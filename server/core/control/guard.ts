/**
 * The guard over automatic changes (failover.md 8): who paused them, and how many there were. Every voter stores it and refuses by it,
 * so that a standby that was cut off cannot miss a pause. Guards of several nodes merge field by field; the order does not matter.
 */
import { compareEpochs, type Epoch, sameEpoch } from "../identity.ts";
import type { WallTime } from "../time.ts";

export interface Pause {
  readonly by: string;
  readonly reason: string;
  readonly since: WallTime;
  /** Null: until somebody resumes. */
  readonly until: WallTime | null;
}

/** One automatic change of role: the epoch that it began, and when a voter granted it. */
export interface AutomaticChange {
  readonly epoch: Epoch;
  readonly at: WallTime;
}

export interface Guard {
  /** Rises with every pause and resume; the newest wins. Its fraction tells servers apart, so that no two are equal. */
  readonly pauseSetAt: WallTime;
  readonly pause: Pause | null;
  /** Changes up to this epoch number were seen by an operator and no longer count. No time: the nodes' wall clocks differ. */
  readonly acknowledgedEpoch: number;
  /** Oldest first, at most `mostChanges`. */
  readonly changes: readonly AutomaticChange[];
}

export interface AutomaticLimit {
  /** At most this many automatic changes per window, then none until acknowledged. */
  readonly limit: number;
  readonly windowMs: number;
}

export const noGuard: Guard = { pauseSetAt: 0, pause: null, acknowledgedEpoch: 0, changes: [] };

/** Kept by each node; a limit above it never holds. */
export const mostChanges = 64;

export function mergeGuards(a: Guard, b: Guard): Guard {
  const newer = b.pauseSetAt > a.pauseSetAt ? b : a;
  const acknowledgedEpoch = Math.max(a.acknowledgedEpoch, b.acknowledgedEpoch);
  const unknown = b.changes.filter((change) => !a.changes.some((known) => sameEpoch(known.epoch, change.epoch)));
  return {
    pauseSetAt: newer.pauseSetAt,
    pause: newer.pause,
    acknowledgedEpoch,
    changes: kept([...a.changes, ...unknown], acknowledgedEpoch),
  };
}

function kept(changes: readonly AutomaticChange[], acknowledgedEpoch: number): AutomaticChange[] {
  return changes
    .filter((change) => change.epoch.number > acknowledgedEpoch)
    .sort((a, b) => compareEpochs(a.epoch, b.epoch))
    .slice(-mostChanges);
}

export function withChange(guard: Guard, change: AutomaticChange): Guard {
  return mergeGuards(guard, { ...noGuard, changes: [change] });
}

/** The claim of this epoch came to nothing: no change of role happened. */
export function withoutChange(guard: Guard, epoch: Epoch): Guard {
  return { ...guard, changes: guard.changes.filter((change) => !sameEpoch(change.epoch, epoch)) };
}

/** The pause in force; null where automatic changes are allowed. */
export function pauseInForce(guard: Guard, wall: WallTime): Pause | null {
  return guard.pause !== null && (guard.pause.until === null || wall < guard.pause.until) ? guard.pause : null;
}

export function changesInWindow(guard: Guard, { windowMs }: AutomaticLimit, wall: WallTime): number {
  return guard.changes.filter((change) => wall - change.at < windowMs).length;
}

export type Hold = "paused" | "held";

/** Why no automatic change may be begun now; null where one may. */
export function holdOf(guard: Guard, limit: AutomaticLimit, wall: WallTime): Hold | null {
  if (pauseInForce(guard, wall) !== null) return "paused";
  return changesInWindow(guard, limit, wall) >= limit.limit ? "held" : null;
}

/** True where `b` cannot add anything to `a`, as far as the two stamps tell. */
export function guardCovers(a: GuardStamp, b: GuardStamp): boolean {
  return a.pauseSetAt >= b.pauseSetAt && a.acknowledgedEpoch >= b.acknowledgedEpoch;
}

/** What keepalives and answers carry of a guard, so that whoever knows less is told. */
export type GuardStamp = Pick<Guard, "pauseSetAt" | "acknowledgedEpoch">;

export type GuardChange =
  | { readonly kind: "pause"; readonly by: string; readonly reason: string; readonly until: WallTime | null }
  | { readonly kind: "resume" }
  | { readonly kind: "acknowledge" };

export interface GuardOrigin {
  /** Of the server that takes the order: it makes the stamp unique among servers. */
  readonly rank: number;
  /** The highest epoch number that it has heard of: what is acknowledged. */
  readonly highestEpoch: number;
  readonly wall: WallTime;
}

export function changedGuard(guard: Guard, change: GuardChange, { rank, highestEpoch, wall }: GuardOrigin): Guard {
  if (change.kind === "acknowledge") {
    // After a restart, the changes that others told may be newer than any epoch heard so far.
    const seen = Math.max(highestEpoch, ...guard.changes.map(({ epoch }) => epoch.number));
    return mergeGuards(guard, { ...noGuard, acknowledgedEpoch: seen });
  }
  const pauseSetAt = Math.max(Math.floor(wall), Math.floor(guard.pauseSetAt) + 1) + rank / 64;
  const pause = change.kind === "resume" ? null : { by: change.by, reason: change.reason, since: wall, until: change.until };
  return { ...guard, pauseSetAt, pause };
}
