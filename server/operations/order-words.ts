/** Orders in words: what an order is about, for the audit log, and the command that gives it, for people who want to learn it. */
import type { NodeName } from "../core/identity.ts";
import type { OrderRequest } from "../core/status/order.ts";

/**
 * What the order is about, in a few words.
 * @param to whom the plan found to be meant where the order names nobody; null where there is no plan
 */
export function orderTarget(request: OrderRequest, to: NodeName | null): string {
  switch (request.verb) {
    case "schedule-switchover":
      return `${request.to ?? to ?? "the standby"} at ${new Date(request.at).toISOString()}`;
    case "failover-now":
    case "override":
      return request.to;
    case "failback": {
      const server = request.to ?? to ?? "the preferred server";
      return request.gateways === null ? server : `${request.gateways.join(", ")} to ${server}`;
    }
    case "recall":
      return request.gateways.join(", ");
    case "add-voter":
    case "remove-voter":
    case "admit-voter":
      return request.voter;
    case "pause":
      return request.until === null ? "until resumed" : `until ${new Date(request.until).toISOString()}`;
    case "cancel-switchover":
    case "resume":
    case "acknowledge":
      return "the cluster";
  }
}

/** The same order on the command line. */
export function orderCommand(request: OrderRequest): string {
  switch (request.verb) {
    case "schedule-switchover":
      return `tandem switchover --at ${new Date(request.at).toISOString()}${request.to === null ? "" : ` --to ${request.to}`}`;
    case "cancel-switchover":
      return "tandem switchover --cancel";
    case "failover-now":
      return `tandem failover-now ${request.to}`;
    case "override":
      return `tandem override ${request.to}`;
    case "pause":
      return `tandem pause${request.until === null ? "" : ` --until ${new Date(request.until).toISOString()}`}`;
    case "resume":
    case "acknowledge":
      return `tandem ${request.verb}`;
    case "add-voter":
      return `tandem voters add ${request.voter}`;
    case "remove-voter":
      return `tandem voters remove ${request.voter}`;
    case "admit-voter":
      return `tandem admit ${request.voter}`;
    case "failback":
      return ["tandem failback", ...(request.gateways ?? []), ...(request.to === null ? [] : [`--to ${request.to}`])].join(" ");
    case "recall":
      return `tandem recall ${request.gateways.join(" ")}`;
  }
}
