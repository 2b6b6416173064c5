/** Preflight of pause, resume and acknowledge: what voters are asked to store, and what then happens of itself, or no longer does. */
import type { PreflightCheck } from "../status/node-status.ts";
import type { Instant, WallTime } from "../time.ts";
import { changesInWindow, pauseInForce } from "./guard.ts";
import { isTitled } from "./holding.ts";
import { missed } from "./keepalive-judge.ts";
import type { Member } from "./member-state.ts";
import { check, farthestMs, type PlanBody, type Preview, plural, reachCheck } from "./preflight-parts.ts";
import { neededVoters } from "./voter-set.ts";

const noCall = "No call is touched, and this order changes no control.";

export function pauseBody(preview: Preview, until: WallTime | null): PlanBody {
  const { member, now } = preview;
  const { guard } = member.store;
  const paused = pauseInForce(guard, now.wall);
  const end = untilText(until);
  const inTime = until === null || (until > now.wall && until - now.wall <= farthestMs);
  const checks = [
    reachCheck(member, now.mono, "warn"),
    check("until", "The end is to come", inTime ? "pass" : "fail", end, "later than now, within 90 days", 0),
    check(
      "paused",
      "Not paused yet",
      paused === null ? "pass" : "warn",
      paused === null ? "not paused" : `paused by ${paused.by} ${untilText(paused.until)}; this replaces it`,
      "not paused",
      0,
    ),
  ];
  return {
    ...stored(preview, checks, `stores the pause`),
    effect: {
      before: standing(preview),
      after: `No role changes by itself ${end}, whatever fails. Switchover, failover now and override still work.`,
      calls: noCall,
      worstMs: null,
      worst: `In force as soon as ${neededVoters(member.voterSet)} voters have stored it.`,
      breaks: ["If the primary dies meanwhile, nobody takes over: calls go on, no new call is set up until somebody orders it."],
    },
    undo: "Resume ends it at once.",
  };
}

export function resumeBody(preview: Preview): PlanBody {
  const { member, now } = preview;
  const paused = pauseInForce(member.store.guard, now.wall);
  const found = paused === null ? "not paused, as far as this server knows" : `paused by ${paused.by} ${untilText(paused.until)}`;
  const checks = [
    reachCheck(member, now.mono, "warn"),
    check("paused", "Paused now", paused === null ? "fail" : "pass", found, "a pause", 0),
  ];
  return {
    ...stored(preview, checks, "stores that the pause is over"),
    effect: {
      before: standing(preview),
      after: "Automatic changes are allowed again.",
      calls: noCall,
      worstMs: null,
      worst: `In force as soon as ${neededVoters(member.voterSet)} voters have stored it.`,
      breaks: nobodyLeads(member, now.mono) ? ["Nobody holds the title: a standby may take over at once."] : [],
    },
    undo: "Pause again.",
  };
}

function nobodyLeads(member: Member, now: Instant): boolean {
  return !isTitled(member, now) && missed(member.titleJudge, now) >= member.config.timers.missLimit;
}

export function acknowledgeBody(preview: Preview): PlanBody {
  const { member, now } = preview;
  const { limit } = member.config.automaticChanges;
  const used = changesInWindow(member.store.guard, member.config.automaticChanges, now.wall);
  // Another server may have counted more: that it acknowledges nothing here says little.
  const checks = [
    reachCheck(member, now.mono, "warn"),
    check("used", "Automatic changes to acknowledge", used > 0 ? "pass" : "warn", `${used} counted here`, "1", 0),
  ];
  return {
    ...stored(preview, checks, "stores the acknowledgement"),
    effect: {
      before: standing(preview),
      after: `The count begins anew: ${plural(limit, "automatic change")} of role ${limit === 1 ? "is" : "are"} possible again.`,
      calls: noCall,
      worstMs: null,
      worst: `In force as soon as ${neededVoters(member.voterSet)} voters have stored it.`,
      breaks: used >= limit ? ["Whatever made control change so often may do so again: look at the last failovers first."] : [],
    },
    undo: "It cannot be undone: what was counted is forgotten. Pause stops further automatic changes.",
  };
}

function stored(
  { member }: Preview,
  checks: readonly PreflightCheck[],
  what: string,
): Pick<PlanBody, "to" | "checks" | "steps" | "confirm"> {
  const { name } = member.config;
  return {
    to: null,
    checks,
    steps: [
      `${name} ${what} and tells every voter and server.`,
      `It answers once ${neededVoters(member.voterSet)} of ${plural(member.voterSet.voters.length, "voter")} are known to have it.`,
    ],
    confirm: null,
  };
}

function standing({ member, now }: Preview): string {
  const { limit, windowMs } = member.config.automaticChanges;
  const { guard } = member.store;
  const paused = pauseInForce(guard, now.wall);
  const used = changesInWindow(guard, member.config.automaticChanges, now.wall);
  const count = `${used} of ${limit} used in the last ${Math.round(windowMs / 60_000)} min`;
  if (paused !== null) return `Paused by ${paused.by} ${untilText(paused.until)}: ${paused.reason}. ${count}.`;
  return used >= limit ? `Held: ${count}.` : `Automatic changes are allowed: ${count}.`;
}

function untilText(until: WallTime | null): string {
  return until === null ? "until somebody resumes" : `until ${new Date(until).toISOString()}`;
}
