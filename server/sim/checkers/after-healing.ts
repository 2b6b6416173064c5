/**
 * Invariant 5 of failover.md 9, and liveness: once everything is healed, within the stated bound a cluster has one title,
 * and every gateway obeys its holder.
 * Prints: "After healing there is one title, and every gateway has one owner: its holder."
 */
import { type Checker, Violation } from "../checker.ts";
import type { WorldView } from "../views.ts";

const invariant = "After healing there is one title, and every gateway has one owner: its holder.";

export function afterHealing(): Checker {
  return {
    invariant,
    atEnd(world) {
      for (const cluster of world.clusters.keys()) check(world, cluster);
    },
  };
}

function check(world: WorldView, cluster: number): void {
  const titled = world.titled(cluster);
  const [holder] = titled;
  if (titled.length !== 1 || holder === undefined) {
    throw new Violation(invariant, `${titled.length === 0 ? "nobody holds" : `${titled.join(", ")} hold`} the title`, world.schedule.now);
  }
  for (const voter of world.voters.values()) {
    if (voter.cluster !== cluster) continue;
    const owner = world.ownerOf(voter.name);
    // A gateway that was lent on request stays with the server that it was lent to.
    if (owner !== null && owner === world.servers.get(holder)?.member.store.lent[voter.name]) continue;
    if (owner !== holder)
      throw new Violation(invariant, `${voter.name} is owned by ${owner ?? "nobody"}, the title is ${holder}'s`, world.schedule.now);
  }
}
