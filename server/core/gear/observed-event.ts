/**
 * Observed gear: its calls are neither set up nor ended by Tandem, it is only read. What happens to the machine that watches those calls, and
 * what it wants done, in the order in which it must be done.
 */
import type { CallRecord } from "../calls/call-record.ts";
import type { ActivePoll } from "../calls/complete-poll.ts";
import type { EndedConnection } from "../calls/connection.ts";
import type { Epoch, NodeName } from "../identity.ts";
import type { Instant, WallTime } from "../time.ts";
import type { Severity } from "../timeline/journal-event.ts";

/** From configuration. */
export interface ObservedGear {
  readonly gateway: NodeName;
  readonly pollMs: number;
  /** Whether it has a table of calls that ended, to be asked for exact ends. */
  readonly keepsHistory: boolean;
}

export type ObservedEvent =
  | { readonly kind: "gear-added"; readonly gear: ObservedGear }
  /** Its calls are forgotten: that they ended is not proved. */
  | { readonly kind: "gear-removed"; readonly gateway: NodeName }
  | { readonly kind: "poll-finished"; readonly poll: ActivePoll }
  /** Answers `read-history`; `startedAt`: when the read began. */
  | {
      readonly kind: "history-read";
      readonly gateway: NodeName;
      readonly startedAt: Instant;
      readonly rows: readonly EndedConnection[];
      readonly complete: boolean;
    }
  /** `silentSince`: until when the title holder before was surely at work; null where nobody knows. */
  | { readonly kind: "title-gained"; readonly silentSince: WallTime | null; readonly epoch: Epoch }
  | { readonly kind: "title-lost" }
  | { readonly kind: "deadline-passed" };

/** What a server that gained the title found on one gear, and goes on recording. */
export interface AdoptedGear {
  readonly gateway: NodeName;
  readonly connections: number;
  readonly calls: number;
}

export type ObservedEffect =
  /** Only the title holder writes. */
  | { readonly kind: "store-record"; readonly record: CallRecord }
  /** Read what ended at or after that instant; only of gear that keeps a history, and never twice at the same time. */
  | { readonly kind: "read-history"; readonly gateway: NodeName; readonly since: WallTime }
  /** For the failover's timeline. `recovered`: calls that ended while nobody may have written records; theirs follow. */
  | { readonly kind: "gear-adopted"; readonly gears: readonly AdoptedGear[]; readonly recovered: number }
  | {
      readonly kind: "journal";
      readonly what: string;
      readonly severity: Severity;
      readonly text: string;
      readonly data: Readonly<Record<string, unknown>>;
    };

export interface ObservedPolicy {
  /** Complete polls in a row that must lack a leg before it counts as ended. */
  readonly missedPolls: number;
  /** A record waits so long for the exact end that a history may tell. */
  readonly historyWaitMs: number;
  /** Histories are read at least so often, for calls that were too short to be seen. */
  readonly historyEveryMs: number;
  /** A row may enter a history so long after its end; what is read overlaps by as much. */
  readonly historyMarginMs: number;
  /** A read of which nothing was heard for so long is not waited for. */
  readonly historyOverdueMs: number;
  /** Calls that ended this long before the title holder fell silent may still lack their record. */
  readonly silenceMarginMs: number;
  /** What ended lately is kept, on a standby to be recorded if it gains the title, so long and so many calls. */
  readonly keptMs: number;
  readonly mostKept: number;
  /** What was recorded is kept so long, and no more calls than that: longer than a history repeats itself. */
  readonly settledMs: number;
  /** Of a call that was up when this server first looked, on gear that stamps nothing: it began no earlier than this before. */
  readonly longestCallMs: number;
  /** Legs that one call may have had, one after another. */
  readonly mostLegs: number;
}

export const defaultObservedPolicy: ObservedPolicy = {
  missedPolls: 2,
  historyWaitMs: 15_000,
  historyEveryMs: 60_000,
  historyMarginMs: 60_000,
  historyOverdueMs: 120_000,
  silenceMarginMs: 3_000,
  keptMs: 15 * 60_000,
  mostKept: 50_000,
  settledMs: 5 * 60_000,
  longestCallMs: 24 * 3_600_000,
  mostLegs: 16,
};
