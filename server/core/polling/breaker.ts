/**
 * The circuit breaker of one gear. closed: polled at its interval, with growing pauses after failures. open: so many failures in a row, or a
 * refusal that no repetition mends; nothing is asked until the next try. half-open: that one try, a cheap one, is under way.
 */
import type { WallTime } from "../time.ts";
import { type AuditFailureKind, isGearAtFault } from "./failure-kind.ts";
import type { SchedulePolicy } from "./schedule-policy.ts";

export interface Breaker {
  readonly state: "closed" | "open" | "half-open";
  /** Of open and half-open: since when, and why; the last failure, which people are told beside it, says what was wrong. */
  readonly since: WallTime | null;
  readonly reason: string | null;
}

export const closedBreaker: Breaker = { state: "closed", since: null, reason: null };

/** A poll begins. */
export function tried(breaker: Breaker): Breaker {
  return breaker.state === "open" ? { ...breaker, state: "half-open" } : breaker;
}

export interface BreakerFailure {
  readonly kind: AuditFailureKind;
  /** In a row, this one included. */
  readonly faults: number;
}

export function failed(breaker: Breaker, { kind, faults }: BreakerFailure, at: WallTime, policy: SchedulePolicy): Breaker {
  // It answered: whatever else was wrong, it is there.
  if (!isGearAtFault(kind)) return closedBreaker;
  const since = breaker.state === "closed" ? at : breaker.since;
  if (kind === "unauthorized") return { state: "open", since, reason: "a refusal, which no repetition mends" };
  if (breaker.state === "closed" && faults < policy.failuresToOpen) return breaker;
  return { state: "open", since, reason: `${faults} failures in a row` };
}

/**
 * Until the next try after so many faults in a row, 1 or more: the interval, then doubling, bounded, and spread downwards so that gear that
 * failed together is not tried together. `chance` in [0, 1).
 */
export function backOffMs(intervalMs: number, faults: number, chance: number, policy: SchedulePolicy): number {
  const most = Math.max(intervalMs, Math.min(intervalMs * policy.backOffFactor, policy.backOffMs));
  // 2^30 intervals are above every bound; a larger power would only lose precision.
  const step = Math.min(most, intervalMs * 2 ** Math.min(faults - 1, 30));
  return step * (1 - chance * backOffSpread);
}

const backOffSpread = 0.25;
