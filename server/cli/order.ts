/** Every verb of an operator but the switchover at once: the preview, the question, the order, its outcome. */
import { randomUUID } from "node:crypto";
import type { OrderPlan, OrderRequest, OrderResult } from "../core/status/order.ts";
import { auditRefusal } from "../operations/audit.ts";
import { awaitSwitchover } from "../operations/await-switchover.ts";
import type { OperationsContext } from "../operations/context.ts";
import { summarize } from "../operations/failover-sentence.ts";
import { OperationError } from "../operations/operation-error.ts";
import { planOrder } from "../operations/plan-order.ts";
import { orderAttempt, requestOrder } from "../operations/request-order.ts";
import { type Consent, consentTo } from "./consent.ts";
import { type CommonOptions, withContext } from "./open-context.ts";
import { printJson, printLine, printTable } from "./output.ts";
import { requireReason } from "./refusals.ts";

export interface OrderOptions extends Consent {
  readonly reason: string;
  readonly dryRun: boolean;
}

/** Until every gateway is worked through, after the title has changed hands. */
const settleMs = 15_000;

export async function order(common: CommonOptions, request: OrderRequest, options: OrderOptions): Promise<void> {
  requireReason(options.reason);
  await withContext(common, "if-there", async (context) => {
    const plan = await planned(context, common, request, options);
    if (options.dryRun) return;
    const confirm = await consentTo(plan.confirm, options, request.verb);
    const result = await requestOrder(context, { planId: plan.planId, request, reason: options.reason, confirm, orderId: randomUUID() });
    const report = await finished(context, plan, result);
    if (common.json) printJson({ ...result, plan: undefined, planId: plan.planId, report });
    else printLine(`\n${report ?? result.outcome ?? "Accepted."}`);
    if (!result.settled) throw new OperationError("timed-out", "The order was accepted, but its outcome was not seen in time.");
  });
}

/** The plan, shown. What cannot be planned, or is blocked, is an attempt for the audit log unless only the plan was asked for. */
async function planned(
  context: OperationsContext,
  common: CommonOptions,
  request: OrderRequest,
  options: OrderOptions,
): Promise<OrderPlan> {
  try {
    const plan = await planOrder(context, request);
    if (!common.json) printPlan(plan);
    else if (options.dryRun) printJson(plan);
    if (plan.blockers.length > 0) throw new OperationError("blocked", "This cannot be carried out.", plan.blockers);
    return plan;
  } catch (error) {
    if (!options.dryRun) await auditRefusal(context, orderAttempt(request, options.reason), error);
    throw error;
  }
}

/** Where the title changed hands: the sentence of that change, once its work is done. */
async function finished(context: OperationsContext, { verb, to, epoch }: OrderPlan, { settled }: OrderResult): Promise<string | null> {
  const moved = verb === "failover-now" || verb === "failback";
  if (!settled || !moved || to === null) return null;
  const servers = await context.observe();
  const status = servers.nodes.get(to)?.status;
  // Named gateways only: the title stayed where it is, and there is no report.
  if (status?.kind !== "call-server" || !status.title.held) return null;
  return summarize(await awaitSwitchover(context, { to, epoch }, settleMs)).sentence;
}

function printPlan(plan: OrderPlan): void {
  printLine(`${plan.verb}, as ${plan.server} sees it at epoch ${plan.epoch.number}\n`);
  printTable(
    ["RESULT", "CHECK", "FOUND", "LIMIT"],
    plan.checks.map((check) => [check.result.toUpperCase(), check.check, check.found, check.limit]),
  );
  printLine();
  if (plan.blockers.length === 0) {
    const { before, after, calls, worst, breaks } = plan.effect;
    printLine(`Now: ${before}`);
    printLine(`Then: ${after}`);
    printLine(`Calls: ${calls}`);
    printLine(`Time: ${worst}`);
    for (const one of breaks) printLine(`Note: ${one}`);
    for (const [index, step] of plan.steps.entries()) printLine(`  ${index + 1}. ${step}`);
  }
  printLine(`Undo: ${plan.undo}`);
}
