/** The operator interface that every node has: status, events, heartbeats, switchover, orders, and in the lab its faults. */
import { randomUUID } from "node:crypto";
import type { HostPort } from "../core/site/site.ts";
import type { NodeStatus, SwitchoverResult } from "../core/status/node-status.ts";
import type { OrderAsk, OrderResult } from "../core/status/order.ts";
import { parseCuts } from "../runtime/faults.ts";
import { OperatorError, type OperatorRoute, type OperatorServer, startOperatorServer } from "../runtime/operator-server.ts";
import { cutsText } from "./cuts-text.ts";
import type { HeartbeatStrip } from "./heartbeat-strip.ts";
import type { TandemNode } from "./node.ts";
import { parseOrder } from "./order-answers.ts";
import type { SwitchoverAsk } from "./switchover-relay.ts";

const mostEvents = 5_000;

export interface NodeDoors {
  readonly strip: HeartbeatStrip;
  status(): NodeStatus;
  switchover(ask: SwitchoverAsk): Promise<SwitchoverResult>;
  /** Every other verb of an operator. */
  order(ask: OrderAsk): Promise<OrderResult> | OrderResult;
}

export function serveOperator(node: TandemNode, at: HostPort, routes: readonly OperatorRoute[]): Promise<OperatorServer> {
  return startOperatorServer({
    ...at,
    token: node.token,
    counters: node.counters,
    routes,
    onFailure: (route, error) => node.log.error(`${route} failed`, error),
  });
}

export function nodeRoutes(node: TandemNode, doors: NodeDoors): OperatorRoute[] {
  const routes: OperatorRoute[] = [
    { method: "GET", path: "/status", handle: () => doors.status() },
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
    { method: "GET", path: "/strips", handle: () => doors.strip.strips(node.clock.now()) },
    { method: "POST", path: "/switchover", handle: (request) => doors.switchover(parseAsk(request.body)) },
    { method: "POST", path: "/orders", handle: (request) => doors.order(parseOrder(request.body)) },
  ];
  if (node.options.lab) routes.push(faultsRoute(node));
  return routes;
}

function faultsRoute(node: TandemNode): OperatorRoute {
  return {
    method: "POST",
    path: "/faults",
    handle(request) {
      const cuts = parseCuts(request.body);
      if (cuts === null) throw new OperatorError(400, "cuts", "The body must be {cuts: [{from, to, path}]}.");
      const before = cutsText(node.faults.cuts(), node.name);
      node.faults.set(cuts);
      const text = cutsText(cuts, node.name);
      // Every node is given the whole table; only where its own links changed is there anything to tell.
      if (text !== before) {
        const own = cuts.filter((cut) => cut.from === node.name || cut.to === node.name);
        node.journal.append("faults-set", "note", text ?? "Every cut healed.", { cuts: own });
      }
      return { cuts: cuts.length };
    },
  };
}

function parseAsk(body: unknown): SwitchoverAsk {
  const fields = (body ?? {}) as Record<string, unknown>;
  const text = (name: string, longest: number): string => {
    const value = fields[name];
    return typeof value === "string" ? value.slice(0, longest) : "";
  };
  const dryRun = fields.dryRun === true;
  const reason = text("reason", 500);
  if (reason === "" && !dryRun) throw new OperatorError(400, "reason", "A switchover needs a reason.");
  const { to } = fields;
  if (to !== null && to !== undefined && typeof to !== "string") throw new OperatorError(400, "to", "to must be a server's name or null.");
  return {
    switchoverId: text("switchoverId", 64) || randomUUID(),
    to: text("to", 63) || null,
    reason,
    by: text("by", 100) || "operator",
    dryRun,
  };
}
