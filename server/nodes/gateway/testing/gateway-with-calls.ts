/** For tests and benches: a gateway's state with as many connections as wanted, and no node around it. */
import { addConnection, type GatewayConnection, mediaAddress, stampConnected } from "../../../core/gateway/connection-table.ts";
import { type Gateway, newGateway } from "../../../core/gateway/gateway.ts";
import { setFlowing } from "../../../core/gateway/media-state.ts";
import type { GatewaySpec } from "../../../core/site/site.ts";
import type { Now } from "../../../core/time.ts";

export function bareGateway(startedAt: number, endpoints = 10_000): Gateway {
  const at = { host: "127.0.0.1", port: 1 };
  const spec: GatewaySpec = {
    name: "if-1",
    kind: "interface",
    voter: false,
    priority: 1,
    link: at,
    mgcp: at,
    snmp: { ...at, community: "public", user: null },
    sip: null,
    audit: "snmp",
    operator: at,
    rtp: { host: "127.0.0.1", portFrom: 20_000, portTo: 29_998 },
    endpoints: { prefix: "aaln/", count: endpoints },
    firstNumber: "20001",
    pollSeconds: 5,
    localTo: null,
  };
  return newGateway(spec, startedAt, { historyRows: 10, realStreams: 0, firstConnection: 42 });
}

/** The connection of endpoint `index`: answered, its media modelled. */
export function addCall(gateway: Gateway, index: number, now: Now, connected = true): GatewayConnection {
  const row = addConnection(
    gateway.table,
    {
      endpointIndex: index,
      callId: index.toString(16).toUpperCase().padStart(32, "0"),
      origin: index % 2 === 1 ? "answer" : "originate",
      localNumber: String(20_000 + index),
      peerNumber: `0${index}`,
      localPort: 20_000 + 2 * (index % 4_000),
      carries: "speech",
      codec: "PCMU",
      ptimeMs: 20,
      qos: "bestEffort",
      tos: null,
      mode: "sendrecv",
      remote: mediaAddress({ host: "127.0.0.1", port: 30_000 + 2 * (index % 4_000) }),
      real: false,
    },
    now,
  );
  if (connected) {
    stampConnected(gateway.table, row, now);
    setFlowing(row.media, true, now.mono);
  }
  return row;
}
