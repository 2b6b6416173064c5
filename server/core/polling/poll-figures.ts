/** What people are told of the audits of one gear: numbers that were measured, null where none was yet. */
import type { NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";
import type { Breaker } from "./breaker.ts";
import type { AuditFailureKind } from "./failure-kind.ts";
import type { PollMode, PollReason } from "./poll-event.ts";

/** One audit that is over. */
export interface PastPoll {
  readonly mode: PollMode;
  /** Null: its turn by the interval. */
  readonly asked: PollReason | null;
  readonly beganAt: WallTime;
  readonly durationMs: number;
  /** How much later it began than it was due. */
  readonly lateMs: number;
  readonly rows: number | null;
  readonly packets: number;
  readonly rttMs: number | null;
  readonly result: "complete" | AuditFailureKind;
  /** Why it was not complete. */
  readonly because: string | null;
}

/** Of each gear so many are kept. */
export const pastPollsKept = 50;

export interface PollFigures {
  readonly gateway: NodeName;
  readonly intervalMs: number;
  /** paused: polling is disabled. waiting: for its time. due: for its turn or its budget. */
  readonly phase: "paused" | "waiting" | "due" | "polling";
  readonly lastCompleteAt: WallTime | null;
  /** Since then. */
  readonly ageMs: number | null;
  /** At that audit. */
  readonly rows: number | null;
  readonly rttMs: number | null;
  /** RFC 6298: 7/8 old, 1/8 new. */
  readonly smoothedRttMs: number | null;
  /** Since this server began to poll it. */
  readonly polls: number;
  readonly packets: number;
  readonly failures: Readonly<Partial<Record<AuditFailureKind, number>>>;
  readonly consecutiveFailures: number;
  readonly lastFailure: { readonly kind: AuditFailureKind; readonly because: string } | null;
  readonly breaker: Breaker;
  /** When it is due; null while it is paused or under way. */
  readonly nextAt: WallTime | null;
  readonly nextMode: PollMode;
  /** How far behind it is now; where it waits for its time, how late the last one began; null before the first. */
  readonly latenessMs: number | null;
}
