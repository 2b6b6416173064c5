/** A call server as a node: the primary or the standby of its cluster, whichever the gateways made it. */
import { randomUUID } from "node:crypto";
import { parseCuts } from "../../runtime/faults.ts";
import { OperatorError, type OperatorRequest, type OperatorRoute, startOperatorServer } from "../../runtime/operator-server.ts";
import { openNode } from "../node.ts";
import type { NodeOptions, RunningNode } from "../node-options.ts";
import { CallServer } from "./call-server.ts";
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
  const operator = await startOperatorServer({
    ...spec.operator,
    token: node.token,
    counters: node.counters,
    routes: routesOf(server),
    onFailure: (route, error) => node.log.error(`${route} failed`, error),
  });
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
  const page = (request: OperatorRequest) => ({
    after: request.number("after", { fallback: 0 }),
    limit: request.number("limit", { fallback: 500, min: 1, max: mostEntries }),
  });
  const routes: OperatorRoute[] = [
    { method: "GET", path: "/status", handle: () => serverStatus(server) },
    {
      method: "GET",
      path: "/events",
      handle(request) {
        const { after, limit } = page(request);
        return { events: node.journal.after(after, limit), last: node.journal.last };
      },
    },
    { method: "GET", path: "/strips", handle: () => server.strip.strips(node.clock.now()) },
    {
      method: "GET",
      path: "/connections",
      handle: (request) =>
        connectionColumns(
          server.calls.control.state,
          node.name,
          node.clock.now(),
          request.number("limit", { fallback: mostConnections, min: 1, max: mostConnections }),
        ),
    },
    {
      method: "GET",
      path: "/records",
      handle(request) {
        const { after, limit } = page(request);
        return { entries: outbox.after(after, limit), last: outbox.last };
      },
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
    { method: "GET", path: "/failovers", handle: () => [...server.failovers.all()] },
    { method: "POST", path: "/switchover", handle: (request) => server.desk.ask(parseAsk(request.body)) },
  ];
  if (node.options.lab) routes.push(faultsRoute(server));
  return routes;
}

function faultsRoute({ node }: CallServer): OperatorRoute {
  return {
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
  };
}

function parseAsk(body: unknown): { switchoverId: string; to: string | null; reason: string; by: string; dryRun: boolean } {
  const fields = (body ?? {}) as Record<string, unknown>;
  const text = (name: string, longest: number): string => (typeof fields[name] === "string" ? fields[name].slice(0, longest) : "");
  const dryRun = fields.dryRun === true;
  const reason = text("reason", 500);
  if (reason === "" && !dryRun) throw new OperatorError(400, "reason", "A switchover needs a reason.");
  return {
    switchoverId: text("switchoverId", 64) || randomUUID(),
    to: text("to", 63) || null,
    reason,
    by: text("by", 100) || "operator",
    dryRun,
  };
}
