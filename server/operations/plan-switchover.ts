/** What a switchover would do and what stands against it. Nothing changes; the node that would decide makes the plan. */
import type { NodeName } from "../core/identity.ts";
import type { SwitchoverPlan } from "../core/status/node-status.ts";
import { type OperationsContext, requireOperator } from "./context.ts";
import type { SwitchoverOrder } from "./fleet.ts";
import { freshServers } from "./node-state.ts";
import { OperationError } from "./operation-error.ts";

export async function planSwitchover(context: OperationsContext, to: NodeName | null): Promise<SwitchoverPlan> {
  requireOperator(context);
  const order = {
    switchoverId: `plan-${context.now()}`,
    to: checkedTarget(context, to),
    reason: "plan",
    by: context.actor.name,
    dryRun: true,
  };
  const plan = await dryRun(context, order);
  context.plans.show(plan, context.now());
  return plan;
}

export function checkedTarget(context: OperationsContext, to: NodeName | null): NodeName | null {
  if (to === null || context.site.servers.some((server) => server.name === to)) return to;
  const names = context.site.servers.map((server) => server.name).join(", ");
  throw new OperationError("not-found", `${to} is no call server of this site. It has ${names}.`);
}

export async function dryRun(context: OperationsContext, order: SwitchoverOrder): Promise<SwitchoverPlan> {
  const result = await context.fleet.switchover(await nodeToAsk(context), { ...order, dryRun: true });
  if (!result.plan) throw new OperationError("blocked", "The primary made no plan.", result.blockers);
  return result.plan;
}

/** The primary; without one any call server that answers, which then says what it knows. */
export async function nodeToAsk(context: OperationsContext): Promise<NodeName> {
  const servers = freshServers(await context.observe());
  const server = servers.find((one) => one.role === "primary") ?? servers[0];
  if (!server)
    throw new OperationError(
      "no-server",
      "No call server answers. A switchover needs both servers; after a crash the standby takes over by itself.",
    );
  return server.name;
}
