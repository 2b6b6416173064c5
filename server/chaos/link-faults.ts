/**
 * Which datagrams are lost between which machines, as rules for the kernel of the machine where they arrive: there a lost datagram
 * is lost for everybody but its sender, who is told nothing, as on a real network. Pure; `packet-filter.ts` gives the rules to the kernel.
 */
import { addressOf, type Lane, type Machine, relayNumber } from "./machines.ts";
import type { RelayedLane } from "./site-files.ts";

/** 100 = cut. One way, one path. */
export interface Loss {
  readonly lane: Lane;
  readonly percent: number;
}

/** The later word counts; 0 heals. */
export function withLoss(losses: readonly Loss[], lanes: readonly Lane[], percent: number): Loss[] {
  const kept = losses.filter(({ lane }) => !lanes.some((one) => sameLane(one, lane)));
  return percent === 0 ? kept : [...kept, ...lanes.map((lane) => ({ lane, percent }))];
}

export function sameLane(a: Lane, b: Lane): boolean {
  return a.from.name === b.from.name && a.to.name === b.to.name && a.path === b.path;
}

/** `iptables-restore` input for one machine: its whole filter. */
export function filterOf(machine: Machine, losses: readonly Loss[]): string {
  const rules = losses
    .filter(({ lane }) => lane.to.name === machine.name)
    .map(({ lane, percent }) => `-A INPUT -i eth${lane.path} -s ${addressOf(lane.from.number, lane.path)}${chance(percent)} -j DROP`);
  return filter(rules);
}

/** The same for the relay: of what it carries it sees only the port. */
export function relayFilterOf(lanes: readonly RelayedLane[], losses: readonly Loss[]): string {
  const rules = losses.flatMap(({ lane, percent }) => {
    const relayed = lanes.find((one) => sameLane(one, lane));
    if (relayed === undefined) return [];
    const to = `-d ${addressOf(relayNumber, lane.path)} -p udp --dport ${relayed.port}`;
    return [`-A INPUT -i eth${lane.path} -s ${addressOf(lane.from.number, lane.path)} ${to}${chance(percent)} -j DROP`];
  });
  return filter(rules);
}

function chance(percent: number): string {
  return percent >= 100 ? "" : ` -m statistic --mode random --probability ${(percent / 100).toFixed(4)}`;
}

function filter(rules: readonly string[]): string {
  return ["*filter", ":INPUT ACCEPT [0:0]", ":FORWARD ACCEPT [0:0]", ":OUTPUT ACCEPT [0:0]", ...rules, "COMMIT", ""].join("\n");
}
