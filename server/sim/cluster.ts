/** A cluster of the virtual world: its servers, the nodes they claim, and the configuration that all of them share. */
import type { ChangeRule } from "../core/control/change-rule.ts";
import type { MemberConfig } from "../core/control/member-state.ts";
import type { BootId, NodeName } from "../core/identity.ts";
import { defaultTimers, type Timers } from "../core/site/timers.ts";

export interface ClusterPlan {
  /** Preferred first. */
  readonly servers: readonly NodeName[];
  /** Gateways that vote, most important first. */
  readonly gateways: readonly NodeName[];
  readonly witnesses: readonly NodeName[];
  /** Gateways that fence but do not vote (phones). */
  readonly nonVoting: readonly NodeName[];
  readonly timers: Timers;
  /** Servers whose configuration has drifted: their lease is another one. */
  readonly leases: Readonly<Record<NodeName, number>>;
  readonly automaticChanges: { readonly limit: number; readonly windowMs: number };
  readonly capacityCalls: number;
  readonly partition: "survive" | "strict";
  readonly merge: ChangeRule;
  readonly failback: ChangeRule;
}

export function clusterPlan(plan: Pick<ClusterPlan, "servers" | "gateways"> & Partial<ClusterPlan>): ClusterPlan {
  return {
    witnesses: [],
    nonVoting: [],
    timers: defaultTimers,
    leases: {},
    automaticChanges: { limit: 1000, windowMs: 3_600_000 },
    capacityCalls: 1000,
    partition: "survive",
    merge: { when: "now" },
    failback: { when: "manual" },
    ...plan,
  };
}

/** `cs-a cs-b`, `gw-1 …`, `wit-1 …`; further clusters carry their number in front. */
export function namedCluster(
  number: number,
  servers: number,
  gateways: number,
  witnesses: number,
  rest: Partial<ClusterPlan> = {},
): ClusterPlan {
  const prefix = number === 1 ? "" : `${number}-`;
  const numbered = (stem: string, count: number): NodeName[] => Array.from({ length: count }, (_, i) => `${prefix}${stem}-${i + 1}`);
  return clusterPlan({
    servers: Array.from({ length: servers }, (_, i) => `${prefix}cs-${"abcd"[i] ?? i}`),
    gateways: numbered("gw", gateways),
    witnesses: numbered("wit", witnesses),
    ...rest,
  });
}

export function votersOf(plan: ClusterPlan): NodeName[] {
  return [...plan.gateways, ...plan.witnesses];
}

export function clientsOf(plan: ClusterPlan): NodeName[] {
  return [...plan.gateways, ...plan.nonVoting, ...plan.witnesses];
}

export function memberConfig(plan: ClusterPlan, name: NodeName, boot: BootId): MemberConfig {
  return {
    name,
    boot,
    rank: plan.servers.indexOf(name),
    peers: plan.servers.filter((other) => other !== name),
    clients: clientsOf(plan),
    voters: votersOf(plan),
    votersVersion: 1,
    timers: { ...plan.timers, leaseMs: plan.leases[name] ?? plan.timers.leaseMs },
    capacityCalls: plan.capacityCalls,
    automaticChanges: plan.automaticChanges,
    partition: plan.partition,
    merge: plan.merge,
    betterRanked: plan.servers.slice(0, plan.servers.indexOf(name)),
    failback: plan.failback,
  };
}
