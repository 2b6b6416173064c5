/** Preflight of the two forced verbs: failover now takes the title without consent; override takes what grants, without the title. */
import type { NodeName } from "../identity.ts";
import type { PreflightCheck } from "../status/node-status.ts";
import { claimWindowMs } from "./claiming.ts";
import { isTitled } from "./holding.ts";
import { hearingVoters } from "./jury.ts";
import { missed } from "./keepalive-judge.ts";
import type { Member } from "./member-state.ts";
import {
  callsText,
  check,
  inReach,
  ownersOf,
  ownersText,
  type PlanBody,
  type Preview,
  plural,
  reachCheck,
  votersInReach,
} from "./preflight-parts.ts";
import { isMajority, neededVoters } from "./voter-set.ts";

export function failoverNowBody(preview: Preview, to: NodeName): PlanBody {
  const { member, input, now } = preview;
  const { name, timers } = member.config;
  const loser = loserOf(preview);
  const worstMs = Math.ceil(claimWindowMs(member, "operator-forced"));
  return {
    to: name,
    checks: [...ownChecks(preview, to), reachCheck(member, now.mono, "fail"), ...loserChecks(preview, loser, "a switchover is gentler")],
    effect: {
      before: ownersText(preview),
      after: `${name} holds the title and controls every gateway that it reaches${loser === null ? "" : `; ${loser} controls nothing`}.`,
      calls: callsText(preview, input.calls, true),
      worstMs,
      worst: `At most ${worstMs} ms until ${name} holds the title (promises of ${timers.promiseMs} ms run out first, then ${timers.claimMs} ms to claim), or nothing changes; then each gateway is taken over.`,
      breaks: [
        ...(loser === null ? [] : [`${loser} is not asked: what it does at that moment stays half done, and it loses every gateway.`]),
        `New calls are refused until ${name} is in control.`,
      ],
    },
    steps: [
      `${name} claims an epoch above ${member.highestEpoch} from every voter, by force.`,
      `Voters refuse and contest: they promise ${loser ?? "nobody"} nothing more, and grant once their promise has run out.`,
      `With ${neededVoters(member.voterSet)} grants ${name} holds the title. Fewer: it gives up, and who was in control goes on.`,
      `${plural(input.gateways.length, "gateway")} ${input.gateways.length === 1 ? "is" : "are"} taken over, most important first.`,
    ],
    undo: `It cannot be undone. A switchover${loser === null ? "" : ` back to ${loser}`} is possible as soon as that server stands by ready.`,
    confirm: confirmOf(preview, loser),
  };
}

export function overrideBody(preview: Preview, to: NodeName): PlanBody {
  const { member, input, now } = preview;
  const { name, timers, merge, partition } = member.config;
  const loser = loserOf(preview);
  const reached = input.gateways.filter((gateway) => inReach(member, gateway, now.mono));
  const heard = new Set(votersInReach(member, now.mono));
  const majority = isMajority(member.voterSet, (voter) => heard.has(voter));
  const found = majority ? `${heard.size} voters are heard: failover now would get the title` : `${heard.size} voters are heard`;
  const gateways = `${reached.length} of ${input.gateways.length}`;
  return {
    to: name,
    checks: [
      ...ownChecks(preview, to),
      check("no-majority", "No majority can be had", majority ? "warn" : "pass", found, `below ${neededVoters(member.voterSet)}`, 0),
      check(
        "reach",
        `Gateways that ${name} hears`,
        reached.length === 0 ? "fail" : reached.length < input.gateways.length ? "warn" : "pass",
        gateways,
        "1",
        0,
      ),
      ...(merge.when === "now" ? [untitledCheck(preview)] : []),
      ...loserChecks(preview, loser, `gateways that hear ${loser} stay with it`),
    ],
    effect: {
      before: ownersText(preview),
      after: `${name} controls those of the ${plural(reached.length, "gateway")} in reach that grant it, as a fragment marked override. It does not hold the title.`,
      calls: callsText(preview, input.callsOn(reached), true),
      worstMs: timers.promiseMs + timers.keepaliveMs,
      worst: `At most ${timers.promiseMs + timers.keepaliveMs} ms for a gateway that hears nobody else (its promise of ${timers.promiseMs} ms, then the next claim, each ${timers.keepaliveMs} ms). One that hears its owner never grants: no promise is broken.`,
      breaks: [
        "Two servers may then control different gateways: no call can be set up between theirs.",
        "Without the title there is no change of voters, no configuration, no command to gear that cannot fence.",
        partition === "strict"
          ? "The site's rule is strict: this order goes against it."
          : `Gateways come back to a title holder by the rule of merging: ${merge.when}.`,
      ],
    },
    steps: [
      `${name} begins an epoch above ${member.highestEpoch} that never becomes a title.`,
      `${name} asks every gateway with each keepalive until it grants; those that hear their owner keep it.`,
      "Each gateway that grants is taken over at once.",
    ],
    undo: "It cannot be undone: it ends when a title holder takes the gateways over, or this server stops.",
    confirm: confirmOf(preview, loser),
  };
}

