/** The operator interface that gateways and witnesses share: status, events, heartbeats, faults, switchover. */
import { randomUUID } from "node:crypto";
import type { NodeStatus } from "../../core/status/node-status.ts";
import { parseCuts } from "../../runtime/faults.ts";
import { OperatorError, type OperatorRoute } from "../../runtime/operator-server.ts";
import type { TandemNode } from "../node.ts";
import type { LinkAgent } from "./link-agent.ts";

const mostEvents = 5_000;

export function voterRoutes(node: TandemNode, agent: LinkAgent, status: () => NodeStatus): OperatorRoute[] {
  const routes: OperatorRoute[] = [
    { method: "GET", path: "/status", handle: status },
    {
      method: "GET",
      path: "/events",
      handle: (request) => ({
        events: node.journal.after(
          request.number("after", { fallback: 0 }),
          request.number("limit", { fallback: 500, min: 1, max: mostEvents }),
        ),
        last: node.journal.last,
      }),
    },
    { method: "GET", path: "/strips", handle: () => agent.strip.strips(node.clock.now()) },
    { method: "POST", path: "/switchover", handle: (request) => agent.switchover(parseAsk(request.body)) },
  ];
  if (node.options.lab) {
    routes.push({
      method: "POST",
      path: "/faults",
      handle(request) {
        const cuts = parseCuts(request.body);
        if (cuts === null) throw new OperatorError(400, "cuts", "The body must be {cuts: [{from, to, path}]}.");
        node.faults.set(cuts);
        node.journal.append("faults-set", "note", cuts.length === 0 ? "Every cut healed." : `${cuts.length} directed cuts in force.`, {
          cuts,
        });
        return { cuts: cuts.length };
      },
    });
  }
  return routes;
}

function parseAsk(body: unknown): Parameters<LinkAgent["switchover"]>[0] {
  const fields = (body ?? {}) as Record<string, unknown>;
  const text = (name: string, longest: number): string => {
    const value = fields[name];
    return typeof value === "string" ? value.slice(0, longest) : "";
  };
  const reason = text("reason", 500);
  if (reason === "") throw new OperatorError(400, "reason", "A switchover needs a reason.");
  const to = fields.to;
  if (to !== null && to !== undefined && typeof to !== "string") throw new OperatorError(400, "to", "to must be a server's name or null.");
  return {
    switchoverId: text("switchoverId", 64) || randomUUID(),
    to: to ?? null,
    reason,
    by: text("by", 100) || "operator",
    dryRun: fields.dryRun === true,
  };
}
