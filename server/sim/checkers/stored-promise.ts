/**
 * failover.md 1: what a voter promises is on its disk before the answer leaves: grant, owner, and the largest promise ever given.
 * Prints: "A voter's promise is durable before it is told."
 */
import { epochText, sameEpoch } from "../../core/identity.ts";
import { type Checker, Violation } from "../checker.ts";

const invariant = "A voter's promise is durable before it is told.";

export function storedPromise(): Checker {
  return {
    invariant,
    onReply(world, voter, to, message) {
      if (message.kind !== "answer" || message.promiseMs <= 0) return;
      const { granted, largestPromiseMs, released } = voter.disk.stored;
      if (sameEpoch(granted, message.epoch) && !released && largestPromiseMs >= message.promiseMs) return;
      const stored = `${epochText(granted)}${released ? " released" : ""}, ${largestPromiseMs} ms`;
      const what = `${voter.name} promises ${to} ${message.promiseMs} ms at ${epochText(message.epoch)}; its disk has ${stored}`;
      throw new Violation(invariant, what, world.schedule.now);
    },
  };
}
