/**
 * Invariant 2 of failover.md 9, second half: at most one server, and one boot of it, ever holds the title at an epoch.
 * Prints: "One epoch belongs to one boot of one server, for ever."
 */
import { epochText } from "../../core/identity.ts";
import { type Checker, Violation } from "../checker.ts";

const invariant = "One epoch belongs to one boot of one server, for ever.";

export function oneServerPerEpoch(): Checker {
  const holders = new Map<string, string>();
  return {
    invariant,
    onFact(world, server, fact) {
      if (fact.what !== "title-gained") return;
      const epoch = `${server.cluster}/${epochText(fact.epoch)}`;
      const holder = `${server.name} boot ${server.boot}`;
      const before = holders.get(epoch) ?? holder;
      if (before !== holder || fact.epoch.server !== server.name) {
        throw new Violation(invariant, `${epochText(fact.epoch)} is held by ${holder} after ${before}`, world.schedule.now);
      }
      holders.set(epoch, holder);
    },
  };
}
