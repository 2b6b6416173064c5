/**
 * The jury: reads the voters' numbers and the primary's own answer, and reaches a verdict.
 * It never counts a vote older than `voteMs`, and it takes over only when three things hold at once:
 * N keepalives missed, the primary's query not answered by a live title, and a majority of voters silent and free to grant.
 */
import type { NodeName } from "../identity.ts";
import type { Timers } from "../site/timers.ts";
import type { Instant } from "../time.ts";
import type { Cause, ReportedVerdict, ReportedVote } from "../timeline/failover-report.ts";
import type { Hold } from "./guard.ts";
import type { Vote } from "./link-message.ts";
import { electorate, isMajority, neededVoters, type VoterSet } from "./voter-set.ts";

/** A vote as it arrived: its numbers, when its request was sent, and when it came. */
export interface ReceivedVote {
  readonly vote: Vote;
  readonly askedAt: Instant;
  readonly receivedAt: Instant;
}

/** What the primary said to the direct query. */
export type QueryOutcome = "not-asked" | "unanswered" | "title" | "no-title";

export interface Evidence {
  readonly primary: NodeName | null;
  readonly missed: number;
  readonly query: QueryOutcome;
  /** Who may vote, as far as this server knows. */
  readonly set: VoterSet;
  readonly votes: ReadonlyMap<NodeName, ReceivedVote>;
  /** Why this server itself would begin no automatic change now: what it learnt from a majority's votes. */
  readonly hold: Hold | null;
}

export type Reading =
  | { readonly takeOver: true; readonly cause: Exclude<Cause, "requested" | "operator-forced" | "primary-frozen"> }
  | {
      readonly takeOver: false;
      readonly because:
        | "too-few-missed"
        | "primary-answers"
        | "my-link-cut"
        | "voters-disagree"
        | "i-am-cut-off"
        | "voters-abstain"
        | "voters-newer"
        | "paused"
        | "held"
        | "promises-run"
        | "waiting-for-query";
    };

/** A vote reads as heard when the voter heard a titled keepalive within this many intervals. */
const heardWithinIntervals = 2;

export function hearingLimitMs(timers: Timers): number {
  return heardWithinIntervals * timers.keepaliveMs;
}

function freshVotes(evidence: Pick<Evidence, "set" | "votes">, timers: Timers, now: Instant): Map<NodeName, ReceivedVote> {
  const fresh = new Map<NodeName, ReceivedVote>();
  for (const voter of electorate(evidence.set)) {
    const received = evidence.votes.get(voter);
    if (received && now - received.askedAt <= timers.voteMs) fresh.set(voter, received);
  }
  return fresh;
}

export function heard(received: ReceivedVote, timers: Timers): boolean {
  return received.vote.titleSilentMs !== null && received.vote.titleSilentMs < hearingLimitMs(timers);
}

/** Whether most voters have just said that they hear the primary. */
export function majorityHears(set: VoterSet, votes: Evidence["votes"], timers: Timers, now: Instant): boolean {
  const fresh = freshVotes({ set, votes }, timers, now);
  return isMajority(set, (voter) => {
    const received = fresh.get(voter);
    return received !== undefined && heard(received, timers);
  });
}

/** Of the voters that answered just now: how many, and how many of them hear the primary. */
export function hearingVoters(
  set: VoterSet,
  votes: Evidence["votes"],
  timers: Timers,
  now: Instant,
): { answering: number; hearing: number } {
  const fresh = [...freshVotes({ set, votes }, timers, now).values()];
  return { answering: fresh.length, hearing: fresh.filter((received) => heard(received, timers)).length };
}

/** Whether this voter's promise is over: what it had left, less what has passed since it said so. */
function isFree({ vote, receivedAt }: ReceivedVote, now: Instant): boolean {
  return vote.remainingMs - (now - receivedAt) <= 0;
}

/**
 * An owner that has been without the title for as long as a dead one would be missed does not block the others:
 * the first refused claim contests the voter, and the owner's keepalives no longer renew its promise.
 */
