/**
 * failover.md 3: once a server resigned from an epoch, or released one that it could not win, it never sends a command, keepalive or claim in it.
 * Prints: "A resigned epoch is never used again."
 */
import { epochText } from "../../core/identity.ts";
import { wouldCommandAt } from "../belief.ts";
import { type Checker, Violation } from "../checker.ts";

const invariant = "A resigned epoch is never used again.";

export function resignedEpochs(): Checker {
  /** Highest epoch number released, by server and client: a gateway may be lent while the others are kept. */
  const released = new Map<string, number>();
  return {
    invariant,
    onSend(world, server, to, message) {
      const pair = `${server.name}>${to}`;
      if (message.kind === "release") {
        if (message.epoch.number > (released.get(pair) ?? 0)) released.set(pair, message.epoch.number);
        const commanded = wouldCommandAt(server, to);
        // A release leaves only after resigning: whoever could still command at that epoch has not let go of it.
        if (commanded === null || commanded.number > message.epoch.number) return;
        throw new Violation(invariant, `${server.name} releases ${epochText(message.epoch)} and still commands ${to}`, world.schedule.now);
      }
      if (message.kind !== "keepalive" && message.kind !== "claim") return;
      if (released.size === 0 || message.epoch.number === 0 || message.epoch.number > (released.get(pair) ?? 0)) return;
      throw new Violation(invariant, `${server.name} sends a ${message.kind} in ${epochText(message.epoch)} to ${to}`, world.schedule.now);
    },
  };
}
