/** Which node an order is given to: the server that it names, the title holder, or for what voters store any server that answers. */
import type { NodeName } from "../core/identity.ts";
import type { ServerStatus } from "../core/status/node-status.ts";
import type { OrderRequest } from "../core/status/order.ts";
import type { OperationsContext } from "./context.ts";
import { freshServers } from "./node-state.ts";
import { OperationError } from "./operation-error.ts";

export async function nodeForOrder(context: OperationsContext, request: OrderRequest): Promise<NodeName> {
  if (request.verb === "failover-now" || request.verb === "override") return request.to;
  const servers = freshServers(await context.observe());
  if (servers.length === 0) throw new OperationError("no-server", "No call server answers: there is nobody to give the order to.");
  const primary = servers.find((server) => server.role === "primary") ?? null;
  // A schedule may be kept by a server that is not the primary any more: it is cancelled where it is.
  const keeper = request.verb === "cancel-switchover" ? servers.find((server) => server.scheduled !== null) : undefined;
  return handingOver(servers)?.name ?? keeper?.name ?? primary?.name ?? (servers[0] as ServerStatus).name;
}

function handingOver(servers: readonly ServerStatus[]): ServerStatus | undefined {
  return servers.find((server) => server.state === "handing-over");
}
