/**
 * Failback (B9): when the site's rule lets control go back to the preferred server by itself. It is an automatic change, and the successor
 * asks no jury: the holder asks the voters before, for it knows its own changes, and those of others as far as they were told to it.
 */
import type { Instant, Now } from "../time.ts";
import { ruleOpen } from "./change-rule.ts";
import { holdOf } from "./guard.ts";
import { startSwitchover } from "./handover.ts";
import { isTitled } from "./holding.ts";
import { missed } from "./keepalive-judge.ts";
import { knownGuard } from "./known-guard.ts";
import type { Member, MemberEffect } from "./member-state.ts";
import { electorate, isMajority } from "./voter-set.ts";

/** The preferred server must have been heard, ready, for this long: one that flaps gets nothing back. */
const steadyMs = 10_000;
/** Between two attempts: one that was aborted must not be repeated at once. */
const retryMs = 60_000;

/** Called with each probe. */
export function askForFailback(member: Member, now: Now): MemberEffect[] {
  if (failbackTo(member, now) === null) return [];
  const about = member.config.name;
  return electorate(member.voterSet).map((to) => ({ kind: "send", to, path: 1, message: { kind: "vote-request", about } }));
}

/** Called with each vote. */
export function failBack(member: Member, now: Now): MemberEffect[] {
  const { config, state } = member;
  const to = failbackTo(member, now);
  if (to === null || state.kind !== "holding" || !votersAllow(member, now)) return [];
  member.nextFailbackAt = now.mono + retryMs;
  const id = `failback-${state.epoch.number}-${config.name}`;
  const reason = `the preferred server is ready again; the rule is ${config.failback.when}`;
  return startSwitchover(member, { id, to, by: "failback", reason, automatic: true, clients: null }, now);
}

/** Null: not now. */
function failbackTo(member: Member, now: Now): string | null {
  const { config, state, store, self } = member;
  if (now.mono < member.nextFailbackAt || config.rank === 0 || config.failback.when === "manual") return null;
  if (state.kind !== "holding" || !isTitled(member, now.mono)) return null;
  if (holdOf(store.guard, config.automaticChanges, now.wall) !== null) return null;
  const idle = self.calls === 0 && self.busy !== null && self.busy.size === 0;
  return ruleOpen(config.failback, idle, now.wall) ? preferredPeer(member, now.mono) : null;
}

function preferredPeer(member: Member, now: Instant): string | null {
  const [preferred] = member.config.betterRanked;
  const heard = preferred === undefined ? undefined : member.peers.get(preferred);
  if (preferred === undefined || heard === undefined) return null;
  const steady = heard.readySince !== null && now - heard.readySince >= steadyMs && missed(heard.judge, now) === 0;
  return steady && heard.keepalive.role === "standby" ? preferred : null;
}

function votersAllow(member: Member, now: Now): boolean {
  const { voteMs } = member.config.timers;
  const allows = (voter: string): boolean => {
    const voted = member.votes.get(voter);
    // One that lost its storage has forgotten what it granted.
    return voted !== undefined && now.mono - voted.askedAt <= voteMs && !voted.vote.abstaining && voted.vote.hold === null;
  };
  return isMajority(member.voterSet, allows) && holdOf(knownGuard(member, now.mono), member.config.automaticChanges, now.wall) === null;
}
