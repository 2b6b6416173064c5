/** Draws the schedule of faults of a profile up front, so that it can be printed, replayed and shrunk. */
import type { NodeName } from "../core/identity.ts";
import { unnoticedMs } from "../core/site/timers.ts";
import { type ClusterPlan, clientsOf, votersOf } from "./cluster.ts";
import type { Fault, FaultAction } from "./fault.ts";
import { type FaultKind, faultKinds, type Profile } from "./profile.ts";
import { between, chance, forkRandom, pick, type Random, wholeBetween } from "./random.ts";

export function drawFaults(profile: Profile): Fault[] {
  const random = forkRandom(profile.seed, "faults");
  const faults: Fault[] = drawRates(random, profile);
  const wiped = new Set<number>();
  for (let i = 0; i < profile.faults; i += 1) {
    const cluster = Math.floor(random.next() * profile.clusters.length);
    const atMs = profile.startMs + random.next() * profile.safetyMs;
    const kind = drawKind(random, profile.mix);
    const plan = profile.clusters[cluster] as ClusterPlan;
    const action = drawAction(random, kind, plan, cluster);
    // A site survives the loss of one disk at a time; of a majority of disks it does not, and is not meant to.
    if (action.kind === "wipe" && wiped.has(cluster)) continue;
    if (action.kind === "wipe") wiped.add(cluster);
    faults.push({ ...withCalls(profile, action), atMs: Math.min(atMs, latest(profile, plan, action)) });
  }
  return faults.sort((a, b) => a.atMs - b.atMs);
}

/** Shorter suspensions go unnoticed; with clocks at the limit of their rates the inequality has no room for them (docs/safety.md). */
function noticedMs(plan: ClusterPlan): number {
  return unnoticedMs(plan.timers) + 15;
}

/** Healing wakes a machine that sleeps: it must have slept long enough by then. */
function latest(profile: Profile, plan: ClusterPlan, action: FaultAction): number {
  return action.kind === "suspend" ? profile.startMs + profile.safetyMs - noticedMs(plan) : Infinity;
}

/** The stamps of calls are a gateway's uptime: gear that carries calls stands still, but its uptime does not (docs/call-records.md). */
function withCalls(profile: Profile, action: FaultAction): FaultAction {
  if (profile.calls === null || action.kind !== "suspend" || profile.clusters.some(({ servers }) => servers.includes(action.node)))
    return action;
  return { kind: "freeze", node: action.node, forMs: action.forMs };
}

/** Clocks of a site are off from the beginning; half of the clocks that are off run at the limit. */
function drawRates(random: Random, profile: Profile): Fault[] {
  const faults: Fault[] = [];
  for (const plan of profile.clusters) {
    const limit = Math.min(profile.rateError, plan.timers.clockRateError);
    for (const node of [...plan.servers, ...clientsOf(plan)]) {
      if (chance(random, 0.5)) continue;
      const error = chance(random, 0.5) ? (chance(random, 0.5) ? limit : -limit) : between(random, -limit, limit);
      faults.push({ kind: "rate", node, rate: 1 + error, atMs: 0 });
    }
  }
  return faults;
}

function drawKind(random: Random, mix: Profile["mix"]): FaultKind {
  let left = random.next() * faultKinds.reduce((sum, kind) => sum + mix[kind], 0);
  for (const kind of faultKinds) {
    left -= mix[kind];
    if (left < 0) return kind;
  }
  return "crash";
}

function drawAction(random: Random, kind: FaultKind, plan: ClusterPlan, cluster: number): FaultAction {
  const nodes = [...plan.servers, ...clientsOf(plan)];
  // Servers matter most: half of all faults hit one.
  const anyNode = (): NodeName => (chance(random, 0.5) ? pick(random, plan.servers) : pick(random, nodes));
  const span = (): number => (chance(random, 0.5) ? between(random, 20, 700) : between(random, 500, 4000));
  switch (kind) {
    case "crash":
      return { kind, node: anyNode(), forMs: span() };
    case "crash-in-step":
      return { kind, node: anyNode(), effects: wholeBetween(random, 0, 6), forMs: span() };
    case "freeze":
      return { kind, node: anyNode(), forMs: span() };
    case "starve":
      return { kind, node: anyNode(), forMs: span() * 2, lagMs: between(random, 20, 400) };
    case "suspend":
      return { kind, node: anyNode(), forMs: noticedMs(plan) + span(), keepsDatagrams: chance(random, 0.4) };
    case "stall":
      return { kind, node: pick(random, plan.servers), forMs: span() };
    case "reboot":
      return { kind, node: pick(random, clientsOf(plan)) };
    case "wipe":
      return { kind, node: votersOf(plan).length < 3 ? pick(random, plan.servers) : anyNode() };
    case "cut":
      return { kind, ...pair(random, nodes, plan), path: chance(random, 0.3) ? pick(random, [1, 2] as const) : null, forMs: span() };
    case "split":
      return { kind, ...sides(random, nodes), forMs: span() };
    case "isolate":
      return { kind, node: anyNode(), forMs: span() };
    case "slow":
      return { kind, ...pair(random, nodes, plan), byMs: between(random, 5, 400), forMs: span() };
    case "jump":
      return { kind, node: anyNode(), byMs: between(random, -5000, 5000) };
    default:
      return drawOrder(random, kind, plan, cluster);
  }
}

type OrderKind = "switchover" | "lend" | "failover-now" | "override" | "pause" | "acknowledge" | "voters";

function drawOrder(random: Random, kind: OrderKind, plan: ClusterPlan, cluster: number): FaultAction {
  switch (kind) {
    case "switchover": {
      const to = chance(random, 0.5) ? pick(random, plan.servers) : null;
      return { kind, cluster, to, cancelMs: chance(random, 0.25) ? between(random, 0, 60) : null };
    }
    case "lend":
      return { kind, cluster, to: pick(random, plan.servers), clients: [pick(random, clientsOf(plan))] };
    case "failover-now":
    case "override":
      return { kind, node: pick(random, plan.servers) };
    case "pause":
      return { kind, cluster, forMs: between(random, 500, 4000), resumes: chance(random, 0.5) };
    case "acknowledge":
      return { kind, cluster };
    case "voters": {
      const all = clientsOf(plan);
      const adds = plan.nonVoting.length > 0 && chance(random, 0.5);
      return { kind, cluster, add: adds ? pick(random, plan.nonVoting) : null, remove: adds ? null : pick(random, all) };
    }
  }
}

/** One of the two is a server: gateways do not speak to each other. */
function pair(random: Random, nodes: readonly NodeName[], plan: ClusterPlan): { from: NodeName; to: NodeName } {
  const server = pick(random, plan.servers);
  const other = pick(
    random,
    nodes.filter((node) => node !== server),
  );
  return chance(random, 0.5) ? { from: server, to: other } : { from: other, to: server };
}

function sides(random: Random, nodes: readonly NodeName[]): { side: NodeName[]; other: NodeName[] } {
  const share = between(random, 0.2, 0.8);
  const side: NodeName[] = [];
  const other: NodeName[] = [];
  for (const node of nodes) (chance(random, share) ? side : other).push(node);
  return { side, other };
}
