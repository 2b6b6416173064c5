/**
 * Suspicion: what a standby does while titled keepalives are missing (failover.md 4).
 * At two missed it asks the primary on both paths and the jury, in parallel and again in each round,
 * so that at the limit the evidence is already there. It claims only on a verdict, and stores the verdict first.
 */
import type { NodeName } from "../identity.ts";
import { onSlowestClockMs } from "../site/timers.ts";
import type { Instant, Now } from "../time.ts";
import { retryMs, startClaim } from "./claiming.ts";
import { failBack } from "./failback.ts";
import { adoptOrphans } from "./fragment.ts";
import { changesInWindow, holdOf, pauseInForce } from "./guard.ts";
import { type Evidence, type Reading, verdict, weigh } from "./jury.ts";
import { missed, missedAt } from "./keepalive-judge.ts";
import { knownGuard } from "./known-guard.ts";
import type { Query, QueryReply, Vote } from "./link-message.ts";
import { heldBy, heldEpoch, type Member, type MemberEffect, type MemberEvent, type Suspicious } from "./member-state.ts";
import { electorate } from "./voter-set.ts";

/** Jury rounds beyond the limit come faster for a while, so that a promise about to run out is seen at once. */
const urgentRoundMs = 20;
const urgentForMs = 1500;
/** Every so many rounds a server without a majority asks every gateway. */
const orphanRounds = 3;
/** A title is announced at once: so much later the others have heard of it, ms. The rounds of the jury look at it again. */
const announcedWithinMs = 30;
/** Extra keepalives that a lower-ranked server waits at a cold start, so that the preferred one goes first. */
const coldStartRankBeats = 4;

function limitOf(member: Member): number {
  const { timers, rank } = member.config;
  return timers.missLimit + (member.primary === null ? rank * coldStartRankBeats : 0);
}

export function suspicionDeadline(member: Member): Instant {
  const { state, titleJudge, config } = member;
  if (state.kind !== "suspicious") return missedAt(titleJudge, config.timers.suspectAt);
  return Math.min(state.nextRoundAt, missedAt(titleJudge, state.counted + 1));
}

export function passSuspicionDeadline(member: Member, now: Now): MemberEffect[] {
  const { state, config } = member;
  if (state.kind === "suspicious") {
    const due = now.mono >= state.nextRoundAt;
    const orphans = due && state.said === "i-am-cut-off" ? adoptOrphans(member, state, now) : [];
    return [...orphans, ...countMisses(member, state, now), ...askRound(member, state, now), ...decide(member, state, now)];
  }
  const count = missed(member.titleJudge, now.mono);
  if (count < config.timers.suspectAt) return [];
  const suspicious: Suspicious = {
    kind: "suspicious",
    since: now.mono,
    holds: heldBy(state),
    query: "not-asked",
    rounds: 0,
    nextRoundAt: now.mono,
    said: "",
    counted: count,
    claimAt: null,
    aloneSince: null,
  };
  member.state = suspicious;
  member.votes.clear();
  return [
    { kind: "record", fact: { what: "primary-suspected", primary: member.primary, missed: count }, durable: false },
    ...askRound(member, suspicious, now),
    ...decide(member, suspicious, now),
  ];
}

function countMisses(member: Member, state: Suspicious, now: Now): MemberEffect[] {
  const count = missed(member.titleJudge, now.mono);
  if (count <= state.counted) return [];
  state.counted = count;
  if (count > limitOf(member)) return [];
  return [{ kind: "record", fact: { what: "keepalive-missed", primary: member.primary, count }, durable: false }];
}

