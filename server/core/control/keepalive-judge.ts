/**
 * The keepalive judge: how many keepalives in a row are missing from a sender that should beat regularly.
 * A miss is counted a quarter of an interval late, so that ordinary jitter is not one;
 * a judge that was itself held up (its deadline handled late) first listens again before it counts.
 */
import type { Instant } from "../time.ts";

export interface KeepaliveJudge {
  /** The last beat, or the start of listening. */
  lastAt: Instant;
  readonly intervalMs: number;
}

const graceShare = 0.25;
/** Covers floating-point rounding, so that the instant `missedAt` tells is one at which `missed` agrees. */
const roundingMs = 1e-6;

export function startJudge(intervalMs: number, now: Instant): KeepaliveJudge {
  return { lastAt: now, intervalMs };
}

export function beat(judge: KeepaliveJudge, now: Instant): void {
  judge.lastAt = now;
}

/** Beats missed in a row so far. */
export function missed(judge: KeepaliveJudge, now: Instant): number {
  const late = now - judge.lastAt - graceShare * judge.intervalMs + roundingMs;
  return late < judge.intervalMs ? 0 : Math.floor(late / judge.intervalMs);
}

/** The instant at which the `count`th beat in a row counts as missed. */
export function missedAt(judge: KeepaliveJudge, count: number): Instant {
  return judge.lastAt + (count + graceShare) * judge.intervalMs;
}
