/** Preflight of partial failback and of recall: named gateways change hands, the title stays where it is. */
import type { NodeName } from "../identity.ts";
import type { PreflightCheck } from "../status/node-status.ts";
import { lendingLimitMs, lendingProblem, recallProblem } from "./lending.ts";
import { peerChecks, titleCheck } from "./preflight.ts";
import { callsText, check, ownersText, type PlanBody, type Preview, plural } from "./preflight-parts.ts";

export function lendBody(preview: Preview, to: NodeName, gateways: readonly NodeName[]): PlanBody {
  const { member, input, now } = preview;
  const { name, merge } = member.config;
  const problem = lendingProblem(member, gateways, now);
  // The calls of named gateways are no test of the whole server's call state, but room and readiness are.
  const target = peerChecks(member, { ...input, to }, now.mono);
  return {
    to,
    checks: [titleCheck(member, now.mono), ...target, gatewayCheck(problem)],
    effect: {
      before: ownersText(preview),
      after: `${to} controls ${gateways.join(", ")}; ${name} keeps the title and everything else.`,
      calls: callsText(preview, preview.input.callsOn(gateways), false),
      worstMs: lendingLimitMs,
      worst: `Some ms where both are well; ${lendingLimitMs} ms at most, then ${name} takes back what ${to} does not have.`,
      breaks: [
        "A call between a lent gateway and another goes on under two controllers: when one side hangs up, the other is released at the next audit.",
        "No new call can be set up between a lent gateway and the others.",
      ],
    },
    steps: [
      `${name} lets go of ${plural(gateways.length, "gateway")} in favour of ${to}, for ever at this epoch.`,
      `${to} claims each without a title and takes it over.`,
      `${name} remembers who has it, and leaves it there until a recall${merge.when === "now" ? `, or until ${to} no longer holds it` : ""}.`,
    ],
    undo: `Recall ${gateways.join(", ")}: ${name} takes ${gateways.length === 1 ? "it" : "them"} back.`,
    confirm: null,
  };
}

export function recallBody(preview: Preview, gateways: readonly NodeName[]): PlanBody {
  const { member, now } = preview;
  const { name, timers } = member.config;
  const holders = [...new Set(gateways.flatMap((gateway) => member.store.lent[gateway] ?? []))];
  const problem = recallProblem(member, gateways, now);
  const from = holders.length === 0 ? "nobody" : holders.join(", ");
  const worstMs = timers.promiseMs + 2 * timers.keepaliveMs;
  return {
    to: name,
    checks: [titleCheck(member, now.mono), gatewayCheck(problem)],
    effect: {
      before: ownersText(preview),
      after: `${name} controls ${gateways.join(", ")} again; ${from} controls ${gateways.length === 1 ? "it" : "them"} no more.`,
      calls: callsText(preview, preview.input.callsOn(gateways), false),
      worstMs,
      worst: `Without control for at most ${worstMs} ms: the promise of ${timers.promiseMs} ms to ${from} runs out, then the next claims, each ${timers.keepaliveMs} ms.`,
      breaks: [`${from} is not asked: what it does at that moment on ${gateways.join(", ")} stays half done.`],
    },
    steps: [
      `${name} claims ${gateways.join(", ")} above the borrower's epoch.`,
      "The gateway promises the borrower nothing more, and grants when its promise has run out.",
      `${name} takes it over.`,
    ],
    undo: `Fail ${gateways.join(", ")} back to ${from} again.`,
    confirm: null,
  };
}

function gatewayCheck(problem: string | null): PreflightCheck {
  return check(
    "gateways",
    "These gateways can move",
    problem === null ? "pass" : "fail",
    problem?.replace(/\.$/, "") ?? "yes",
    "under control, the title stays",
    0,
  );
}
