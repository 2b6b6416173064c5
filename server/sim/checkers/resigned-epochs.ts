/**
 * failover.md 3: once a server resigned from an epoch, or released one that it could not win, it never sends a command, keepalive or claim in it.
 * Prints: "A resigned epoch is never used again."
 */
import { heldEpoch } from "../../core/control/member-state.ts";
import { epochText, type NodeName } from "../../core/identity.ts";
import { wouldCommandAt } from "../belief.ts";
import { type Checker, Violation } from "../checker.ts";

const invariant = "A resigned epoch is never used again.";

export function resignedEpochs(): Checker {
  const released = new Map<NodeName, number>();
  return {
    invariant,
    onSend(world, server, to, message) {
      if (message.kind === "release") {
        if (message.epoch.number > (released.get(server.name) ?? 0)) released.set(server.name, message.epoch.number);
        const held = heldEpoch(server.member.state);
        // A release leaves only after resigning: whoever could still command at that epoch has not let go of it.
        if (held !== null && held.number <= message.epoch.number && wouldCommandAt(server, to) !== null) {
          throw new Violation(
            invariant,
            `${server.name} releases ${epochText(message.epoch)} and still commands ${to}`,
            world.schedule.now,
          );
        }
        return;
      }
      if (message.kind !== "keepalive" && message.kind !== "claim") return;
      if (message.epoch.number === 0 || message.epoch.number > (released.get(server.name) ?? 0)) return;
      throw new Violation(invariant, `${server.name} sends a ${message.kind} in ${epochText(message.epoch)} to ${to}`, world.schedule.now);
    },
  };
}
