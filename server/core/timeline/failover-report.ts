/**
 * One failover or switchover, step by step, as the server that took over saw it.
 * Offsets (`…Ms`) count from the last good keepalive of the old primary, on the new owner's monotonic clock: the last one that anybody told
 * of, where the new owner could not hear it, and the order, where an operator took control from a primary that was there;
 * it is live while `state` is `in-progress` and never changes afterwards.
 */
import type { Epoch, NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";

export type Cause =
  | "primary-dead"
  | "primary-frozen"
  | "primary-cut-off"
  | "primary-without-title"
  | "no-primary"
  | "requested"
  | "operator-forced";

/** What a vote reads as; the numbers beside it are the vote. */
export type VoteReading = "silent" | "heard" | "no-vote";

export interface ReportedVote {
  readonly voter: NodeName;
  readonly titleSilentMs: number | null;
  readonly commandSilentMs: number | null;
  readonly remainingMs: number | null;
  /** Age at the verdict, from the send time of its query. */
  readonly ageMs: number | null;
  readonly reading: VoteReading;
}

export interface ReportedVerdict {
  readonly atMs: number;
  readonly takeOver: boolean;
  readonly sentence: string;
  readonly rule: string;
  /** Readings that the evidence excludes, each with its reason. */
  readonly ruledOut: readonly string[];
  readonly missed: number;
  readonly missLimit: number;
  readonly votes: readonly ReportedVote[];
}

export type Lane = "detection" | "decision" | "takeover" | "gateways" | "calls";

export interface ReportedStep {
  readonly atMs: number;
  /** For a step that lasts; null for an instant. */
  readonly untilMs: number | null;
  readonly lane: Lane;
  /** Stable identifier, for example `missed`, `suspect`, `query`, `jury`, `verdict`, `stored`, `claim`, `grant`, `title`, `active`. */
  readonly what: string;
  readonly node: NodeName | null;
  readonly text: string;
}

export interface ReportedGateway {
  readonly gateway: NodeName;
  readonly voter: boolean;
  /** End of the promise to the old owner as the voter told it; null where unknown. */
  readonly promiseEndMs: number | null;
  readonly grantedMs: number | null;
  /** First command of the new owner obeyed. */
  readonly connectedMs: number | null;
  readonly auditedMs: number | null;
  readonly historyMs: number | null;
  readonly adoptedMs: number | null;
  readonly calls: number;
  readonly connections: number;
  readonly recordsRecovered: number;
  readonly state: "waiting" | "claiming" | "connecting" | "auditing" | "adopting" | "done" | "failed";
  readonly note: string | null;
}

export interface FailoverReport {
  /** `<epoch number>-<server>`. */
  readonly id: string;
  readonly kind: "failover" | "switchover";
  readonly cause: Cause;
  readonly state: "in-progress" | "done" | "abandoned";
  readonly from: NodeName | null;
  readonly to: NodeName;
  readonly epoch: Epoch;
  readonly by: string | null;
  readonly reason: string | null;
  /** Wall time of offset 0. */
  readonly startedAt: WallTime;
  readonly timeline: {
    readonly lastKeepaliveAt: WallTime | null;
    readonly suspectedAt: WallTime | null;
    readonly decidedAt: WallTime | null;
    readonly titleAt: WallTime | null;
    readonly activeAt: WallTime | null;
  };
  readonly keepaliveMs: number;
  readonly missLimit: number;
  readonly promiseMs: number;
  readonly verdict: ReportedVerdict | null;
  readonly steps: readonly ReportedStep[];
  readonly gateways: readonly ReportedGateway[];
  /** Calls supported over time: [offset ms, calls]. */
  readonly supported: readonly (readonly [number, number])[];
  readonly callsAtStake: number;
  readonly callsAdopted: number;
  readonly callsReleased: number;
  readonly recordsRecovered: number;
  /** Longest media silence over real streams in the minute after success, ms; null until watched. */
  readonly longestMediaGapMs: number | null;
}
