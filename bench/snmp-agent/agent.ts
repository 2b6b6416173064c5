/**
 * A gateway's SNMP agent alone, as a process of its own: `tsx bench/snmp-agent/agent.ts <connections>`. No media, no MGCP. Its first line is
 * its port; each line of its input is answered with the processor time that it has used; it ends with its input.
 */
import { createInterface } from "node:readline";
import { createConnection } from "../../server/core/gateway/connection-commands.ts";
import { endpointAt, type Gateway, newGateway } from "../../server/core/gateway/gateway.ts";
import type { GatewaySpec } from "../../server/core/site/site.ts";
import { callMib } from "../../server/nodes/gateway/call-mib.ts";
import { openSnmpAgent } from "../../server/nodes/gateway/snmp-agent.ts";
import { Counters } from "../../server/runtime/counters.ts";

const connections = Number(process.argv[2]);
const local = { host: "127.0.0.1", port: 0 };

const spec: GatewaySpec = {
  name: "gw-1",
  kind: "trunk",
  voter: true,
  priority: 1,
  link: local,
  mgcp: local,
  snmp: { ...local, community: "tandem" },
  operator: local,
  rtp: { host: "127.0.0.1", portFrom: 20_000, portTo: 59_999 },
  endpoints: { prefix: "ds/e1-1/", count: connections },
  firstNumber: null,
  pollSeconds: 5,
  localTo: null,
};

/** Set up one after another, one each hundredth of a second, as a busy gateway's are. */
function fill(gateway: Gateway): void {
  for (let index = 1; index <= connections; index += 1) {
    const endpoint = endpointAt(gateway, index);
    if (endpoint === null) throw new Error(`no endpoint ${index}`);
    const callId = index.toString(16).toUpperCase().padStart(32, "0");
    const remote = { host: "127.0.0.2", port: 30_000 + (index % 10_000), real: false };
    const request = {
      callId,
      mode: "sendrecv",
      codecs: ["PCMU"],
      ptimeMs: 20,
      qos: "bestEffort",
      remote,
      peerNumber: `0301${index}`,
    } as const;
    const made = createConnection(gateway, endpoint, request, { mono: 10 * index, wall: 1_700_000_000_000 + 10 * index });
    if (!made.ok) throw new Error(made.comment);
  }
}

const gateway = newGateway(spec, 0, { historyRows: 20_000, realStreams: 0, firstConnection: 4097 });
fill(gateway);
const now = (): number => 10 * connections + performance.now();
const view = callMib({ gateway, boot: 1_700_000_000_000, description: "bench", location: "bench", now });
const agent = await openSnmpAgent(spec.snmp, view, new Counters());
process.stdout.write(`${agent.port}\n`);
for await (const _ of createInterface({ input: process.stdin })) {
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${JSON.stringify({ userMs: user / 1000, systemMs: system / 1000, heapOctets: process.memoryUsage().heapUsed })}\n`);
}
await agent.close();
