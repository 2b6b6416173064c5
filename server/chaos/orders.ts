/** An operator's order as a step of a scenario: asked first, confirmed as the plan wants it, carried out, and what came of it in words. */
import type { NodeName } from "../core/identity.ts";
import type { SwitchoverResult } from "../core/status/node-status.ts";
import type { OrderAsk, OrderRequest, OrderResult } from "../core/status/order.ts";
import type { OperatorClient } from "../runtime/operator-client.ts";
import type { Step } from "./step.ts";

export type OrderStep =
  | Extract<
      Step,
      { verb: "switchover" | "recall" | "failover-now" | "override" | "pause" | "cancel" | "resume" | "acknowledge" | "voters" }
    >
  | { readonly verb: "admit-voter"; readonly voter: NodeName };

export interface Ordered {
  readonly accepted: boolean;
  readonly note: string;
}

const timeoutMs = 6000;
const by = "chaos";
const reason = "fault test";

export async function switchOver(client: OperatorClient, id: string, to: NodeName): Promise<Ordered> {
  const reply = await client.post<SwitchoverResult>("/switchover", { switchoverId: id, to, reason, by, dryRun: false }, { timeoutMs });
  if (!reply.ok) return { accepted: false, note: reply.message };
  return reply.value.accepted
    ? { accepted: true, note: "accepted" }
    : { accepted: false, note: `blocked: ${reply.value.blockers.join(" ")}` };
}

/** What the step asks for, where it is not the plain switchover. */
export function requestOf(step: OrderStep): OrderRequest {
  switch (step.verb) {
    case "switchover":
      return { verb: "failback", to: step.to, gateways: step.gateways };
    case "recall":
      return { verb: "recall", gateways: step.gateways };
    case "failover-now":
    case "override":
      return { verb: step.verb, to: step.node };
    case "pause":
      return { verb: "pause", until: step.forMs === null ? null : Date.now() + step.forMs };
    case "cancel":
      return { verb: "cancel-switchover" };
    case "resume":
    case "acknowledge":
      return { verb: step.verb };
    case "admit-voter":
      return step;
    case "voters":
      return { verb: step.change === "add" ? "add-voter" : "remove-voter", voter: step.node };
  }
}

/** @param clientOf where to ask, since a node may name another */
export async function giveOrder(
  clientOf: (server: NodeName) => OperatorClient,
  server: NodeName,
  id: string,
  step: OrderStep,
): Promise<Ordered> {
  const ask = (at: NodeName, more: Pick<OrderAsk, "confirm" | "dryRun">) =>
    clientOf(at).post<OrderResult>("/orders", { id, request: requestOf(step), reason, by, ...more } satisfies OrderAsk, { timeoutMs });
  let at = server;
  let planned = await ask(at, { confirm: null, dryRun: true });
  if (planned.ok && planned.value.askInstead !== null) {
    at = planned.value.askInstead;
    planned = await ask(at, { confirm: null, dryRun: true });
  }
  if (!planned.ok) return { accepted: false, note: planned.message };
  const done = await ask(at, { confirm: planned.value.plan?.confirm?.text ?? null, dryRun: false });
  if (!done.ok) return { accepted: false, note: done.message };
  const { accepted, outcome, blockers } = done.value;
  return { accepted, note: accepted ? (outcome ?? "accepted") : `blocked: ${blockers.join(" ")}` };
}
