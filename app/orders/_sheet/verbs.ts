/** The verbs of an operator, as the address has them and as people call them; the audit log and the menus say the same. */
import type { OrderVerb } from "../../../server/core/status/order.ts";

export const verbNames: Readonly<Record<OrderVerb, string>> = {
  "schedule-switchover": "Switchover at a time",
  "cancel-switchover": "Cancel a switchover",
  "failover-now": "Failover now",
  override: "Override",
  pause: "Pause",
  resume: "Resume",
  acknowledge: "Acknowledge",
  "add-voter": "Add a voter",
  "remove-voter": "Remove a voter",
  "admit-voter": "Admit a voter",
  failback: "Fail back",
  recall: "Recall gateways",
};

export const verbs = Object.keys(verbNames) as readonly OrderVerb[];

export function isVerb(text: string): text is OrderVerb {
  return Object.hasOwn(verbNames, text);
}

/** May drop calls, and asks nobody: looks different at arm's length, and wants a name typed. */
export function isForced(verb: OrderVerb): boolean {
  return verb === "failover-now" || verb === "override";
}
