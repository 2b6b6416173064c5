/**
 * Orders a switchover. The plan that the person saw must still hold: it is made once more here, and must come out the same.
 * The primary checks everything again before it changes anything; here nothing is decided.
 */
import type { NodeName } from "../core/identity.ts";
import type { SwitchoverResult } from "../core/status/node-status.ts";
import { type Attempt, audited } from "./audit.ts";
import { type OperationsContext, requireOperator } from "./context.ts";
import { OperationError } from "./operation-error.ts";
import { checkedTarget, dryRun, nodeToAsk } from "./plan-switchover.ts";

export interface SwitchoverRequest {
  readonly planId: string;
  readonly to: NodeName | null;
  readonly reason: string;
  readonly switchoverId: string;
}

export const shortestReason = 4;

export async function requestSwitchover(context: OperationsContext, request: SwitchoverRequest): Promise<SwitchoverResult> {
  const reason = request.reason.trim();
  return audited(
    context,
    switchoverAttempt(request.to, reason),
    () => order(context, { ...request, reason }),
    ({ plan, switchoverId }) => ({
      target: plan?.to ?? request.to ?? "the standby",
      detail: `order ${switchoverId}, plan ${request.planId}: ${plan?.from ?? "the primary"} hands over to ${plan?.to ?? "the standby"}.`,
    }),
  );
}

export function switchoverAttempt(to: NodeName | null, reason: string): Attempt {
  return { action: "switchover", target: to ?? "the standby", reason };
}

async function order(context: OperationsContext, request: SwitchoverRequest): Promise<SwitchoverResult> {
  requireOperator(context);
  const to = checkedTarget(context, request.to);
  if (request.reason.length < shortestReason) {
    throw new OperationError("invalid", `Needs a reason of at least ${shortestReason} characters: the next person will ask.`);
  }
  const objection = context.plans.objection(request.planId, context.now());
  if (objection) throw new OperationError("situation-changed", objection);
  const order = { switchoverId: request.switchoverId, to, reason: request.reason, by: context.actor.name, dryRun: false };
  const plan = await dryRun(context, order);
  if (plan.planId !== request.planId)
    throw new OperationError("situation-changed", "The situation changed since the plan was made. Check again.", plan.blockers);
  if (plan.blockers.length > 0) throw new OperationError("blocked", "The switchover cannot go ahead.", plan.blockers);
  const result = await context.fleet.switchover(await nodeToAsk(context), order);
  if (!result.accepted) throw new OperationError("blocked", "The primary refused the switchover.", result.blockers);
  return result;
}
