/**
 * failover.md 3: once a server resigned from an epoch, or released one that it could not win, it never sends a command, keepalive or claim in it.
 * A server whose disk was replaced is a new one to this rule: it cannot know, and the voters tell its boots apart.
 * Prints: "A resigned epoch is never used again."
 */
import { epochText, type NodeName } from "../../core/identity.ts";
import { wouldCommandAt } from "../belief.ts";
import { type Checker, Violation } from "../checker.ts";

const invariant = "A resigned epoch is never used again.";

export function resignedEpochs(): Checker {
  /** Highest epoch number that a server let go as a whole. */
  const resigned = new Map<NodeName, number>();
  /** The same for single gateways, which may be lent while the others are kept; the title is still announced to them. */
  const released = new Map<string, number>();
  return {
    invariant,
    onWipe(_world, node) {
      resigned.delete(node);
      for (const pair of released.keys()) if (pair.startsWith(`${node}>`)) released.delete(pair);
    },
    onFact(_world, server, fact) {
      if (fact.what === "resigned" || fact.what === "claim-failed" || fact.what === "stepped-down") {
        resigned.set(server.name, Math.max(fact.epoch.number, resigned.get(server.name) ?? 0));
      }
    },
    onSend(world, server, to, message) {
      if (message.kind === "release") {
        const pair = `${server.name}>${to}`;
        released.set(pair, Math.max(message.epoch.number, released.get(pair) ?? 0));
        const commanded = wouldCommandAt(server, to);
        // A release leaves only after resigning: whoever could still command at that epoch has not let go of it.
        if (commanded === null || commanded.number > message.epoch.number) return;
        throw new Violation(invariant, `${server.name} releases ${epochText(message.epoch)} and still commands ${to}`, world.schedule.now);
      }
      if (message.kind !== "keepalive" && message.kind !== "claim") return;
      const { number } = message.epoch;
      const over = number > 0 && resigned.size > 0 && number <= (resigned.get(server.name) ?? 0);
      const claimed = message.kind === "claim" && released.size > 0 && number <= (released.get(`${server.name}>${to}`) ?? 0);
      if (!over && !claimed) return;
      throw new Violation(invariant, `${server.name} sends a ${message.kind} in ${epochText(message.epoch)} to ${to}`, world.schedule.now);
    },
  };
}
