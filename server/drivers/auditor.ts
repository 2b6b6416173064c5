/**
 * How connections are read from gear of any kind: one interface, one file for each protocol. Any server may audit, whoever is in charge.
 * No method throws or rejects: what went wrong is part of the result. An audit that was not complete proves nothing is gone.
 */
import type { Connection, EndedConnection } from "../core/calls/connection.ts";
import type { GearProfile } from "../core/gear/gear-profile.ts";
import type { AuditFailureKind } from "../core/polling/failure-kind.ts";
import type { Instant, Now, WallTime } from "../core/time.ts";

/**
 * full: every column of every row. liveness: one column of every row, all columns of rows that are new or changed their state; gear that
 * cannot be read in part is read in full. history: the connections that ended.
 */
export type AuditMode = "full" | "liveness" | "history";

export interface AuditResult {
  readonly mode: AuditMode;
  /** Every walk reached its end, the agent ran on, and its own count agrees. Only then an absent row has ended. */
  readonly complete: boolean;
  readonly incompleteBecause: string | null;
  readonly failureKind: AuditFailureKind | null;
  /** False: the gear has no word for its boot, so `bootEpoch`, uptimes and engine boots say nothing. */
  readonly tellsBoot: boolean;
  /** Names the agent's run; null where not even that was answered. 0 where the gear has no word for it. */
  readonly bootEpoch: number | null;
  /** sysUpTime read first and last, in 1/100 s. */
  readonly uptimeBefore: number | null;
  readonly uptimeTicks: number | null;
  /** snmpEngineBoots, read first; null where the agent has none. */
  readonly engineBoots: number | null;
  /** The columns that were walked, and whether each came to its end. Of other protocols: the kinds of question. */
  readonly columns: readonly { readonly column: string; readonly reachedEnd: boolean }[];
  /** All live rows (full, liveness): in a liveness audit, rows already known are repeated as last read, with their present state. */
  readonly rows: readonly Connection[];
  /** How many of them were read with all columns this time. */
  readonly rowsRead: number;
  /** Rows of which a required column stayed unread; they are not among `rows`. */
  readonly partialRows: number;
  /** history: connections that ended at or after the asked instant, oldest first; none where the gear keeps no history. */
  readonly ended: readonly EndedConnection[];
  /** The gear's own count of live connections. */
  readonly scalarCount: number | null;
  readonly rttMs: number | null;
  /** Requests sent meanwhile, those of another audit of the same gateway included. */
  readonly packets: number;
  readonly durationMs: number;
  /** ± ms of every instant in the rows. */
  readonly clockErrorMs: number | null;
  readonly startedAt: Now;
  readonly endedAt: Now;
}

/** Told whole rows while the walk still goes on, so that a takeover need not wait for its end. */
export type RowsListener = (rows: readonly Connection[]) => void;

/** One datagram of the exchange, in words that a person can read; secrets left out. */
export interface Exchanged {
  readonly at: Instant;
  readonly sent: boolean;
  readonly text: string;
}

export interface AuditOptions {
  /** Matters to `history` only: what ended before is left out. */
  readonly endedSince?: WallTime;
  readonly onRows?: RowsListener;
  /** Asked for by a person who wants to see the exchange. */
  readonly onExchange?: (exchanged: Exchanged) => void;
  /** The title holder may also ask by commands that change nothing but are no audits (an MDCX probe). */
  readonly mayCommand?: () => boolean;
}

export interface Auditor {
  audit(mode: AuditMode, options?: AuditOptions): Promise<AuditResult>;
  /** What is known of the gear; null before the first contact. */
  profile(): GearProfile | null;
  close(): void;
}
