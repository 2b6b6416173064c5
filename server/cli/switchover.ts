/** `tandem switchover`: plan, order, wait until it has settled. */
import { randomUUID } from "node:crypto";
import type { SwitchoverPlan } from "../core/status/node-status.ts";
import { auditRefusal } from "../operations/audit.ts";
import { awaitSwitchover } from "../operations/await-switchover.ts";
import { summarize } from "../operations/failover-sentence.ts";
import { OperationError } from "../operations/operation-error.ts";
import { planSwitchover } from "../operations/plan-switchover.ts";
import { requestSwitchover, switchoverAttempt } from "../operations/request-switchover.ts";
import { counted, lasted } from "../operations/words.ts";
import { consentTo } from "./consent.ts";
import { type CommonOptions, withContext } from "./open-context.ts";
import { isoTime, printJson, printLine, printTable } from "./output.ts";
import { requireReason } from "./refusals.ts";

export interface SwitchoverOptions {
  readonly reason: string;
  readonly to?: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

const settleMs = 15_000;

export async function switchover(common: CommonOptions, options: SwitchoverOptions): Promise<void> {
  requireReason(options.reason);
  await withContext(common, "if-there", async (context) => {
    const to = options.to ?? null;
    const plan = await planSwitchover(context, to).catch(async (error: unknown) => {
      if (!options.dryRun) await auditRefusal(context, switchoverAttempt(to, options.reason), error);
      throw error;
    });
    if (options.dryRun) {
      if (common.json) printJson(plan);
      else printPlan(plan);
      if (plan.blockers.length > 0) throw new OperationError("blocked", "The switchover could not go ahead.", plan.blockers);
      return;
    }
    if (!options.yes && plan.blockers.length === 0) {
      if (process.stdin.isTTY && !common.json) printPlan(plan);
      await consentTo(null, options, "switchover");
    }
    const switchoverId = randomUUID();
    await requestSwitchover(context, { planId: plan.planId, to, reason: options.reason, switchoverId });
    const report = await awaitSwitchover(context, plan, settleMs);
    const { startedAt, ...summary } = summarize(report);
    if (common.json)
      printJson({ switchoverId, planId: plan.planId, settled: true, failover: { ...summary, startedAt: isoTime(startedAt) } });
    else printLine(summary.sentence);
  });
}

function printPlan(plan: SwitchoverPlan): void {
  printLine(`Switchover from ${plan.from ?? "nobody"} to ${plan.to}, after epoch ${plan.epoch.number}\n`);
  printTable(
    ["RESULT", "CHECK", "FOUND", "LIMIT"],
    plan.checks.map((check) => [check.result.toUpperCase(), check.check, check.found, check.limit]),
  );
  printLine();
  if (plan.blockers.length === 0) printEffect(plan);
  printLine(plan.undo);
}

function printEffect(plan: SwitchoverPlan): void {
  const { talking, ringing, settingUp, expectedMs, worstMs, pastMs } = plan.effect;
  printLine(`${counted(talking, "call")} talking, ${ringing} ringing, ${settingUp} being set up.`);
  printLine(
    expectedMs === null
      ? "How long it takes is not known yet: no run so far."
      : `Without control for about ${lasted(expectedMs)}, at worst ${worstMs === null ? "unknown" : lasted(worstMs)}, from ${counted(pastMs.length, "run")}.`,
  );
  for (const [index, step] of plan.steps.entries()) printLine(`  ${index + 1}. ${step}`);
}
