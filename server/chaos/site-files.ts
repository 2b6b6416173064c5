/**
 * The site as each node's own `tandem.yaml` tells it. The files agree but for one thing: where the relay is in the way, a node finds
 * every other node's link at the relay, at a port that means "from me to you on this path". Nobody looks at where a link datagram
 * came from, only at its signature, so the relay needs no disguise.
 */
import type { NodeName } from "../core/identity.ts";
import { addressOf, type Lane, lanesOf, type Machine, relayNumber } from "./machines.ts";

const linkPort = 4700;
const mgcpPort = 2427;
const snmpPort = 1161;
const operatorPort = 4780;
const firstRelayPort = 6000;
const trunkChannels = 30;
const lines = 24;

export interface RelayedLane extends Lane {
  /** Where the relay listens for it. */
  readonly port: number;
}

export function relayedLanes(machines: readonly Machine[]): RelayedLane[] {
  return lanesOf(machines).map((lane, at) => ({ ...lane, port: firstRelayPort + at }));
}

export function linkTarget(lane: Lane): { readonly host: string; readonly port: number } {
  return { host: addressOf(lane.to.number, lane.path), port: linkPort };
}

export interface SiteFileOptions {
  readonly machines: readonly Machine[];
  readonly timers: Readonly<Record<string, number>>;
  readonly automaticChanges: { readonly limit: number; readonly windowSeconds: number };
  /** Further fields of the site, as they are. */
  readonly more: Readonly<Record<string, unknown>>;
  readonly relayed: boolean;
}

/** @param self whose file it is; null = with every real address */
export function siteValue(options: SiteFileOptions, self: NodeName | null): Record<string, unknown> {
  const { machines } = options;
  const lanes = options.relayed && self !== null ? relayedLanes(machines).filter((lane) => lane.from.name === self) : [];
  const link = (machine: Machine, path: 1 | 2): string => {
    const lane = lanes.find((one) => one.to === machine && one.path === path);
    return lane === undefined ? `${addressOf(machine.number, path)}:${linkPort}` : `${addressOf(relayNumber, path)}:${lane.port}`;
  };
  const of = (kind: Machine["kind"]): Machine[] => machines.filter((machine) => machine.kind === kind);
  const gateways = of("gateway");
  const trunks = gateways.filter((machine, at) => machine.voter && isTrunk(at));
  return {
    ...options.more,
    site: "chaos",
    cluster: "chaos-1",
    version: 1,
    votersVersion: 1,
    operatorToken: "file:keys/operator.token",
    keys: [{ id: 1, secret: "file:keys/cluster.key" }],
    automaticChanges: options.automaticChanges,
    timers: options.timers,
    servers: of("call-server").map((machine, rank) => ({
      name: machine.name,
      rank,
      link: { path1: link(machine, 1), path2: link(machine, 2) },
      mgcp: `${addressOf(machine.number, 1)}:${mgcpPort}`,
      operator: `${addressOf(machine.number, 0)}:${operatorPort}`,
    })),
    gateways: gateways.map((machine, at) => ({
      name: machine.name,
      voter: machine.voter,
      priority: at + 1,
      link: link(machine, 1),
      mgcp: `${addressOf(machine.number, 1)}:${mgcpPort}`,
      snmp: { address: `${addressOf(machine.number, 1)}:${snmpPort}` },
      operator: `${addressOf(machine.number, 0)}:${operatorPort}`,
      rtp: { host: addressOf(machine.number, 0), portFrom: 20_000, portTo: 20_199 },
      ...endpointsOf(machine, at),
    })),
    witnesses: of("witness").map((machine) => ({
      name: machine.name,
      link: link(machine, 1),
      operator: `${addressOf(machine.number, 0)}:${operatorPort}`,
    })),
    ...(trunks.length === 0 ? {} : { routes: [{ prefix: "0", gateways: trunks.map(({ name }) => name) }] }),
  };
}

function endpointsOf(machine: Machine, at: number): Record<string, unknown> {
  if (!machine.voter) return { kind: "phone", endpoints: { count: 1 }, firstNumber: String(301 + at) };
  return isTrunk(at)
    ? { kind: "trunk", endpoints: { count: trunkChannels } }
    : { kind: "interface", endpoints: { count: lines }, firstNumber: String(2001 + 100 * at) };
}

/** The second, fourth … gateway has lines, the others are trunks: calls between both kinds, and out. */
function isTrunk(at: number): boolean {
  return at % 2 === 0;
}