/** Asks the primary (both paths) and every voter. */
function askRound(member: Member, state: Suspicious, now: Now): MemberEffect[] {
  if (now.mono < state.nextRoundAt) return [];
  const { config, primary } = member;
  const count = missed(member.titleJudge, now.mono);
  const urgent = count + 1 >= limitOf(member) && now.mono - state.since < urgentForMs + config.timers.missLimit * config.timers.keepaliveMs;
  state.nextRoundAt = now.mono + (urgent ? urgentRoundMs : config.timers.keepaliveMs);
  state.rounds += 1;
  const effects: MemberEffect[] = [];
  forgetOldAnswer(member, state, now.mono);
  if (primary !== null && primary !== config.name) {
    const query = { kind: "query", missed: count, missLimit: config.timers.missLimit } as const;
    effects.push({ kind: "send", to: primary, path: 1, message: query }, { kind: "send", to: primary, path: 2, message: query });
    if (state.query === "not-asked") {
      state.query = "unanswered";
      effects.push({ kind: "record", fact: { what: "primary-queried", primary, path: 1 }, durable: false });
      effects.push({ kind: "record", fact: { what: "primary-queried", primary, path: 2 }, durable: false });
    }
  }
  const about = primary ?? config.name;
  const voters = electorate(member.voterSet);
  // Whoever can have no majority also asks those without a vote: they may have lost their owner.
  const asked = state.aloneSince !== null && state.rounds % orphanRounds === 0 ? config.clients : voters;
  effects.push(...asked.map((to): MemberEffect => ({ kind: "send", to, path: 1, message: { kind: "vote-request", about } })));
  if (state.rounds <= config.timers.missLimit) {
    effects.push({ kind: "record", fact: { what: "jury-asked", round: state.rounds, voters: voters.length }, durable: false });
  }
  return effects;
}

/** The primary's answer counts no longer than a vote: one that answered and then fell silent has not answered. */
function forgetOldAnswer(member: Member, state: Suspicious, now: Instant): void {
  if (state.query !== "title" && state.query !== "no-title") return;
  const paths = member.primary === null ? undefined : member.paths.get(member.primary);
  const answeredAt = Math.max(...(paths ?? []).map((path) => path.answeredAt ?? Number.NEGATIVE_INFINITY));
  if (now - answeredAt > member.config.timers.voteMs) state.query = "unanswered";
}

export function onVote(member: Member, from: NodeName, vote: Vote, now: Now): MemberEffect[] {
  const askedAt = vote.toBoot === member.config.boot ? member.askedVotes.get(vote.toSequence) : undefined;
  if (askedAt === undefined || !member.known.has(from)) return [];
  const before = member.votes.get(from);
  if (before && before.askedAt > askedAt) return [];
  member.votes.set(from, { vote, askedAt, receivedAt: now.mono });
  member.highestEpoch = Math.max(member.highestEpoch, vote.granted.number);
  const { state } = member;
  if (state.kind !== "suspicious") return failBack(member, now);
  const received: MemberEffect[] =
    state.rounds <= member.config.timers.missLimit
      ? [{ kind: "record", fact: { what: "vote-received", voter: from, vote, ageMs: now.mono - askedAt }, durable: false }]
      : [];
  return [...received, ...decide(member, state, now)];
}

type Received = Extract<MemberEvent, { kind: "received" }>;

export function answerQuery(member: Member, event: Received, title: boolean): MemberEffect {
  const { state } = member;
  const epoch = heldEpoch(state) ?? member.primaryEpoch;
  return {
    kind: "send",
    to: event.from,
    path: event.path,
    message: { kind: "query-reply", toBoot: event.boot, toSequence: event.sequence, title, epoch },
  };
}

/**
 * A peer missed this server, which listens: it may be the primary that died, back within its own promises. The standby claims until those have
 * run out, and must not meet a rival just then, or each takes the voters that the other needs.
 */
export function listenLonger(member: Member, { missed: count }: Query): void {
  const { state, titleJudge } = member;
  const { promiseMs, clockRateError, suspectAt } = member.config.timers;
  if (state.kind !== "listening" || count < suspectAt) return;
  const claimed = titleJudge.lastAt + onSlowestClockMs(promiseMs, clockRateError) + retryMs + announcedWithinMs;
  member.state = { kind: "listening", until: Math.max(state.until, claimed) };
}

export function onQueryReply(member: Member, event: Received, message: QueryReply, now: Now): MemberEffect[] {
  const path = member.paths.get(event.from)?.[event.path - 1];
  if (!path || message.toBoot !== member.config.boot || message.toSequence !== path.askedSequence || path.askedAt === null) return [];
  path.rttMs = now.mono - path.askedAt;
  path.answeredAt = now.mono;
  const { state } = member;
  if (state.kind !== "suspicious" || event.from !== member.primary || state.query === "not-asked") return [];
  const outcome = message.title ? "title" : "no-title";
  const changed = state.query !== outcome;
  state.query = outcome;
  const said: MemberEffect[] = changed
    ? [{ kind: "record", fact: { what: "query-answered", primary: event.from, title: message.title, path: event.path }, durable: false }]
    : [];
  return [...said, ...decide(member, state, now)];
}

