/**
 * Invariant 8 of failover.md 9: while automatic changes are paused, none happens, whatever fails.
 * A pause stands once a majority of voters has stored it; a claim begun before that may still win.
 * Prints: "While a majority of voters stores a pause, no role changes by itself."
 */
import { pauseInForce } from "../../core/control/guard.ts";
import { epochText, type NodeName } from "../../core/identity.ts";
import { majorityOf } from "../../core/site/site.ts";
import { type Checker, Violation } from "../checker.ts";
import type { ServerView, WorldView } from "../views.ts";

const invariant = "While a majority of voters stores a pause, no role changes by itself.";

export function paused(): Checker {
  const claimed = new Map<NodeName, number>();
  /** Claims begun under a pause, by server. */
  const barred = new Map<NodeName, string>();
  return {
    invariant,
    onClaim(world, server, _to, message) {
      if (message.kind !== "claim" || message.purpose !== "title" || message.epoch.number <= (claimed.get(server.name) ?? 0)) return;
      claimed.set(server.name, message.epoch.number);
      if (message.automatic && pauseStands(world, server)) barred.set(server.name, epochText(message.epoch));
      else barred.delete(server.name);
    },
    onFact(world, server, fact) {
      if (fact.what !== "title-gained" || barred.get(server.name) !== epochText(fact.epoch)) return;
      // The pause may have ended at the voters, by their own clocks, before they granted.
      if (!pauseStands(world, server)) return;
      throw new Violation(invariant, `${server.name} gained the title at ${epochText(fact.epoch)}`, world.schedule.now);
    },
  };
}

function pauseStands(world: WorldView, { member }: ServerView): boolean {
  const { voters } = member.voterSet;
  const storing = voters.filter((name) => {
    const voter = world.voters.get(name);
    return voter !== undefined && pauseInForce(voter.disk.stored.guard, voter.clock.now().wall) !== null;
  });
  return storing.length >= majorityOf(voters.length);
}
