/** What happens to the schedule of audits, and what it wants done. */
import type { NodeName } from "../identity.ts";
import type { AuditFailureKind } from "./failure-kind.ts";

/** How one gear is polled, from configuration. */
export interface GearPolling {
  readonly gateway: NodeName;
  readonly intervalMs: number;
  readonly packetsPerSecond: number;
  /** False: polling is disabled. */
  readonly polled: boolean;
}

export type PollMode = "full" | "liveness";

/** Why an audit was asked for at once. start: this server has just begun. trap: the gear sent a notification; restart: it said that it restarted (RSIP, coldStart); reachability: it began to answer pings, or ceased to. */
export type PollReason = "start" | "failure-elsewhere" | "by-hand" | "trap" | "restart" | "reachability";

export interface PollOutcome {
  readonly complete: boolean;
  /** Null where it was complete. */
  readonly failure: { readonly kind: AuditFailureKind; readonly because: string } | null;
  readonly packets: number;
  readonly rttMs: number | null;
  /** Null where nothing was read. */
  readonly rows: number | null;
}

/** Identifies one audit, so that what is told late of an older one changes nothing. */
export type PollNumber = number;

export type PollEvent =
  /** Of gear that is known already the same as `gear-changed`. */
  | { readonly kind: "gear-added" | "gear-changed"; readonly gear: GearPolling }
  | { readonly kind: "gear-removed"; readonly gateway: NodeName }
  | { readonly kind: "poll-finished"; readonly gateway: NodeName; readonly poll: PollNumber; readonly outcome: PollOutcome }
  /** `mode` null: what would be its turn. */
  | { readonly kind: "poll-requested"; readonly gateway: NodeName; readonly why: PollReason; readonly mode: PollMode | null }
  | { readonly kind: "deadline-passed" };

export type PollEffect =
  | { readonly kind: "begin-poll"; readonly gateway: NodeName; readonly poll: PollNumber; readonly mode: PollMode }
  /** For whoever asked. */
  | { readonly kind: "request-refused"; readonly gateway: NodeName; readonly why: PollReason; readonly reason: string };
