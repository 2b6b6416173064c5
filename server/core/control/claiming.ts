/**
 * Claiming: one epoch, offered to every voter until a majority grants it or the window closes; a higher one where it was spent before.
 * Invariant: the epoch is persisted before it is sent; grants that reach no majority are released and the epoch is never used again.
 */
import { type Epoch, type NodeName, sameEpoch } from "../identity.ts";
import { majorityOf } from "../site/site.ts";
import { onSlowestClockMs } from "../site/timers.ts";
import type { Instant, Now } from "../time.ts";
import type { Cause } from "../timeline/failover-report.ts";
import { claimOf } from "./announcements.ts";
import { becomeHolder, disownAll, tellVoterSet } from "./holding.ts";
import type { Answer } from "./link-message.ts";
import type { Claiming, Member, MemberEffect, Order } from "./member-state.ts";
import { nextEpoch } from "./next-epoch.ts";
import { countAnswer, forget, holdsMajority } from "./title.ts";
import { electorate, isMajority, neededVoters } from "./voter-set.ts";

/** Unanswered claims are repeated this often, ms: several tries fit into one window. */
export const retryMs = 25;

export interface ClaimReason {
  readonly cause: Cause;
  readonly order: Order | null;
  /** Nobody asked for it: a pause and the limit of changes apply. */
  readonly automatic: boolean;
}

/** Begins to claim above every epoch heard of. Returns persist before send. */
export function startClaim(member: Member, { cause, order, automatic }: ClaimReason, now: Now): MemberEffect[] {
  const epoch = nextEpoch(member);
  // What it still owned it commands again when that is granted at the new epoch, and at none before.
  const disowned = disownAll(member, "lease-ran-out");
  member.epochs.clear();
  const state: Claiming = {
    kind: "claiming",
    epoch,
    since: now.mono,
    until: now.mono + claimWindowMs(member, cause),
    nextTryAt: now.mono + retryMs,
    cause,
    order,
    automatic,
    granted: new Set(),
    lost: new Set(),
  };
  member.state = state;
  const voters = electorate(member.voterSet);
  return [
    ...disowned,
    { kind: "persist", store: member.store },
    { kind: "record", fact: { what: "claim-sent", epoch, cause, order, to: voters.length }, durable: false },
    ...offer(member, state),
  ];
}

/**
 * How long a claim collects answers, ms. Without the owner's consent its promises must run out first, on the slowest clock that is allowed. One that
 * answers without a title was missed for a moment only, so that a part of them is left; one that is dead, for long enough.
 */
export function claimWindowMs(member: Member, cause: Cause): number {
  const { claimMs, promiseMs, keepaliveMs, suspectAt, clockRateError } = member.config.timers;
  const promisedMs = onSlowestClockMs(promiseMs, clockRateError);
  if (cause === "operator-forced") return claimMs + promisedMs;
  return cause === "primary-without-title" ? claimMs + Math.max(0, promisedMs - suspectAt * keepaliveMs) : claimMs;
}

function offer(member: Member, state: Claiming): MemberEffect[] {
  const claim = claimOf(member, state.epoch, {
    purpose: "title",
    automatic: state.automatic,
    forced: state.cause === "operator-forced",
    contests: true,
  });
  return electorate(member.voterSet)
    .filter((voter) => !state.granted.has(voter))
    .map((to) => ({ kind: "send", to, path: 1, message: claim }));
}

export function claimDeadline(state: Claiming): Instant {
  return Math.min(state.nextTryAt, state.until);
}

