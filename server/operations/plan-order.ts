/** What an order would do and what stands against it, of any verb. Nothing changes; the node that would carry it out makes the plan. */
import type { NodeName } from "../core/identity.ts";
import type { OrderAsk, OrderPlan, OrderRequest } from "../core/status/order.ts";
import { type OperationsContext, requireOperator } from "./context.ts";
import { nodeForOrder } from "./node-for-order.ts";
import { OperationError } from "./operation-error.ts";

export async function planOrder(context: OperationsContext, request: OrderRequest): Promise<OrderPlan> {
  requireOperator(context);
  checkNames(context, request);
  const ask = { id: `plan-${context.now()}`, request, reason: "plan", by: context.actor.name, confirm: null, dryRun: true };
  const plan = await planOfNode(context, ask);
  context.plans.show(plan, context.now());
  return plan;
}

export async function planOfNode(context: OperationsContext, ask: OrderAsk): Promise<OrderPlan> {
  const result = await context.fleet.order(await nodeForOrder(context, ask.request), { ...ask, dryRun: true });
  if (result.plan !== null) return result.plan;
  const where = result.askInstead === null ? "" : ` Ask ${result.askInstead}.`;
  throw new OperationError("blocked", `Nobody made a plan for this order.${where}`, result.blockers);
}

/** Names that the site does not have are refused before anybody is asked. */
export function checkNames({ site }: OperationsContext, request: OrderRequest): void {
  const servers = site.servers.map((server) => server.name);
  const gateways = site.gateways.map((gateway) => gateway.name);
  const witnesses = site.witnesses.map((witness) => witness.name);
  const among = (names: readonly NodeName[], wanted: readonly NodeName[], what: string): void => {
    const strange = wanted.find((name) => !names.includes(name));
    if (strange !== undefined) throw new OperationError("not-found", `${strange} is no ${what} of this site. It has ${names.join(", ")}.`);
  };
  switch (request.verb) {
    case "schedule-switchover":
    case "failover-now":
    case "override":
      among(servers, request.to === null ? [] : [request.to], "call server");
      return;
    case "failback":
      among(servers, request.to === null ? [] : [request.to], "call server");
      among(gateways, request.gateways ?? [], "gateway");
      return;
    case "recall":
      among(gateways, request.gateways, "gateway");
      return;
    case "add-voter":
    case "remove-voter":
    case "admit-voter":
      among([...gateways, ...witnesses], [request.voter], "gateway or witness");
      return;
    case "cancel-switchover":
    case "pause":
    case "resume":
    case "acknowledge":
      return;
  }
}
