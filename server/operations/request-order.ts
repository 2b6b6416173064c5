/**
 * Gives an order of any verb. The plan that the person saw must still hold: it is made once more here, and must come out the same.
 * What the plan wants typed must have been typed. The node checks everything again before it changes anything; here nothing is decided.
 */
import type { OrderRequest, OrderResult } from "../core/status/order.ts";
import { type Attempt, audited } from "./audit.ts";
import { type OperationsContext, requireOperator } from "./context.ts";
import { nodeForOrder } from "./node-for-order.ts";
import { OperationError } from "./operation-error.ts";
import { orderTarget } from "./order-words.ts";
import { checkNames, planOfNode } from "./plan-order.ts";
import { shortestReason } from "./request-switchover.ts";

export interface OrderOrder {
  readonly planId: string;
  readonly request: OrderRequest;
  readonly reason: string;
  readonly confirm: string | null;
  /** Chosen by the client, the same on a repeat: the order is carried out once. */
  readonly orderId: string;
}

export async function requestOrder(context: OperationsContext, order: OrderOrder): Promise<OrderResult> {
  const reason = order.reason.trim();
  return audited(
    context,
    orderAttempt(order.request, reason),
    () => give(context, { ...order, reason }),
    ({ id, outcome, plan }) => ({
      target: orderTarget(order.request, plan?.to ?? null),
      detail: `order ${id}, plan ${order.planId}: ${outcome ?? "accepted"}`,
    }),
  );
}

export function orderAttempt(request: OrderRequest, reason: string): Attempt {
  return { action: request.verb, target: orderTarget(request, null), reason };
}

async function give(context: OperationsContext, order: OrderOrder): Promise<OrderResult> {
  requireOperator(context);
  const { request, reason } = order;
  checkNames(context, request);
  if (reason.length < shortestReason) {
    throw new OperationError("invalid", `Needs a reason of at least ${shortestReason} characters: the next person will ask.`);
  }
  const objection = context.plans.objection(order.planId, context.now());
  if (objection) throw new OperationError("situation-changed", objection);
  const ask = { id: order.orderId, request, reason, by: context.actor.name, confirm: order.confirm, dryRun: false };
  const plan = await planOfNode(context, ask);
  if (plan.planId !== order.planId)
    throw new OperationError("situation-changed", "The situation changed since the plan was made. Check again.", plan.blockers);
  if (plan.blockers.length > 0) throw new OperationError("blocked", "The order cannot be carried out.", plan.blockers);
  if (plan.confirm !== null && order.confirm?.trim() !== plan.confirm.text)
    throw new OperationError("invalid", `Type ${plan.confirm.text} to confirm: ${plan.confirm.because}`);
  const result = await context.fleet.order(await nodeForOrder(context, request), ask);
  if (!result.accepted) throw new OperationError("blocked", result.outcome ?? "The order was refused.", result.blockers);
  return result;
}