function isContestable({ vote }: ReceivedVote, timers: Timers): boolean {
  const silentLongEnough = vote.titleSilentMs === null || vote.titleSilentMs >= timers.missLimit * timers.keepaliveMs;
  return vote.contestable && silentLongEnough;
}

/** Weighs the evidence. Pure; called at each new fact while the primary is suspected. */
export function weigh(evidence: Evidence, timers: Timers, now: Instant): Reading {
  if (evidence.query === "title") return { takeOver: false, because: "primary-answers" };
  const deniesTitle = evidence.query === "no-title";
  if (evidence.missed < timers.missLimit && !deniesTitle) return { takeOver: false, because: "too-few-missed" };
  if (evidence.query === "not-asked" && evidence.primary !== null) return { takeOver: false, because: "waiting-for-query" };
  const fresh = freshVotes(evidence, timers, now);
  const majority = (holds: (received: ReceivedVote) => boolean): boolean =>
    isMajority(evidence.set, (voter) => {
      const received = fresh.get(voter);
      return received !== undefined && holds(received);
    });
  if (!majority(() => true)) return { takeOver: false, because: "i-am-cut-off" };
  const willing = ({ vote }: ReceivedVote): boolean => !vote.abstaining;
  if (!majority(willing)) return { takeOver: false, because: "voters-abstain" };
  if (majority((received) => heard(received, timers))) return { takeOver: false, because: "my-link-cut" };
  if (!majority((received) => !heard(received, timers))) return { takeOver: false, because: "voters-disagree" };
  const admitting = (received: ReceivedVote): boolean => willing(received) && received.vote.votersVersion <= evidence.set.version;
  if (!majority(admitting)) return { takeOver: false, because: "voters-newer" };
  const allowing = (received: ReceivedVote): boolean => admitting(received) && received.vote.hold === null;
  if (evidence.hold !== null) return { takeOver: false, because: evidence.hold };
  if (!majority(allowing)) return { takeOver: false, because: holdAmong([...fresh.values()]) };
  const free = (received: ReceivedVote): boolean => isFree(received, now) || isContestable(received, timers);
  if (!majority((received) => allowing(received) && free(received))) return { takeOver: false, because: "promises-run" };
  if (deniesTitle) return { takeOver: true, cause: "primary-without-title" };
  if (evidence.primary === null) return { takeOver: true, cause: "no-primary" };
  return { takeOver: true, cause: [...fresh.values()].some((received) => heard(received, timers)) ? "primary-cut-off" : "primary-dead" };
}

function holdAmong(fresh: readonly ReceivedVote[]): Hold {
  return fresh.some(({ vote }) => vote.hold === "paused") ? "paused" : "held";
}

function reported(evidence: Evidence, timers: Timers, now: Instant): ReportedVote[] {
  return electorate(evidence.set).map((voter) => {
    const received = evidence.votes.get(voter);
    if (!received || now - received.askedAt > timers.voteMs) {
      return { voter, titleSilentMs: null, commandSilentMs: null, remainingMs: null, ageMs: null, reading: "no-vote" as const };
    }
    const { vote, askedAt } = received;
    return {
      voter,
      titleSilentMs: vote.titleSilentMs,
      commandSilentMs: vote.commandSilentMs,
      remainingMs: vote.remainingMs,
      ageMs: now - askedAt,
      reading: heard(received, timers) ? ("heard" as const) : ("silent" as const),
    };
  });
}

function silenceRange(votes: readonly ReportedVote[]): string {
  const known = votes.flatMap((vote) => (vote.titleSilentMs === null ? [] : [Math.round(vote.titleSilentMs)]));
  if (known.length === 0) return "";
  const low = Math.min(...known);
  const high = Math.max(...known);
  return low === high ? `${low} ms` : `${low}–${high} ms`;
}

/** What the voters say of the primary, in one sentence. */
function jurySentence(votes: readonly ReportedVote[], primary: string, timers: Timers): string {
  const all = votes.length;
  const silent = votes.filter((vote) => vote.reading === "silent");
  const hearing = votes.filter((vote) => vote.reading === "heard").length;
  if (hearing + silent.length === 0) return `None of ${all} voters answered in time.`;
  if (hearing > silent.length) return `${hearing} of ${all} voters heard ${primary} less than ${hearingLimitMs(timers)} ms ago.`;
  const range = silenceRange(silent);
  const silence = range === "" ? `have not heard ${primary} at all` : `last heard ${primary} ${range} ago`;
  return `${silent.length} of ${all} voters ${silence}${hearing > 0 ? `, ${hearing} still hear it` : ""}.`;
}

