/**
 * Preflight of admitting a voter that lost its storage: whether it abstains and answers, whether somebody who holds the title would do it anyhow,
 * and whether those that kept their storage still know every epoch there was.
 */
import type { NodeName } from "../identity.ts";
import type { PreflightCheck } from "../status/node-status.ts";
import { admissionProblem } from "./admission.ts";
import { isTitled } from "./holding.ts";
import { missed } from "./keepalive-judge.ts";
import { check, inReach, type PlanBody, type Preview, plural, reachMs, votersInReach } from "./preflight-parts.ts";
import { electorate, isMajority, neededVoters } from "./voter-set.ts";

export function admitBody(preview: Preview, voter: NodeName): PlanBody {
  const { member } = preview;
  const { name, timers } = member.config;
  const { promiseMs } = timers;
  return {
    to: null,
    checks: [...clientChecks(preview, voter), storageCheck(preview), titleCheck(preview, voter)],
    effect: {
      before: beforeText(preview),
      after: afterText(preview, voter),
      calls: "No call is touched, and no control changes hands by this order.",
      worstMs: null,
      worst: `${voter} grants nobody for ${promiseMs} ms after it is admitted: the longest that it may have promised before.`,
      breaks: breaksOf(preview, voter),
    },
    steps: [
      `${name} stores an epoch above ${member.highestEpoch} and admits ${voter} at it: nothing below is ever granted there again.`,
      `${name} tells it what it knows of pauses and automatic changes.`,
      `${voter} stores both, waits ${promiseMs} ms, and then answers claims as any other.`,
    ],
    undo: `It cannot be undone. With the title, ${voter} can be removed from the voters.`,
    confirm: { text: voter, because: `${voter} takes part again on your word that no copy of its disk is in use.` },
  };
}

function clientChecks({ member, now }: Preview, voter: NodeName): PreflightCheck[] {
  const heard = member.clients.get(voter);
  const ageMs = heard === undefined ? null : Math.max(0, now.mono - heard.at);
  const answers = check(
    "answers",
    `${voter} answers ${member.config.name}`,
    inReach(member, voter, now.mono) ? "pass" : "fail",
    ageMs === null ? "not heard" : `heard ${Math.round(ageMs)} ms ago`,
    `within ${reachMs} ms`,
    ageMs,
  );
  // Who was never heard said nothing about its storage either: one blocker is enough.
  if (heard === undefined) return [answers];
  const problem = admissionProblem(member, voter);
  const found = problem?.replace(/\.$/, "") ?? "it has lost its storage";
  return [check("abstains", `${voter} abstains`, problem === null ? "pass" : "fail", found, "abstains", ageMs), answers];
}

/** A majority that kept its storage knows every title there was; fewer may not. */
function storageCheck(preview: Preview): PreflightCheck {
  const { voterSet } = preview.member;
  const abstaining = abstainingOf(preview);
  const kept = withStorage(preview);
  const enough = isMajority(voterSet, (voter) => kept.includes(voter));
  const lost = abstaining.length === 0 ? "none abstains" : abstainText(abstaining);
  const found = `${kept.length} of ${electorate(voterSet).length}; ${lost}`;
  return check("storage", "Voters heard that kept their storage", enough ? "pass" : "warn", found, `${neededVoters(voterSet)}`, 0);
}

function titleCheck({ member, now }: Preview, voter: NodeName): PreflightCheck {
  const { name, timers } = member.config;
  const own = isTitled(member, now.mono);
  const heard = member.lastTitleAt !== null && missed(member.titleJudge, now.mono) < timers.missLimit;
  const holder = own ? name : heard ? member.primary : null;
  const found = holder === null ? "nobody" : `${holder} holds it: it admits ${voter} by itself as soon as it hears it`;
  return check("title", "Nobody holds the title", holder === null ? "pass" : "warn", found, "nobody", own ? 0 : null);
}

function breaksOf(preview: Preview, voter: NodeName): string[] {
  const { voterSet, highestEpoch, config } = preview.member;
  const kept = withStorage(preview);
  const known = isMajority(voterSet, (one) => kept.includes(one));
  return [
    `What the lost storage of ${voter} knew of pauses, of automatic changes and of the voter set comes back from other nodes; what only lost disks knew is gone.`,
    ...(known
      ? []
      : [
          `Fewer than a majority of the voters are heard and kept their storage: a title above epoch ${highestEpoch}, the highest that ${config.name} has heard of, may be forgotten, and epochs would go on below it. If a node that is not heard now can be brought back, do that first.`,
        ]),
  ];
}

function beforeText(preview: Preview): string {
  const abstaining = abstainingOf(preview);
  const { voterSet } = preview.member;
  const abstain = abstaining.length === 0 ? "No voter is known to abstain" : abstainText(abstaining);
  const takePart = votersInReach(preview.member, preview.now.mono).length;
  return `${abstain}. ${plural(takePart, "voter")} of ${electorate(voterSet).length} ${takePart === 1 ? "takes" : "take"} part, the title needs ${neededVoters(voterSet)}.`;
}

function afterText(preview: Preview, voter: NodeName): string {
  const { member, now } = preview;
  const { voterSet } = member;
  if (!electorate(voterSet).includes(voter)) return `${voter} may be controlled again; it does not vote.`;
  const after = [...new Set([...votersInReach(member, now.mono), voter])];
  const of = electorate(voterSet).length;
  if (isMajority(voterSet, (one) => after.includes(one)))
    return `${after.length} of ${of} voters take part: a standby may then take the title by itself, unless a pause is in force.`;
  return `${after.length} of ${of} voters ${after.length === 1 ? "takes" : "take"} part: still too few, the title needs ${neededVoters(voterSet)}.`;
}

/** Voters in reach that remember. One that was admitted and has granted nobody since names an epoch without a server. */
function withStorage({ member, now }: Preview): NodeName[] {
  return votersInReach(member, now.mono).filter((voter) => {
    const granted = member.clients.get(voter)?.granted;
    return granted !== undefined && (granted.server !== "" || granted.number === 0);
  });
}

function abstainingOf({ member }: Preview): NodeName[] {
  return electorate(member.voterSet).filter((voter) => member.clients.get(voter)?.refusal === "abstaining");
}

function abstainText(names: readonly NodeName[]): string {
  return `${names.join(", ")} ${names.length === 1 ? "abstains" : "abstain"}`;
}
