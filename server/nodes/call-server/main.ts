/** A call server as a node: the primary or the standby of its cluster, whichever the gateways made it. */
import { OperatorError, type OperatorRoute } from "../../runtime/operator-server.ts";
import { openNode } from "../node.ts";
import type { NodeOptions, RunningNode } from "../node-options.ts";
import { nodeRoutes, serveOperator } from "../node-routes.ts";
import { CallServer } from "./call-server.ts";
import { gearRoutes } from "./gear-routes.ts";
import { connectionColumns } from "./live-connections.ts";
import { serverStatus } from "./server-status.ts";

const mostConnections = 10_000;
const mostEntries = 5_000;

export async function run(options: NodeOptions): Promise<RunningNode> {
  const node = openNode(options);
  const spec = node.site.servers.find((server) => server.name === node.name);
  if (spec === undefined) throw new Error(`${node.name}: the site has no call server of that name`);
  const server = new CallServer(node, spec);
  await server.open();
  const operator = await serveOperator(node, spec.operator, routesOf(server));
  node.journal.append("node-started", "note", `Call server ${node.name} serves.`, { boot: node.boot });
  return {
    async close() {
      await operator.close();
      await server.close();
      node.journal.append("node-stopped", "note", `Call server ${node.name} was asked to stop.`);
      node.close();
    },
  };
}

function routesOf(server: CallServer): OperatorRoute[] {
  const { node, outbox } = server;
  return [
    ...nodeRoutes(node, {
      strip: server.strip,
      status: () => serverStatus(server),
      switchover: (ask) => server.desk.ask(ask),
      order: (ask) => server.orders.ask(ask),
    }),
    {
      method: "GET",
      path: "/connections",
      handle: (request) =>
        connectionColumns(
          { state: server.calls.control.state, observed: server.gear.observed, source: node.name },
          node.clock.now(),
          request.number("limit", { fallback: mostConnections, min: 1, max: mostConnections }),
        ),
    },
    {
      method: "GET",
      path: "/records",
      handle: (request) => ({
        entries: outbox.after(
          request.number("after", { fallback: 0 }),
          request.number("limit", { fallback: 500, min: 1, max: mostEntries }),
        ),
        last: outbox.last,
      }),
    },
    {
      method: "POST",
      path: "/records/ack",
      async handle(request) {
        const { through } = (request.body ?? {}) as { through?: unknown };
        if (typeof through !== "number" || !Number.isSafeInteger(through) || through < 0)
          throw new OperatorError(400, "through", "through must be the sequence of the last stored record.");
        outbox.acknowledge(through);
        await outbox.flush();
        return { acknowledged: outbox.acknowledged };
      },
    },
    ...gearRoutes(server),
    { method: "GET", path: "/failovers", handle: () => [...server.failovers.all()] },
  ];
}
