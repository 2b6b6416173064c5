/** How gear of others is, from how its audits go: each kind of trouble is another state, because each is mended elsewhere. Pure. */
import type { AuditFailureKind } from "../core/polling/failure-kind.ts";
import type { PollFigures } from "../core/polling/poll-figures.ts";
import type { GearHealth } from "../core/status/gear-status.ts";
import type { WallTime } from "../core/time.ts";
import type { GearCondition } from "./console-view.ts";
import { counted } from "./words.ts";

export interface GearConditionAndReason {
  readonly condition: GearCondition;
  /** A clause that follows its name; null where all is well. */
  readonly reason: string | null;
}

const failures: Readonly<Record<AuditFailureKind, { readonly condition: GearCondition; readonly clause: string }>> = {
  timeout: { condition: "unreachable", clause: "does not answer" },
  refused: { condition: "refused", clause: "refuses to be asked" },
  unauthorized: { condition: "unauthorized", clause: "does not let this server ask" },
  restarted: { condition: "answered", clause: "answers, but restarted meanwhile" },
  loop: { condition: "answered", clause: "answers, but its table goes round in a circle" },
  lies: { condition: "answered", clause: "answers, but contradicts itself" },
  malformed: { condition: "answered", clause: "answers, but not readably" },
  clock: { condition: "answered", clause: "answers, but a clock jumped meanwhile" },
  other: { condition: "answered", clause: "could not be read" },
};

/** A newer server may name a kind that this console has no word for. */
function failureOf(kind: string) {
  return Object.hasOwn(failures, kind) ? failures[kind as AuditFailureKind] : failures.other;
}

export function gearCondition(health: GearHealth | null, now: WallTime): GearConditionAndReason {
  if (health === null) return { condition: "no-data", reason: "is told of by no server in reach" };
  const troubled = pollCondition(health.polling, now);
  if (troubled !== null) return troubled;
  if (health.reachability?.state === "down")
    return { condition: "suspect", reason: `answers audits, but left its last ${health.reachability.misses} OPTIONS unanswered` };
  const stuck = health.stuck ?? 0;
  if (stuck > 0) return { condition: "stuck", reason: `answers, but ${counted(stuck, "call")} ${stuck === 1 ? "looks" : "look"} stuck` };
  return { condition: "ok", reason: null };
}

/** Null: the audits go well. */
function pollCondition(polling: PollFigures, now: WallTime): GearConditionAndReason | null {
  const { phase, consecutiveFailures, lastFailure, lastCompleteAt, intervalMs } = polling;
  if (phase === "paused") return { condition: "disabled", reason: "is not asked: polling is disabled" };
  if (lastFailure !== null && consecutiveFailures > 0) {
    const { condition, clause } = failureOf(lastFailure.kind);
    // One datagram may be lost anywhere: only the next audit tells.
    if (condition === "unreachable" && consecutiveFailures === 1 && lastCompleteAt !== null)
      return { condition: "suspect", reason: "left one audit unanswered" };
    return { condition, reason: lastFailure.because === "no answer" ? clause : `${clause}: ${lastFailure.because}` };
  }
  if (lastCompleteAt === null) return { condition: "never", reason: "has not been polled yet" };
  const ageMs = now - lastCompleteAt;
  if (ageMs > 3 * intervalMs + 2000) return { condition: "late", reason: `was last read ${Math.round(ageMs / 1000)} s ago` };
  return null;
}