function evidenceOf(member: Member, state: Suspicious, now: Now): Evidence {
  forgetOldAnswer(member, state, now.mono);
  const { config } = member;
  const extra = limitOf(member) - config.timers.missLimit;
  return {
    primary: member.primary === config.name ? null : member.primary,
    missed: Math.max(0, missed(member.titleJudge, now.mono) - extra),
    query: state.query,
    set: member.voterSet,
    votes: member.votes,
    hold: holdOf(knownGuard(member, now.mono), config.automaticChanges, now.wall),
  };
}

function decide(member: Member, state: Suspicious, now: Now): MemberEffect[] {
  const { config } = member;
  // Thousands of voters answer each round: what they say is not weighed before it can matter.
  if ((state.query === "unanswered" || state.query === "not-asked") && missed(member.titleJudge, now.mono) < limitOf(member)) {
    state.aloneSince = null;
    state.claimAt = null;
    return [];
  }
  const evidence = evidenceOf(member, state, now);
  const reading = weigh(evidence, config.timers, now.mono);
  if (reading.takeOver || reading.because !== "i-am-cut-off") state.aloneSince = null;
  if (!reading.takeOver) state.claimAt = null;
  else state.claimAt ??= now.mono + betterRanked(member, now.mono) * claimStaggerMs(member);
  const askedJustNow = now.mono - state.since < config.timers.keepaliveMs;
  if (reading.takeOver ? now.mono < (state.claimAt ?? 0) : quiet(reading, askedJustNow)) return [];
  const effects: MemberEffect[] = [];
  const says = reading.takeOver ? `take-over ${reading.cause}` : reading.because;
  if (says !== state.said) {
    state.said = says;
    const atMs = now.mono - (member.lastTitleAt ?? member.titleJudge.lastAt);
    const reached = verdict(evidence, reading, config.timers, now.mono, atMs);
    const cause = reading.takeOver ? reading.cause : null;
    // Stored before the first claim: nobody may act on evidence that could be lost.
    effects.push({ kind: "record", fact: { what: "verdict-reached", verdict: reached, cause }, durable: true });
    effects.push(...heldBack(member, reading, now));
  }
  if (!reading.takeOver) return effects;
  return [...effects, ...startClaim(member, { cause: reading.cause, order: null, automatic: true }, now)];
}

/** The better ranked one may count the same N intervals with a slow clock while this one counts them with a fast one. */
function claimStaggerMs({ config: { timers } }: Member): number {
  return announcedWithinMs + 2 * timers.clockRateError * timers.missLimit * timers.keepaliveMs;
}

/**
 * Standbys that are up and preferred to this one: ready or not, they see the same evidence, and would claim at the same moment.
 * One keepalive may seem missed: that of a slow clock counted by a fast one.
 */
function betterRanked(member: Member, now: Instant): number {
  return member.config.betterRanked.filter((peer) => {
    const heard = member.peers.get(peer);
    return peer !== member.primary && heard !== undefined && missed(heard.judge, now) < member.config.timers.suspectAt;
  }).length;
}

/** It would have taken over: an alarm, with what holds it back. */
function heldBack(member: Member, reading: Reading, now: Now): MemberEffect[] {
  if (reading.takeOver) return [];
  const guard = knownGuard(member, now.mono);
  const { automaticChanges } = member.config;
  if (reading.because === "paused")
    return [{ kind: "record", fact: { what: "automation-paused", pause: pauseInForce(guard, now.wall) }, durable: true }];
  if (reading.because !== "held") return [];
  const used = changesInWindow(guard, automaticChanges, now.wall);
  return [{ kind: "record", fact: { what: "automation-held", used, limit: automaticChanges.limit }, durable: true }];
}

/** @param askedJustNow the voters had no time to answer yet: their silence means nothing */
function quiet(reading: Extract<Reading, { takeOver: false }>, askedJustNow: boolean): boolean {
  if (reading.because === "i-am-cut-off") return askedJustNow;
  return reading.because === "too-few-missed" || reading.because === "promises-run" || reading.because === "waiting-for-query";
}

/** A titled keepalive came: the suspicion was wrong, or somebody else is primary now. */
export function suspicionOver(member: Member, primary: NodeName, now: Instant): MemberEffect[] {
  const { state } = member;
  if (state.kind !== "suspicious" || state.holds !== null) return [];
  const count = missed(member.titleJudge, now);
  member.state = { kind: "standby" };
  member.votes.clear();
  return [{ kind: "record", fact: { what: "suspicion-cleared", primary, missed: count }, durable: false }];
}
