/**
 * The lease view of invariant 1 of failover.md 9: no two servers would command one gateway at the same instant, whether it obeys or not.
 * The loser of a lease stops before the winner can start; the gateway's own refusal is only the second fence.
 * Prints: "No two servers hold a lease on one gateway at the same instant."
 */
import { heldEpoch } from "../../core/control/member-state.ts";
import { epochText, type NodeName } from "../../core/identity.ts";
import { wouldCommandAt } from "../belief.ts";
import { type Checker, Violation } from "../checker.ts";
import type { ServerView, WorldView } from "../views.ts";

const invariant = "No two servers hold a lease on one gateway at the same instant.";

export function oneCommander(): Checker {
  const check = (world: WorldView, server: ServerView, client: NodeName): void => {
    const mine = wouldCommandAt(server, client);
    if (mine === null) return;
    for (const other of world.servers.values()) {
      if (other === server || heldEpoch(other.member.state) === null) continue;
      const theirs = wouldCommandAt(other, client);
      if (theirs === null) continue;
      const what = `${client} would be commanded by ${server.name} at ${epochText(mine)} and by ${other.name} at ${epochText(theirs)}`;
      throw new Violation(invariant, what, world.schedule.now);
    }
  };
  // Leases end by themselves; two can overlap only from the instant at which the second one is gained.
  return { invariant, onOwn: check };
}