function missedText(missed: number, limit: number): string {
  return missed > limit ? `Missed ${missed}, limit ${limit}.` : `Missed ${missed} of ${limit}.`;
}

function querySentence(query: QueryOutcome): string {
  switch (query) {
    case "not-asked":
      return "No primary is known.";
    case "unanswered":
      return "Direct query unanswered on both paths.";
    case "title":
      return "The primary answered the direct query: it holds the title.";
    case "no-title":
      return "The primary answered the direct query: it holds no title.";
  }
}

function conclusion(reading: Reading, primary: string, votes: readonly ReportedVote[]): string {
  if (reading.takeOver) {
    switch (reading.cause) {
      case "primary-dead":
        return "Nobody hears the primary: taking over.";
      case "primary-cut-off":
        return "The primary is cut off from most voters: taking over.";
      case "primary-without-title":
        return `${primary} has no title: taking over.`;
      case "no-primary":
        return "Nobody holds the title: taking it.";
    }
  }
  switch (reading.because) {
    case "too-few-missed":
      return "Below the limit: waiting.";
    case "primary-answers":
      return votes.filter((vote) => vote.reading === "silent").length > votes.length / 2
        ? `${primary} is alive, yet the voters miss it as well: it is slow, or cut off. Not taking over.`
        : `${primary} is alive: the fault is the link between us. Not taking over.`;
    case "my-link-cut":
      return "The voters hear the primary: the fault is my own link. Not taking over.";
    case "voters-disagree":
      return "Some voters hear the primary and too few are silent for a majority. Not taking over.";
    case "i-am-cut-off":
      return "Too few voters answer me: I am the one cut off. Not taking over.";
    case "voters-abstain":
      return "Too many voters have lost their stored state and abstain: an operator must admit them. Not taking over.";
    case "voters-newer":
      return "Most voters have a newer voter set than I have: my configuration is old. Not taking over.";
    case "paused":
      return "Automatic changes are paused. Not taking over.";
    case "held":
      return "Too many automatic changes within the window: held until somebody acknowledges. Not taking over.";
    case "promises-run":
      return "Promises to the primary still run: not yet.";
    case "waiting-for-query":
      return "The direct query is still open: not yet.";
  }
}

function ruledOut(reading: Reading, votes: readonly ReportedVote[]): string[] {
  const answering = votes.filter((vote) => vote.reading !== "no-vote").length;
  const hearing = votes.filter((vote) => vote.reading === "heard").length;
  if (!reading.takeOver) return [`the primary is dead (${hearing} of ${votes.length} voters hear it)`];
  const out = [
    `my own link is cut (${answering} voters answer me)`,
    `I am the one cut off (${answering} of ${votes.length} voters answer me)`,
  ];
  if (hearing === 0) out.push("the primary is only cut off from some (no voter hears it)");
  return out;
}

/**
 * The verdict with its evidence, as it is stored before the first claim.
 * @param atMs offset from the last good keepalive, ms
 */
export function verdict(evidence: Evidence, reading: Reading, timers: Timers, now: Instant, atMs: number): ReportedVerdict {
  const votes = reported(evidence, timers, now);
  const primary = evidence.primary ?? "the primary";
  const jury = jurySentence(votes, primary, timers);
  return {
    atMs,
    takeOver: reading.takeOver,
    sentence: `${missedText(evidence.missed, timers.missLimit)} ${querySentence(evidence.query)} ${jury} ${conclusion(reading, primary, votes)}`,
    rule: `At least ${neededVoters(evidence.set)} of ${votes.length} voters silent for more than ${hearingLimitMs(timers)} ms and free to grant; votes count for ${timers.voteMs} ms.`,
    ruledOut: ruledOut(reading, votes),
    missed: evidence.missed,
    missLimit: timers.missLimit,
    votes,
  };
}
