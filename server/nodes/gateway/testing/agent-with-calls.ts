/** An SNMP agent over a gateway with connections in any number, without media, for tests and benches: what the node itself serves, and nothing else. */
import { createConnection } from "../../../core/gateway/connection-commands.ts";
import { stampConnected } from "../../../core/gateway/connection-table.ts";
import { endpointAt, type Gateway, newGateway } from "../../../core/gateway/gateway.ts";
import type { GatewaySpec } from "../../../core/site/site.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { Counters } from "../../../runtime/counters.ts";
import { SnmpEngine } from "../../../runtime/snmp-engine.ts";
import { SnmpUser, type SnmpUserSecrets } from "../../../runtime/snmp-user.ts";
import { callMib } from "../call-mib.ts";
import { openSnmpAgent, type SnmpAgent } from "../snmp-agent.ts";

export interface AgentWithCalls {
  readonly gateway: Gateway;
  readonly agent: SnmpAgent;
  readonly counters: Counters;
}

export interface AgentChoice {
  readonly connections: number;
  readonly community: string | null;
  readonly user: SnmpUserSecrets | null;
  readonly port?: number;
  readonly name?: string;
}

export async function openAgentWithCalls({ connections, community, user, port = 0, name = "gw-1" }: AgentChoice): Promise<AgentWithCalls> {
  const clock = systemClock();
  const counters = new Counters();
  const boot = clock.now().wall;
  const gateway = newGateway(gatewaySpec(name, connections), clock.now().mono, { historyRows: 5_000, realStreams: 0, firstConnection: 1 });
  addConnections(gateway, 1, connections);
  const view = callMib({ gateway, boot, description: `Tandem test gateway ${name}`, location: "test", now: () => clock.now().mono });
  const now = (): number => clock.now().mono;
  const v3 = user && { user: new SnmpUser(user), engine: new SnmpEngine({ name, boot, startedAt: now(), counters, counted: "snmp", now }) };
  const agent = await openSnmpAgent({ bind: { host: "127.0.0.1", port }, community, v3, view, counters });
  return { gateway, agent, counters };
}

/** Answered calls at the endpoints from `first` on. */
export function addConnections(gateway: Gateway, first: number, count: number): void {
  const clock = systemClock();
  for (let i = first; i < first + count; i++) {
    const endpoint = endpointAt(gateway, i);
    if (endpoint === null) throw new Error(`${gateway.name} has no endpoint ${i}`);
    const created = createConnection(
      gateway,
      endpoint,
      {
        callId: i.toString(16).toUpperCase().padStart(32, "0"),
        mode: "sendrecv",
        codecs: ["PCMU"],
        ptimeMs: 20,
        qos: "bestEffort",
        tos: null,
        remote: { host: "127.0.0.1", port: 40_000, real: false },
        peerNumber: `0${i}`,
      },
      clock.now(),
    );
    if (!created.ok) throw new Error(created.comment);
    stampConnected(gateway.table, created.value, clock.now());
  }
}

export function gatewaySpec(name: string, endpoints: number): GatewaySpec {
  const at = { host: "127.0.0.1", port: 0 };
  return {
    name,
    kind: "trunk",
    voter: false,
    priority: 1,
    link: at,
    mgcp: at,
    snmp: { ...at, community: null, user: null },
    sip: null,
    audit: "snmp",
    operator: at,
    rtp: { host: "127.0.0.1", portFrom: 20_000, portTo: 65_000 },
    endpoints: { prefix: "ds/e1-1/", count: Math.max(1, endpoints) + 1_000 },
    firstNumber: null,
    pollSeconds: 5,
    localTo: null,
  };
}
