/**
 * A gateway's SNMP agent alone, as a process of its own: `tsx bench/snmp-agent/agent.ts <connections>`. No media, no MGCP. Its first line is
 * its port; a line `turn N` ends its N oldest connections and sets up N new ones; each line is answered with what it has used and counted.
 */
import { createInterface } from "node:readline";
import { deleteConnections } from "../../server/core/gateway/connection-commands.ts";
import { endpointAt } from "../../server/core/gateway/gateway.ts";
import { addConnections, openAgentWithCalls } from "../../server/nodes/gateway/testing/agent-with-calls.ts";
import { systemClock } from "../../server/runtime/clock.ts";

const connections = Number(process.argv[2]);
const { agent, gateway, counters } = await openAgentWithCalls({ connections, community: "tandem", user: null });
let next = 1;

/** At the same endpoints, one after another. */
function turn(count: number): void {
  const clock = systemClock();
  for (let left = count; left > 0; left -= 1) {
    const endpoint = endpointAt(gateway, next);
    if (endpoint !== null) deleteConnections(gateway, endpoint, { callId: null, connectionId: null, cause: 16 }, clock.now());
    addConnections(gateway, next, 1);
    next = next >= connections ? 1 : next + 1;
  }
}

process.stdout.write(`${agent.port}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line.startsWith("turn ")) turn(Number(line.slice(5)));
  const { user, system } = process.cpuUsage();
  const [requests, bindings] = [counters.get("snmp.requests"), counters.get("snmp.bindings")];
  const used = { userMs: user / 1000, systemMs: system / 1000, heapOctets: process.memoryUsage().heapUsed, requests, bindings };
  process.stdout.write(`${JSON.stringify(used)}\n`);
}
await agent.close();
