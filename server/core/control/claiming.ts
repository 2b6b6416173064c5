/**
 * Claiming: one epoch, offered to every voter until a majority grants it or the window closes.
 * Invariant: the epoch is persisted before it is sent; grants that reach no majority are released and the epoch is never used again.
 */
import { type Epoch, type NodeName, sameEpoch } from "../identity.ts";
import { majorityOf } from "../site/site.ts";
import type { Instant, Now } from "../time.ts";
import type { Cause } from "../timeline/failover-report.ts";
import { claimOf } from "./announcements.ts";
import { becomeHolder } from "./holding.ts";
import type { Answer } from "./link-message.ts";
import type { Claiming, Member, MemberEffect, Switchover } from "./member-state.ts";
import { countAnswer, forget, holdsTitle } from "./title.ts";

/** Unanswered claims are repeated this often, ms: several tries fit into one window. */
const retryMs = 25;

/** Begins to claim above every epoch heard of. Returns persist before send. */
export function startClaim(member: Member, cause: Cause, switchover: Switchover | null, now: Now): MemberEffect[] {
  const { config } = member;
  const epoch: Epoch = { number: Math.max(member.highestEpoch, member.store.epochNumber) + 1, server: config.name };
  member.highestEpoch = epoch.number;
  member.store = { ...member.store, epochNumber: epoch.number };
  forget(member.leases);
  const state: Claiming = {
    kind: "claiming",
    epoch,
    since: now.mono,
    until: now.mono + config.timers.claimMs,
    nextTryAt: now.mono + retryMs,
    cause,
    switchover,
    granted: new Set(),
  };
  member.state = state;
  return [
    { kind: "persist", store: member.store },
    { kind: "record", fact: { what: "claim-sent", epoch, cause, switchover, to: config.voters.length }, durable: false },
    ...offer(member, state),
  ];
}

function offer(member: Member, state: Claiming): MemberEffect[] {
  return member.config.voters
    .filter((voter) => !state.granted.has(voter))
    .map((to) => ({ kind: "send", to, path: 1, message: claimOf(member, state.epoch, state.cause !== "requested") }));
}

export function claimDeadline(state: Claiming): Instant {
  return Math.min(state.nextTryAt, state.until);
}

export function onClaimAnswer(member: Member, state: Claiming, from: NodeName, message: Answer, now: Now): MemberEffect[] {
  if (!sameEpoch(message.epoch, state.epoch)) return [];
  const rtt = countAnswer(member.leases, from, message, state.epoch, member.config.votersVersion, now.mono);
  if (message.refusal === null && rtt === null) return [];
  const answered: MemberEffect = {
    kind: "record",
    fact: { what: "claim-answered", client: from, refusal: message.refusal, epoch: message.granted },
    durable: false,
  };
  if (message.refusal !== null) {
    // Somebody else went further: this epoch cannot win there, and probably nowhere.
    return message.granted.number >= state.epoch.number ? [answered, ...failClaim(member, state, now)] : [answered];
  }
  const first = !state.granted.has(from);
  state.granted.add(from);
  if (!holdsTitle(member.leases, member.config.voters, now.mono)) return first ? [answered] : [];
  return [answered, ...becomeHolder(member, state, now)];
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
  const releases = config.voters.map(
    (to): MemberEffect => ({ kind: "send", to, path: 1, message: { kind: "release", epoch: state.epoch, successor: null } }),
  );
  const failed: MemberEffect = {
    kind: "record",
    fact: { what: "claim-failed", epoch: state.epoch, grants: state.granted.size, needed: majorityOf(config.voters.length) },
    durable: false,
  };
  return [failed, ...releases];
}
