/**
 * failover.md 1: a server stores an epoch before it claims with it, so that no later boot can use it again.
 * Prints: "An epoch is durable before it is claimed."
 */
import { epochText } from "../../core/identity.ts";
import { type Checker, Violation } from "../checker.ts";

const invariant = "An epoch is durable before it is claimed.";

export function storedEpoch(): Checker {
  return {
    invariant,
    onClaim(world, server, _to, message) {
      if (message.kind !== "claim" || server.disk.store.epochNumber >= message.epoch.number) return;
      const what = `${server.name} claims ${epochText(message.epoch)}; its disk has ${server.disk.store.epochNumber}`;
      throw new Violation(invariant, what, world.schedule.now);
    },
  };
}
