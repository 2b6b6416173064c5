/**
 * The call record (CDR): one for each answered call, whatever happened to the servers meanwhile (A15).
 * Each instant says where it comes from and how far off it can be.
 */
import type { Epoch, NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";
import type { Carries, MediaCounters, QosService } from "./connection.ts";

/** signalling: the call server saw it; gateway: the gateway's own stamp, read from its active table; history: from its history table; poll: between two polls. */
export type InstantSource = "signalling" | "gateway" | "history" | "poll";

export interface RecordedInstant {
  readonly at: WallTime;
  readonly source: InstantSource;
  /** ± ms. */
  readonly errorMs: number;
}

/** The first of two instants, as nearly as both leave open. */
export function firstOf(a: RecordedInstant, b: RecordedInstant): RecordedInstant {
  const first = b.at < a.at ? b : a;
  const earliest = Math.min(a.at - a.errorMs, b.at - b.errorMs);
  const latest = Math.min(a.at + a.errorMs, b.at + b.errorMs);
  if (earliest === first.at - first.errorMs && latest === first.at + first.errorMs) return first;
  return { ...first, at: (earliest + latest) / 2, errorMs: (latest - earliest) / 2 };
}

export interface RecordedParty {
  readonly number: string | null;
  readonly gateway: NodeName | null;
  readonly endpoint: string | null;
  /** Media address `host:port`. */
  readonly address: string | null;
  readonly media: MediaCounters | null;
}

export type RecordOutcome = "answered" | "lost";

/**
 * signalling: written by the server that carried it to its end; adopted: it survived a change of control; history: it ended while nobody was
 * in control, or all that is known of it was read back; observed: no server of the site set it up, its gear was only read.
 */
export type RecordOrigin = "signalling" | "adopted" | "history" | "observed";

/** A GUID has 32 characters; of gear that was only observed it may be a SIP Call-ID. */
export const longestCallId = 300;

export interface CallRecord {
  /** The call's GUID: the key that makes a record unique across servers and failovers. */
  readonly callId: string;
  readonly calling: RecordedParty;
  readonly called: RecordedParty;
  readonly dialled: string | null;
  readonly start: RecordedInstant;
  readonly answer: RecordedInstant;
  readonly end: RecordedInstant;
  /** end − answer. */
  readonly durationMs: number;
  readonly durationErrorMs: number;
  readonly carries: Carries | null;
  readonly codec: string | null;
  readonly qos: QosService | null;
  /** Q.850 cause value. */
  readonly cause: number | null;
  readonly releasedBy: "calling" | "called" | "network" | "operator" | null;
  readonly outcome: RecordOutcome;
  readonly origin: RecordOrigin;
  /** Every epoch that controlled the call, oldest first. */
  readonly epochs: readonly Epoch[];
  readonly writtenBy: NodeName;
  readonly writtenAt: WallTime;
}

/** A record as it lies in a node's outbox until it is acknowledged. `sequence` rises by one within one server's outbox. */
export interface OutboxEntry {
  readonly sequence: number;
  readonly record: CallRecord;
}

/**
 * Of two records of the same call the better one is kept.
 * Two of one server that only observed the gear: the later one, because the call went on in a leg that was not seen before.
 * Two of one server that heard both parties hang up: the earlier end, however late it was heard, because the second record was written to
 * correct the first. Two stamped ends that contradict each other: the earlier one, because a call that a party was seen to end did not go on
 * (the later one saw only its remains, or the second party to hang up); unless a server deleted the earlier leg, and another saw all of the
 * call. Two of one server with the same end: the later one, which knows how exact it is. Two that agree: the one nearer to the call, if it
 * is exact enough, so that a call whose server saw all of it is not shown as recovered.
 * Else the more exact duration wins, then the nearer source, then the earlier end (another party had hung up before, and was heard later),
 * then the first written; the rest only makes sure that the order in which they come does not matter.
 */
export function betterRecord(a: CallRecord, b: CallRecord): CallRecord {
  if (isContinued(a, b)) return a.writtenAt > b.writtenAt ? a : b;
  const stamped = a.end.source !== "poll" && b.end.source !== "poll";
  if (stamped) {
    const [shorter, longer] = a.durationMs < b.durationMs ? [a, b] : [b, a];
    if (isCorrection(a, b) || isContradicted(longer, shorter)) return shorter;
  }
  if (a.durationErrorMs !== b.durationErrorMs && isRewritten(a, b)) return a.writtenAt > b.writtenAt ? a : b;
  if (stamped && originRank[a.origin] !== originRank[b.origin]) {
    const nearer = originRank[a.origin] < originRank[b.origin] ? a : b;
    if (nearer.durationErrorMs <= exactEnoughMs) return nearer;
  }
  if (a.durationErrorMs !== b.durationErrorMs) return a.durationErrorMs < b.durationErrorMs ? a : b;
  if (originRank[a.origin] !== originRank[b.origin]) return originRank[a.origin] < originRank[b.origin] ? a : b;
  if (sourceRank[a.end.source] !== sourceRank[b.end.source]) return sourceRank[a.end.source] < sourceRank[b.end.source] ? a : b;
  if (a.durationMs !== b.durationMs) return a.durationMs < b.durationMs ? a : b;
  if (a.writtenAt !== b.writtenAt) return a.writtenAt < b.writtenAt ? a : b;
  if (a.writtenBy !== b.writtenBy) return a.writtenBy < b.writtenBy ? a : b;
  return a.end.at <= b.end.at ? a : b;
}

/** Which party was heard to hang up; null where the end is known otherwise. */
export function partyHeard({ end, releasedBy }: { readonly end: RecordedInstant | null } & Pick<CallRecord, "releasedBy">) {
  return end?.source === "signalling" && (releasedBy === "calling" || releasedBy === "called") ? releasedBy : null;
}

function isContinued(a: CallRecord, b: CallRecord): boolean {
  return a.origin === "observed" && b.origin === "observed" && a.writtenBy === b.writtenBy && a.writtenAt !== b.writtenAt;
}

/** One server, and each of the parties heard. */
function isCorrection(a: CallRecord, b: CallRecord): boolean {
  const both = partyHeard(a) !== null && partyHeard(b) !== null && a.releasedBy !== b.releasedBy;
  return both && a.writtenBy === b.writtenBy && a.durationMs !== b.durationMs;
}

/** One server, one end: written again because its doubt about the other party is gone, or arose. */
function isRewritten(a: CallRecord, b: CallRecord): boolean {
  const one = a.writtenBy === b.writtenBy && a.releasedBy === b.releasedBy && a.origin === b.origin && a.end.source === "signalling";
  return one && b.end.source === "signalling" && a.end.at === b.end.at && a.writtenAt !== b.writtenAt;
}

/**
 * The call ended before the longer record says. Where the shorter one is the more exact, the longer one's own error has to reach it:
 * a server that died before a lost hang-up was sent again took the other party's for the first.
 * Durations, not ends: two servers' wall clocks need not agree.
 */
function isContradicted(longer: CallRecord, shorter: CallRecord): boolean {
  // A leg that a server deleted may be that of a channel tried in vain: what saw all of the call knows better.
  if (shorter.releasedBy === null && longer.origin === "signalling") return false;
  const vagueMs = shorter.durationErrorMs <= longer.durationErrorMs ? 0 : shorter.durationErrorMs;
  return longer.durationMs - shorter.durationMs > longer.durationErrorMs + vagueMs;
}

/** A duration within this bound, ms, is as good as billing needs. */
const exactEnoughMs = 250;

const originRank: Record<RecordOrigin, number> = { signalling: 0, adopted: 1, history: 2, observed: 3 };
const sourceRank: Record<InstantSource, number> = { signalling: 0, gateway: 1, history: 2, poll: 3 };
