/** Failback (B9): when the site's rule lets control go back to the preferred server by itself. */
import type { Instant, Now } from "../time.ts";
import { ruleOpen } from "./change-rule.ts";
import { holdOf } from "./guard.ts";
import { startSwitchover } from "./handover.ts";
import { isTitled } from "./holding.ts";
import { missed } from "./keepalive-judge.ts";
import type { Member, MemberEffect } from "./member-state.ts";

/** The preferred server must have been heard, ready, for this long: one that flaps gets nothing back. */
const steadyMs = 10_000;
/** Between two attempts: one that was aborted must not be repeated at once. */
const retryMs = 60_000;

/** Called with each probe of a titled holder. */
export function failBack(member: Member, now: Now): MemberEffect[] {
  const { config, state, store, self } = member;
  if (now.mono < member.nextFailbackAt) return [];
  if (config.rank === 0 || config.failback.when === "manual" || state.kind !== "holding" || !isTitled(member, now.mono)) return [];
  const preferred = preferredPeer(member, now.mono);
  if (preferred === null || holdOf(store.guard, config.automaticChanges, now.wall) !== null) return [];
  if (!ruleOpen(config.failback, self.calls === 0 && self.busy !== null && self.busy.size === 0, now.wall)) return [];
  member.nextFailbackAt = now.mono + retryMs;
  const id = `failback-${state.epoch.number}-${config.name}`;
  const reason = `the preferred server is ready again; the rule is ${config.failback.when}`;
  return startSwitchover(member, { id, to: preferred, by: "failback", reason, automatic: true, clients: null }, now);
}

function preferredPeer(member: Member, now: Instant): string | null {
  const [preferred] = member.config.betterRanked;
  const heard = preferred === undefined ? undefined : member.peers.get(preferred);
  if (preferred === undefined || heard === undefined) return null;
  const steady = heard.readySince !== null && now - heard.readySince >= steadyMs && missed(heard.judge, now) === 0;
  return steady && heard.keepalive.role === "standby" ? preferred : null;
}
