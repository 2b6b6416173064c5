/**
 * A gateway's SNMP agent alone, as a process of its own: `tsx bench/snmp-agent/agent.ts <connections>`. No media, no MGCP. Its first line is
 * its port; each line of its input is answered with the processor time that it has used; it ends with its input.
 */
import { createInterface } from "node:readline";
import { openAgentWithCalls } from "../../server/nodes/gateway/testing/agent-with-calls.ts";

const { agent } = await openAgentWithCalls({ connections: Number(process.argv[2]), community: "tandem", user: null });
process.stdout.write(`${agent.port}\n`);
for await (const _ of createInterface({ input: process.stdin })) {
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${JSON.stringify({ userMs: user / 1000, systemMs: system / 1000, heapOctets: process.memoryUsage().heapUsed })}\n`);
}
await agent.close();
