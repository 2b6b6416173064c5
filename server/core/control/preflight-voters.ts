/** Preflight of a change of the voter set: one voter at a time, at the title holder, and never one that would cost it the title. */
import type { NodeName } from "../identity.ts";
import { majorityOf } from "../site/site.ts";
import type { PreflightCheck } from "../status/node-status.ts";
import { titleCheck } from "./preflight.ts";
import { check, inReach, type PlanBody, type Preview, plural, reachCheck } from "./preflight-parts.ts";
import { leaseLeftMs } from "./title.ts";
import { voterOrderProblem } from "./voter-orders.ts";
import type { VoterChange } from "./voter-set.ts";

/** Steps of a change: the old set stamped anew, both sets together, the new set alone; each needs an answer of a majority. */
const steps = 3;

export function votersBody(preview: Preview, change: VoterChange): PlanBody {
  const { member, now } = preview;
  const { config, voterSet } = member;
  const after = change.add === null ? voterSet.voters.filter((voter) => voter !== change.remove) : [...voterSet.voters, change.add];
  const problem = voterOrderProblem(member, change, now);
  const checks = [
    titleCheck(member, now.mono),
    reachCheck(member, now.mono, "fail"),
    check(
      "change",
      "The change can be made",
      problem === null ? "pass" : "fail",
      problem?.replace(/\.$/, "") ?? "yes",
      "one voter, no other change under way",
      0,
    ),
    ...newSetChecks(preview, after, change.add),
  ];
  const worstMs = steps * 2 * config.timers.keepaliveMs;
  const configured = [...config.voters].sort().join() === [...after].sort().join();
  return {
    to: null,
    checks,
    effect: {
      before: setText(voterSet.voters),
      after: setText(after),
      calls: "No call is touched, and no control changes hands.",
      worstMs: null,
      worst: `About ${worstMs} ms: ${steps} steps, each stored by a majority within two keepalives of ${config.timers.keepaliveMs} ms; the title needs a majority of both sets meanwhile.`,
      breaks: configured
        ? []
        : ["The set is then another than tandem.yaml names: write it there too, since a new site would start from it."],
    },
    steps: [
      `${config.name} gives the present set a version of its own, and waits until a majority has stored it.`,
      `${config.name} announces the new set beside the old one; a majority of each must have stored it.`,
      "The old set is dropped.",
    ],
    undo: change.add === null ? `Add ${change.remove} again the same way.` : `Remove ${change.add} the same way.`,
    confirm: null,
  };
}

function newSetChecks({ member, now }: Preview, after: readonly NodeName[], added: NodeName | null): PreflightCheck[] {
  const answering = after.filter((voter) => leaseLeftMs(member.leases, voter, now.mono) > 0).length;
  const needed = majorityOf(after.length);
  const even = after.length % 2 === 0;
  const checks = [
    check(
      "majority",
      "Voters of the new set that answer",
      answering >= needed ? "pass" : "fail",
      `${answering} of ${after.length}`,
      `${needed}`,
      0,
    ),
    check(
      "even",
      "An odd number of voters",
      even ? "warn" : "pass",
      even ? `${after.length}: ${after.length - 1} would survive as many losses` : `${after.length}`,
      "odd",
      0,
    ),
  ];
  if (added === null) return checks;
  const heard = inReach(member, added, now.mono);
  const obeys = member.owned.has(added);
  const found = obeys ? "in control" : heard ? "heard, not in control" : "not heard";
  return [...checks, check("added", `${added} answers this title`, obeys ? "pass" : "fail", found, "in control", 0)];
}

function setText(voters: readonly NodeName[]): string {
  const needed = majorityOf(voters.length);
  return `${plural(voters.length, "voter")} (${voters.join(", ")}): the title needs ${needed}, so ${voters.length - needed} may be lost.`;
}
