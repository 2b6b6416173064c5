/**
 * The demo site: two call servers, six gateways (three trunks, two access interfaces, one intelligent phone), one witness.
 * As the contents of a `tandem.yaml`, so that the lab starts from the same file as a site.
 */
import type { OwnAuditProtocol } from "../core/site/site.ts";

/** Hands out ports of this host that nobody uses. */
export interface PortSource {
  one(transport: "udp" | "tcp"): number;
  /** The first of `count` UDP ports in a row; even. */
  range(count: number): number;
}

const host = "127.0.0.1";
const trunkChannels = 1500;
const lines = 24;
/** Real media of a trunk is capped well below its channels; two hundred ports are a hundred streams. */
const rtpPorts = { trunk: 200, interface: 100, phone: 20 } as const;

export interface LabGateway {
  readonly name: string;
  readonly kind: "trunk" | "interface" | "phone";
  readonly voter: boolean;
  readonly priority: number;
  readonly firstNumber: string | null;
  readonly localTo: string | null;
  readonly audit: OwnAuditProtocol;
}

/** Five voters: an odd number, and none of them is lost together with a call server. */
export const labGateways: readonly LabGateway[] = [
  { name: "gw-1", kind: "trunk", audit: "snmp", voter: true, priority: 1, firstNumber: null, localTo: "cs-a" },
  { name: "gw-2", kind: "trunk", audit: "snmp", voter: true, priority: 1, firstNumber: null, localTo: "cs-b" },
  { name: "gw-3", kind: "trunk", audit: "sip", voter: true, priority: 2, firstNumber: null, localTo: null },
  { name: "if-1", kind: "interface", audit: "mgcp", voter: true, priority: 2, firstNumber: "2001", localTo: null },
  { name: "if-2", kind: "interface", audit: "snmp", voter: false, priority: 3, firstNumber: "2101", localTo: null },
  { name: "ph-301", kind: "phone", audit: "mgcp", voter: false, priority: 4, firstNumber: "301", localTo: null },
];

export function labDocument(ports: PortSource, consolePort: number): Record<string, unknown> {
  const udp = (): string => `${host}:${ports.one("udp")}`;
  const operator = (): string => `${host}:${ports.one("tcp")}`;
  return {
    site: "lab",
    cluster: "lab-1",
    version: 1,
    votersVersion: 1,
    console: `${host}:${consolePort}`,
    operatorToken: "file:keys/operator.token",
    keys: [{ id: 1, secret: "file:keys/cluster.key" }],
    automaticChanges: { limit: 1000, windowSeconds: 3600 },
    servers: ["cs-a", "cs-b"].map((name, rank) => ({
      name,
      rank,
      link: { path1: udp(), path2: udp() },
      mgcp: udp(),
      operator: operator(),
    })),
    gateways: labGateways.map((gateway) => gatewayFields(gateway, ports, udp, operator)),
    witnesses: [{ name: "wit-1", link: udp(), operator: operator() }],
    routes: [{ prefix: "0", gateways: ["gw-1", "gw-2", "gw-3"] }],
  };
}

function gatewayFields(gateway: LabGateway, ports: PortSource, udp: () => string, operator: () => string): Record<string, unknown> {
  const portFrom = ports.range(rtpPorts[gateway.kind]);
  const trunk = gateway.kind === "trunk";
  return {
    name: gateway.name,
    kind: gateway.kind,
    voter: gateway.voter,
    priority: gateway.priority,
    link: udp(),
    mgcp: udp(),
    snmp: { address: udp(), community: "public" },
    // It answers all three; which one call servers ask differs, so that each recovers calls here.
    audit: { protocol: gateway.audit },
    ...(gateway.audit === "sip" ? { sip: udp() } : {}),
    operator: operator(),
    rtp: { host, portFrom, portTo: portFrom + rtpPorts[gateway.kind] - 1 },
    endpoints: { prefix: trunk ? "ds/e1-1/" : "aaln/", count: trunk ? trunkChannels : gateway.kind === "phone" ? 1 : lines },
    ...(gateway.firstNumber === null ? {} : { firstNumber: gateway.firstNumber }),
    ...(gateway.localTo === null ? {} : { localTo: gateway.localTo }),
  };
}