/** Where merging is at once, a server that hears a title lets go of whatever it holds without one. */
function untitledCheck(preview: Preview): PreflightCheck {
  const { member } = preview;
  const heard = hearsTitle(preview);
  const found = heard ? `${member.primary} has it: an override would end at once, because the site merges now` : "none";
  return check("untitled", `No title is heard by ${member.config.name}`, heard ? "fail" : "pass", found, "none", 0);
}

/** The server that would lose control: the primary that was heard last, else whoever controls most gateways. */
function loserOf(preview: Preview): NodeName | null {
  const { name } = preview.member.config;
  const { primary } = preview.member;
  if (primary !== null && primary !== name) return primary;
  return ownersOf(preview).find(([owner]) => owner !== name)?.[0] ?? null;
}

function confirmOf(preview: Preview, loser: NodeName | null): PlanBody["confirm"] {
  const { name } = preview.member.config;
  if (loser === null) return { text: name, because: `${name} takes control by force; nobody is known to be in control.` };
  const controls = ownersOf(preview).some(([owner]) => owner === loser);
  return {
    text: loser,
    because: controls ? `${loser} loses control.` : `${loser} was in control last: it loses what it may still control.`,
  };
}

function ownChecks({ member, input, now }: Preview, to: NodeName): PreflightCheck[] {
  const { name } = member.config;
  const titled = isTitled(member, now.mono);
  const idle = ["standby", "suspicious", "backing-off", "listening"].includes(member.state.kind);
  const may = idle || (member.state.kind === "holding" && !titled);
  return [
    check("server", "The server that was named was asked", to === name ? "pass" : "fail", name, to, 0),
    check(
      "state",
      `${name} is not in control yet`,
      may ? "pass" : "fail",
      titled ? "it holds the title" : member.state.kind,
      "no title",
      0,
    ),
    check(
      "running",
      "No takeover is running here",
      input.failoverInProgress && !idle ? "warn" : "pass",
      input.failoverInProgress ? "one in progress" : "none",
      "none",
      0,
    ),
    check("ready", `${name} is ready`, member.self.ready ? "pass" : "warn", member.self.ready ? "ready" : "not ready", "ready", 0),
  ];
}

/** Forced although the other one is well, as this server or the voters hear: that is worth a warning, nothing more. */
function loserChecks(preview: Preview, loser: NodeName | null, advice: string): PreflightCheck[] {
  if (loser === null) return [];
  const { member, now } = preview;
  const heard = titleAgeMs(member, loser, now.mono);
  const { answering, hearing } = hearingVoters(member.voterSet, member.votes, member.config.timers, now.mono);
  const controls = ownersOf(preview).find(([owner]) => owner === loser)?.[1].length ?? 0;
  const checkOf = (result: PreflightCheck["result"], found: string): PreflightCheck[] => [
    check("loser", `${loser} is not well`, result, found, "heard by nobody", heard),
  ];
  if (hearsTitle(preview)) return checkOf("warn", `heard ${Math.round(heard ?? 0)} ms ago with the title: ${advice}`);
  const here = heard === null ? "not heard here" : `title last heard here ${Math.round(heard)} ms ago`;
  const link = "the link from here is what failed";
  if (hearing > 0 && member.primary === loser) return checkOf("warn", `${here}, but ${hearing} of ${answering} voters hear it: ${link}`);
  if (controls > 0) return checkOf("warn", `${here}, but ${plural(controls, "gateway")} ${controls === 1 ? "obeys" : "obey"} it: ${link}`);
  return checkOf("pass", here);
}

/** Whether another server's title is heard here, without a keepalive missed. */
function hearsTitle({ member, now }: Preview): boolean {
  const { primary, lastTitleAt, config } = member;
  return primary !== null && primary !== config.name && lastTitleAt !== null && missed(member.titleJudge, now.mono) === 0;
}

function titleAgeMs(member: Member, server: NodeName, now: number): number | null {
  return member.primary === server && member.lastTitleAt !== null ? now - member.lastTitleAt : null;
}
