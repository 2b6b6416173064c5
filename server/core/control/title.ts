/**
 * Title and leases (failover.md 2): what a server may still do, counted from the send time of what was answered.
 * Invariant: an answer counts only for the datagram that it answers, sent by this boot, at an unreleased epoch,
 * and only if its promise outlasts the lease on the slowest allowed clock. So the loser stops before the winner can start.
 */
import { type BootId, type Epoch, type NodeName, sameEpoch } from "../identity.ts";
import { majorityOf } from "../site/site.ts";
import { promiseCovers, type Timers } from "../site/timers.ts";
import type { Instant } from "../time.ts";
import type { Answer } from "./link-message.ts";
import { forgetSent, forgetSentTo, noteDatagramSent, nothingSent, type SentDatagrams, sentAs } from "./sent-datagrams.ts";
import { countsVersion, isMajority, type VoterSet } from "./voter-set.ts";

export interface Leases {
  readonly timers: Timers;
  readonly boot: BootId;
  /** Older than a lease is useless, and forgotten. */
  readonly sent: SentDatagrams;
  /** Send time of the newest answered datagram per node, at its present epoch. */
  readonly since: Map<NodeName, Instant>;
  /** No lease runs out before. Renewals only make that later, so it is looked up again when it has come, not with each answer. */
  lapseFrom: Instant;
  /** The title of this set does not end before; kept for the same reason, and dropped with any lease that is dropped. */
  titleTo: { readonly set: VoterSet; readonly until: Instant } | null;
}

export function startLeases(timers: Timers, boot: BootId): Leases {
  return {
    timers,
    boot,
    sent: nothingSent(),
    since: new Map(),
    lapseFrom: Number.POSITIVE_INFINITY,
    titleTo: null,
  };
}

export function noteSent(leases: Leases, sequence: number, to: NodeName, epoch: Epoch, sentAt: Instant): void {
  noteDatagramSent(leases.sent, sequence, { to, sentAt, epoch }, sentAt - leases.timers.leaseMs);
}

/** Forgets every datagram sent and every lease held: later answers count for nothing (failover.md 3). */
export function forget(leases: Leases): void {
  forgetSent(leases.sent);
  leases.since.clear();
  leases.lapseFrom = Number.POSITIVE_INFINITY;
  leases.titleTo = null;
}

/** The same for one node, which was let go while others are kept. */
export function forgetNode(leases: Leases, node: NodeName): void {
  forgetSentTo(leases.sent, node);
  loseLease(leases, node);
}

/** The round trip in ms of an answer that counts at `epoch`; null where it counts for nothing. */
export function countAnswer(leases: Leases, from: NodeName, answer: Answer, epoch: Epoch, set: VoterSet, now: Instant): number | null {
  if (answer.refusal !== null || answer.toBoot !== leases.boot) return null;
  const datagram = sentAs(leases.sent, answer.toSequence);
  if (!datagram || datagram.to !== from) return null;
  if (!sameEpoch(answer.epoch, epoch) || !sameEpoch(datagram.epoch, epoch)) return null;
  if (!countsVersion(set, answer.votersVersion)) return null;
  const { leaseMs, clockRateError } = leases.timers;
  if (!promiseCovers(answer.promiseMs, leaseMs, clockRateError)) return null;
  const before = leases.since.get(from);
  if (before === undefined || before < datagram.sentAt) leases.since.set(from, datagram.sentAt);
  if (before === undefined) leases.lapseFrom = Math.min(leases.lapseFrom, datagram.sentAt + leaseMs);
  return now - datagram.sentAt;
}

/** ms that the lease on this node still runs; 0 = not owned. */
export function leaseLeftMs(leases: Leases, node: NodeName, now: Instant): number {
  const since = leases.since.get(node);
  return since === undefined ? 0 : Math.max(0, since + leases.timers.leaseMs - now);
}

export function loseLease(leases: Leases, node: NodeName): void {
  leases.since.delete(node);
  leases.titleTo = null;
}

/** Looks up again when the next lease runs out. */
export function noteNextLapse(leases: Leases): void {
  let earliest = Number.POSITIVE_INFINITY;
  for (const since of leases.since.values()) earliest = Math.min(earliest, since);
  leases.lapseFrom = earliest + leases.timers.leaseMs;
}

/** Until when a majority of voters' answers count; null where there is no majority at all. */
export function titleUntil(leases: Leases, set: VoterSet): Instant | null {
  const until = majorityUntil(leases, set.voters);
  const before = set.previous === null ? Number.POSITIVE_INFINITY : majorityUntil(leases, set.previous);
  return until === null || before === null ? null : Math.min(until, before);
}

function majorityUntil(leases: Leases, voters: readonly NodeName[]): Instant | null {
  const since = voters.map((voter) => leases.since.get(voter) ?? Number.NEGATIVE_INFINITY).sort((a, b) => b - a);
  const deciding = since[majorityOf(voters.length) - 1] ?? Number.NEGATIVE_INFINITY;
  return deciding === Number.NEGATIVE_INFINITY ? null : deciding + leases.timers.leaseMs;
}

/** The same as `now < titleUntil`; asked before every action, so what is known of it is asked first. */
export function holdsMajority(leases: Leases, set: VoterSet, now: Instant): boolean {
  const { titleTo } = leases;
  return (titleTo !== null && titleTo.set === set && now < titleTo.until) || findsMajority(leases, set, now);
}

/** Counts the leases, and keeps for how long the answer stands. */
function findsMajority(leases: Leases, set: VoterSet, now: Instant): boolean {
  if (!isMajority(set, (voter) => leaseLeftMs(leases, voter, now) > 0)) return false;
  const until = titleUntil(leases, set);
  leases.titleTo = until === null ? null : { set, until };
  return true;
}
