/**
 * Which machines a played site has, and their addresses: one machine for each node, on three networks.
 * Network 0 carries operator interfaces and media and is never faulted, so that what the runner sees and what the parties hear
 * is not the fault itself; networks 1 and 2 are the two paths of Tandem's link, MGCP and SNMP go over path 1.
 */
import type { NodeName } from "../core/identity.ts";

export type MachineKind = "call-server" | "gateway" | "witness";

export interface Machine {
  readonly name: NodeName;
  readonly kind: MachineKind;
  /** False for a phone: a gateway that fences and does not vote. */
  readonly voter: boolean;
  /** Last octet of its addresses. */
  readonly number: number;
}

export interface SiteShape {
  readonly servers: number;
  readonly gateways: number;
  readonly witnesses: number;
  readonly phones: number;
}

export type Network = 0 | 1 | 2;

export const networks: readonly Network[] = [0, 1, 2];

/** The switches' own machine, where the runner stands. */
export const hubNumber = 254;
export const relayNumber = 253;
const mostMachines = 40;

export function addressOf(number: number, network: Network): string {
  return `10.91.${network}.${number}`;
}

/** cs-a, cs-b, …; gw-1, gw-2, …; wit-1, …: the names that scenarios use. */
export function machinesOf({ servers, gateways, witnesses, phones }: SiteShape): Machine[] {
  const names: (readonly [MachineKind, NodeName])[] = [
    ...Array.from({ length: servers }, (_, at) => ["call-server", `cs-${String.fromCharCode(97 + at)}`] as const),
    ...Array.from({ length: gateways }, (_, at) => ["gateway", `gw-${at + 1}`] as const),
    ...Array.from({ length: phones }, (_, at) => ["gateway", `ph-${at + 1}`] as const),
    ...Array.from({ length: witnesses }, (_, at) => ["witness", `wit-${at + 1}`] as const),
  ];
  if (names.length > mostMachines) throw new Error(`a site of ${names.length} nodes is too large to play; at most ${mostMachines}`);
  return names.map(([kind, name], at) => ({ name, kind, voter: kind !== "call-server" && !name.startsWith("ph-"), number: at + 1 }));
}

export interface Lane {
  readonly from: Machine;
  readonly to: Machine;
  readonly path: 1 | 2;
}

/** Every way that a datagram of Tandem's link may take: between servers on both paths, between servers and others on path 1. */
export function lanesOf(machines: readonly Machine[]): Lane[] {
  return machines.flatMap((from) =>
    machines.flatMap((to): Lane[] => {
      if (from === to) return [];
      const servers = Number(from.kind === "call-server") + Number(to.kind === "call-server");
      if (servers === 0) return [];
      return servers === 2
        ? [
            { from, to, path: 1 },
            { from, to, path: 2 },
          ]
        : [{ from, to, path: 1 }];
    }),
  );
}
