/**
 * failover.md 6: a fragment is gathered without a jury, so its epoch is no title, however many grant it.
 * Prints: "The epoch of a fragment never becomes a title."
 */
import { epochText } from "../../core/identity.ts";
import { type Checker, Violation } from "../checker.ts";

const invariant = "The epoch of a fragment never becomes a title.";

export function fragments(): Checker {
  /** Per boot: one whose disk was lost may count up to the same epoch again. */
  const began = new Set<string>();
  return {
    invariant,
    onFact(world, server, fact) {
      if (fact.what !== "fragment-began" && fact.what !== "title-gained") return;
      const epoch = `${server.cluster}/${epochText(fact.epoch)} boot ${server.boot}`;
      if (fact.what === "fragment-began") began.add(epoch);
      else if (began.has(epoch))
        throw new Violation(invariant, `${server.name} holds the title at ${epochText(fact.epoch)}`, world.schedule.now);
    },
  };
}
