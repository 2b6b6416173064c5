/**
 * Whether gear answers at all, judged from pings with hysteresis: several misses in a row take it for down, several answers in a row for up again,
 * so that one lost datagram alarms nobody and a flapping one is not called healthy. Before the first verdict it is unknown.
 */
import type { Instant } from "../time.ts";

export interface ReachabilityPolicy {
  readonly downAfterMisses: number;
  readonly upAfterAnswers: number;
}

export const defaultReachability: ReachabilityPolicy = { downAfterMisses: 3, upAfterAnswers: 2 };

export interface Reachability {
  readonly state: "unknown" | "up" | "down";
  /** Of the present state. */
  readonly since: Instant;
  /** In a row, up to now. */
  readonly misses: number;
  readonly answers: number;
}

export function unknownReachability(now: Instant): Reachability {
  return { state: "unknown", since: now, misses: 0, answers: 0 };
}

/** One more ping came back, or did not. */
export function pinged(before: Reachability, answered: boolean, now: Instant, policy: ReachabilityPolicy): Reachability {
  const answers = answered ? before.answers + 1 : 0;
  const misses = answered ? 0 : before.misses + 1;
  const state = stateAfter(before, answers, misses, policy);
  return { state, since: state === before.state ? before.since : now, misses, answers };
}

function stateAfter({ state }: Reachability, answers: number, misses: number, policy: ReachabilityPolicy): Reachability["state"] {
  // Nothing bad is known of it: one answer is enough.
  if (state === "unknown" && answers > 0) return "up";
  if (state === "down" && answers >= policy.upAfterAnswers) return "up";
  return misses >= policy.downAfterMisses ? "down" : state;
}