export function onClaimAnswer(member: Member, state: Claiming, from: NodeName, message: Answer, now: Now): MemberEffect[] {
  if (!sameEpoch(message.epoch, state.epoch)) return [];
  const rtt = countAnswer(member.leases, from, message, state.epoch, member.voterSet, now.mono);
  if (message.refusal === null && rtt === null) return tellVoterSet(member, from, message, state.epoch);
  const answered: MemberEffect = {
    kind: "record",
    fact: { what: "claim-answered", client: from, refusal: message.refusal, epoch: message.granted },
    durable: false,
  };
  if (message.refusal !== null) {
    if (isVoid(state, message)) return [answered, ...claimHigher(member, state, from, now)];
    if (isRival(state.epoch, message.granted)) state.lost.add(from);
    return isHopeless(member, state, message.granted) ? [answered, ...failClaim(member, state, now)] : [answered];
  }
  const first = !state.granted.has(from);
  state.granted.add(from);
  state.lost.delete(from);
  // Counted only when there can be one: thousands answer.
  const enough = state.granted.size >= majorityOf(member.voterSet.voters.length);
  if (!enough || !holdsMajority(member.leases, member.voterSet, now.mono)) return first ? [answered] : [];
  return [answered, ...becomeHolder(member, state, now)];
}

/**
 * Somebody else went further: this epoch cannot win there, and probably nowhere. Where two claim the same number at once, neither gives up
 * before it has lost so many voters that a majority is out of reach: else both would, for one vote each.
 */
function isHopeless({ voterSet }: Member, { epoch, lost }: Claiming, granted: Epoch): boolean {
  if (granted.number < epoch.number) return false;
  if (!isRival(epoch, granted)) return true;
  // Counted only when it can be so: thousands answer.
  const fewest = Math.min(voterSet.voters.length, voterSet.previous?.length ?? Infinity);
  return 2 * lost.size >= fewest && !isMajority(voterSet, (voter) => !lost.has(voter));
}

/** Claimed by another server at the same time. */
function isRival(epoch: Epoch, granted: Epoch): boolean {
  return granted.number === epoch.number && !sameEpoch(granted, epoch);
}

/** The voter noted this epoch as let go without ever granting it: this server used it before it lost its disk. */
function isVoid({ epoch }: Claiming, { refusal, granted }: Answer): boolean {
  return refusal === "released" && granted.number < epoch.number;
}

/** Nobody else stands in the way: the same claim goes on at the next epoch, or its window would pass for nothing. */
function claimHigher(member: Member, state: Claiming, voter: NodeName, now: Now): MemberEffect[] {
  forget(member.leases);
  const epoch = nextEpoch(member);
  const raised: Claiming = { ...state, epoch, nextTryAt: now.mono + retryMs, granted: new Set(), lost: new Set() };
  member.state = raised;
  return [
    ...releaseOf(member, state.epoch),
    { kind: "persist", store: member.store },
    { kind: "record", fact: { what: "epoch-raised", epoch, client: voter }, durable: false },
    ...offer(member, raised),
  ];
}

export function passClaimDeadline(member: Member, state: Claiming, now: Now): MemberEffect[] {
  if (now.mono >= state.until) return failClaim(member, state, now);
  if (now.mono < state.nextTryAt) return [];
  state.nextTryAt = now.mono + retryMs;
  return offer(member, state);
}

/** No majority: let go of what was granted, and stand back by rank (preferred first) plus seeded jitter. */
function failClaim(member: Member, state: Claiming, now: Now): MemberEffect[] {
  const { config } = member;
  forget(member.leases);
  member.seed = (member.seed * 48271) % 2147483647;
  const jitterMs = (member.seed % 1000) * (config.timers.claimMs / 2000);
  member.state = { kind: "backing-off", until: now.mono + config.rank * config.timers.claimMs + jitterMs };
  const failed: MemberEffect = {
    kind: "record",
    fact: { what: "claim-failed", epoch: state.epoch, grants: state.granted.size, needed: neededVoters(member.voterSet) },
    durable: false,
  };
  const releases = releaseOf(member, state.epoch);
  return [failed, ...releases];
}

function releaseOf(member: Member, epoch: Epoch): MemberEffect[] {
  const release = { kind: "release", epoch, successor: null, titled: false } as const;
  return electorate(member.voterSet).map((to) => ({ kind: "send", to, path: 1, message: release }));
}
