/** Preflight of what is done by a switchover: the scheduled one, its cancelling, and failback as a whole. */
import type { NodeName } from "../identity.ts";
import type { PreflightCheck, SwitchoverPlan } from "../status/node-status.ts";
import type { WallTime } from "../time.ts";
import { flushLimitMs, successorLimitMs } from "./handover.ts";
import { switchoverPlan } from "./preflight.ts";
import { callsText, check, farthestMs, ownersText, type PlanBody, type Preview } from "./preflight-parts.ts";

/** To the preferred server, everything: a switchover like any other. */
export function failbackBody(preview: Preview, to: NodeName): PlanBody {
  const plan = planOf(preview, to);
  return { ...asOrder(preview, plan), checks: plan.checks, steps: plan.steps, undo: plan.undo };
}

/** What may heal until then only warns now: preflight runs again at the instant itself. */
export function scheduleBody(preview: Preview, to: NodeName, at: WallTime): PlanBody {
  const { member, input, now } = preview;
  // What is scheduled already is a check of its own here.
  const plan = planOf({ ...preview, input: { ...preview.input, scheduled: null } }, to);
  const lasting = new Set(["title", "target"]);
  const soft = plan.checks.map(
    (one): PreflightCheck =>
      (one.result === "fail" || one.result === "unknown") && !lasting.has(one.id) ? { ...one, result: "warn" } : one,
  );
  const when = new Date(at).toISOString();
  const known = input.scheduled;
  const inTime = at > now.wall && at - now.wall <= farthestMs;
  const { name } = member.config;
  return {
    ...asOrder(preview, plan),
    checks: [
      check("at", "The instant is to come", inTime ? "pass" : "fail", when, "later than now, within 90 days", 0),
      check(
        "scheduled",
        "No other switchover is scheduled",
        known === null ? "pass" : "fail",
        known === null ? "none" : `one to ${known.to} at ${new Date(known.at).toISOString()}`,
        "none",
        0,
      ),
      ...soft,
    ],
    steps: [
      `${name} keeps the order on its disk; a restart does not lose it.`,
      `At ${when} preflight runs again. Where it is blocked, or ${name} is not the primary then, it raises an alarm and nothing happens.`,
      `Else control goes to ${to} as in a switchover.`,
    ],
    undo: "Cancel it at any time before.",
  };
}

export function cancelBody(preview: Preview): PlanBody {
  const { member, input } = preview;
  const { state } = member;
  const running = state.kind === "handing-over" ? state.switchover : null;
  const known = input.scheduled;
  const resigned = state.kind === "resigned";
  const what =
    running !== null
      ? `the one to ${running.to}, asked by ${running.by}`
      : known === null
        ? "none"
        : `the one to ${known.to} at ${new Date(known.at).toISOString()}`;
  const found = resigned ? "it has resigned already: nothing can be taken back" : what;
  const may = running !== null || (known !== null && !resigned);
  return {
    to: null,
    checks: [check("running", "A switchover that can be cancelled", may ? "pass" : "fail", found, "one under way or scheduled", 0)],
    effect: {
      before: ownersText(preview),
      after: "Nothing changes hands: who is in control stays so.",
      calls: running === null ? "No call is touched." : "No call is touched; new calls are admitted again.",
      worstMs: null,
      worst: "At once.",
      breaks: [],
    },
    steps: [
      running !== null ? `${member.config.name} stops handing over and admits new calls again.` : "The schedule is removed from the disk.",
    ],
    undo: "Order the switchover again.",
    confirm: null,
  };
}

function planOf({ member, input, now }: Preview, to: NodeName): SwitchoverPlan {
  return switchoverPlan(member, { ...input, to }, now.mono);
}

function asOrder(preview: Preview, plan: SwitchoverPlan): Pick<PlanBody, "to" | "effect" | "confirm"> {
  const { input } = preview;
  const worstMs = flushLimitMs + successorLimitMs;
  return {
    to: plan.to,
    effect: {
      before: ownersText(preview),
      after: `${plan.to} holds the title and controls every gateway; ${plan.from ?? "the primary"} stands by.`,
      calls: callsText(preview, input.calls, false),
      worstMs,
      worst: `${flushLimitMs} ms to finish what is half done and ${successorLimitMs} ms for ${plan.to} to take the title, at most; else ${plan.from ?? "the primary"} takes it again.`,
      breaks: ["New calls are refused while it lasts."],
    },
    confirm: null,
  };
}
