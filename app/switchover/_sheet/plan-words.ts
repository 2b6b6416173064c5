/** A switchover plan in words and numbers: what it keeps, what the button says, whether it may be pressed. */
import type { PreflightCheck, SwitchoverPlan } from "../../../server/core/status/node-status.ts";
import type { RailEnd } from "./action-rail.ts";

export const shortestReason = 4;

export function keptCalls(plan: SwitchoverPlan): number {
  return plan.effect.talking + plan.effect.ringing;
}

/** The button names the effect; where the plan is blocked there is none to promise. */
export function buttonText(plan: SwitchoverPlan): string {
  if (plan.blockers.length > 0) return `Switch over to ${plan.to}`;
  const kept = keptCalls(plan);
  const more = plan.effect.settingUp > 0 ? `, ${plan.effect.settingUp} being set up may be released` : "";
  return `Switch over to ${plan.to}: ${kept} ${kept === 1 ? "call" : "calls"} kept${more}`;
}

export type CheckCounts = Readonly<Record<PreflightCheck["result"], number>>;

export function countChecks(checks: readonly PreflightCheck[]): CheckCounts {
  const counts = { pass: 0, warn: 0, fail: 0, unknown: 0 };
  for (const check of checks) counts[check.result]++;
  return counts;
}

/** `12 pass, 1 warn.` */
export function countsText(counts: CheckCounts): string {
  const parts = (["pass", "warn", "fail", "unknown"] as const)
    .filter((result) => counts[result] > 0)
    .map((result) => `${counts[result]} ${result}`);
  return parts.length === 0 ? "no checks" : `${parts.join(", ")}.`;
}

export function commandText(to: string, reason: string): string {
  return withReason(`tandem switchover --to ${to}`, reason);
}

/** As the shell wants it: a reason in double quotes, with what would end or expand them escaped. */
export function withReason(command: string, reason: string): string {
  const said =
    reason.trim() === ""
      ? "…"
      : reason
          .trim()
          .replace(/[\r\n]+/g, " ")
          .replace(/[\\"$`!]/g, (character) => `\\${character}`);
  return `npx ${command} --reason "${said}"`;
}

export function reasonProblem(reason: string): string | null {
  const missing = shortestReason - reason.trim().length;
  if (missing <= 0) return null;
  return `Needs a reason of at least ${shortestReason} characters: the next person will ask.`;
}

/** Why the button is off, the most important first; null = it may be pressed. */
export function planObjection(plan: Pick<SwitchoverPlan, "blockers">, leftMs: number, what = "this switchover"): string | null {
  if (plan.blockers.length > 0) return `${blockText(plan.blockers.length)} ${what}.`;
  if (leftMs <= 0) return "The plan has expired: check again.";
  return null;
}

export function blockText(blockers: number): string {
  return blockers === 1 ? "1 check blocks" : `${blockers} checks block`;
}

/** What stands over the sheet: where things are, and the question only while it is one. */
export function sheetHead(
  plan: SwitchoverPlan | null,
  end: RailEnd | null,
  from: string | null,
  to: string,
): { readonly kicker: string; readonly title: string } {
  const between = from === null || from === to ? `to ${to}` : `from ${from} to ${to}`;
  const question = `Switch over ${between}?`;
  switch (end) {
    case "running":
      return { kicker: "Switchover under way", title: `Switching over ${between}` };
    case "settled":
      return { kicker: "Switchover settled", title: from === null || from === to ? `${to} took over` : `${to} took over from ${from}` };
    case "timed out":
      return { kicker: "Switchover not settled in time", title: `Switchover ${between}` };
    case "diverged":
      return { kicker: "Switchover not as planned", title: `Switchover ${between}` };
    case "refused":
      return { kicker: "Switchover refused", title: question };
    case null:
      break;
  }
  if (plan === null) return { kicker: "Planned switchover", title: question };
  const blockers = plan.blockers.length;
  return {
    kicker: blockers === 0 ? "Planned switchover, nothing blocks it" : `Planned switchover: ${blockText(blockers)} it`,
    title: question,
  };
}

export interface Prediction {
  readonly runs: number;
  /** Right end of the scale. */
  readonly untilMs: number;
  readonly ticks: readonly number[];
  readonly note: string;
}

/** Past interruptions on a scale from 0; says itself when there are too few to predict from. */
export function prediction(effect: SwitchoverPlan["effect"]): Prediction {
  const ticks = effect.pastMs.filter((ms) => Number.isFinite(ms) && ms >= 0);
  const most = Math.max(100, effect.worstMs ?? 0, ...ticks);
  const step = [50, 100, 250, 500, 1_000, 2_500, 5_000].find((size) => most * 1.15 <= size * 3) ?? 10_000;
  const runs = ticks.length;
  const note =
    runs === 0
      ? "no past run to predict from"
      : runs < 5
        ? `only ${runs} past ${runs === 1 ? "run" : "runs"}: too few to rely on`
        : `${runs} past runs`;
  return { runs, untilMs: step * 3, ticks, note };
}
