/** What an operator may ask of a cluster, as the site's desk would pass it on; each is said in the trace. */
import type { GuardChange } from "../core/control/guard.ts";
import type { Order } from "../core/control/member-state.ts";
import type { VoterChange } from "../core/control/voter-set.ts";
import type { NodeName } from "../core/identity.ts";
import type { World } from "./world.ts";

function order(world: World): Order {
  world.faultsDone += 1;
  return { id: `order-${world.faultsDone}`, by: "operator", reason: "exercise" };
}

/** Whoever holds the title is asked to hand over, everything or the named gateways; null where nobody does, or nobody else is there. */
export function switchover(world: World, cluster: number, to: NodeName | null, clients: readonly NodeName[] | null = null): string | null {
  const [holder] = world.titled(cluster);
  const plan = world.clusters[cluster];
  const successor = to ?? plan?.servers.find((name) => name !== holder && world.serverNode(name).alive);
  if (holder === undefined || successor === undefined || successor === holder) return null;
  const asked = order(world);
  world.trace.note(holder, `is asked to hand ${clients === null ? "over" : clients.join(", ")} to ${successor}`);
  world.tell(holder, { kind: "switchover-accepted", switchover: { ...asked, to: successor, automatic: false, clients } });
  return asked.id;
}

/** Whoever holds the title takes lent gateways back. */
export function recall(world: World, cluster: number, clients: readonly NodeName[]): void {
  const [holder] = world.titled(cluster);
  if (holder === undefined) return;
  world.trace.note(holder, `is asked to recall ${clients.join(", ")}`);
  world.tell(holder, { kind: "gateways-recalled", clients, order: order(world) });
}

export function cancelSwitchover(world: World, cluster: number, switchoverId: string): void {
  for (const name of world.clusters[cluster]?.servers ?? []) {
    if (world.serverNode(name).alive) world.tell(name, { kind: "switchover-cancelled", switchoverId, by: "operator" });
  }
  world.trace.note("world", "an operator cancels the switchover");
}

export function failoverNow(world: World, server: NodeName): void {
  world.trace.note(server, "is told to take over now");
  world.tell(server, { kind: "failover-ordered", order: order(world) });
}

export function override(world: World, server: NodeName): void {
  world.trace.note(server, "is told to control what it can reach (override)");
  world.tell(server, { kind: "override-ordered", order: order(world) });
}

/** At any server that runs: the first one. */
export function guard(world: World, cluster: number, change: GuardChange): void {
  const server = firstRunning(world, cluster);
  if (server === null) return;
  world.trace.note(server, `is told: ${change.kind}`);
  world.tell(server, { kind: "guard-ordered", change, order: order(world) });
}

export function pause(world: World, cluster: number, forMs: number | null): void {
  const server = firstRunning(world, cluster);
  if (server === null) return;
  const until = forMs === null ? null : world.serverNode(server).clock.now().wall + forMs;
  guard(world, cluster, { kind: "pause", by: "operator", reason: "exercise", until });
}

/** Only the title holder changes the voter set. */
export function changeVoters(world: World, cluster: number, change: VoterChange): void {
  const [holder] = world.titled(cluster);
  if (holder === undefined) return;
  world.trace.note(holder, `is told to ${change.add === null ? `remove ${change.remove} from` : `add ${change.add} to`} the voters`);
  world.tell(holder, { kind: "voters-ordered", change, order: order(world) });
}

function firstRunning(world: World, cluster: number): NodeName | null {
  return world.clusters[cluster]?.servers.find((name) => world.serverNode(name).idle) ?? null;
}

/** Every voter of the cluster that abstains, at any server that runs. */
export function admitAbstaining(world: World, cluster: number): void {
  const server = firstRunning(world, cluster);
  if (server === null) return;
  for (const voter of world.voters.values()) {
    if (voter.cluster !== cluster || voter.voter.stored.admitted) continue;
    world.trace.note(server, `is told: admit ${voter.name}`);
    world.tell(server, { kind: "admission-ordered", client: voter.name, order: order(world) });
  }
}
