/** A witness: the link's agent without a gateway. It votes, and nothing else (failover.md 1). */
import type { WitnessStatus } from "../../core/status/node-status.ts";
import { commonStatus, openNode } from "../node.ts";
import type { NodeOptions, RunningNode } from "../node-options.ts";
import { nodeRoutes, serveOperator } from "../node-routes.ts";
import { LinkAgent } from "./link-agent.ts";

export async function run(options: NodeOptions): Promise<RunningNode> {
  const node = openNode(options);
  const spec = node.site.witnesses.find((witness) => witness.name === node.name);
  if (spec === undefined) throw new Error(`${node.name}: the site has no witness of that name`);
  const agent = new LinkAgent(node, () => {});
  await agent.open(spec.link);
  const status = (): WitnessStatus => ({
    ...commonStatus(node),
    kind: "witness",
    owner: agent.owner,
    epoch: agent.epoch,
    promiseLeftMs: agent.promiseLeftMs(),
    state: agent.condition(),
  });
  const operator = await serveOperator(
    node,
    spec.operator,
    nodeRoutes(node, { strip: agent.strip, status, switchover: (ask) => agent.switchover(ask), order: (ask) => agent.order(ask) }),
  );
  const strips = setInterval(() => agent.strip.pass(node.clock.now().mono), 1_000);
  node.journal.append("node-started", "note", `Witness ${node.name} serves.`, { boot: node.boot });
  return {
    async close() {
      clearInterval(strips);
      await operator.close();
      await agent.close();
      node.journal.append("node-stopped", "note", `Witness ${node.name} was asked to stop.`);
      node.close();
    },
  };
}
