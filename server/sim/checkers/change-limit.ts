/**
 * Invariant 9 of failover.md 9: at most K automatic changes of role per window, then hold until acknowledged.
 * Prints: "At most K automatic changes of role happen in one window."
 */
import { epochText, type NodeName } from "../../core/identity.ts";
import type { Instant } from "../../core/time.ts";
import { type Checker, Violation } from "../checker.ts";

const invariant = "At most K automatic changes of role happen in one window.";

export function changeLimit(): Checker {
  /** The epoch that each server last claimed by itself. */
  const claimed = new Map<NodeName, string>();
  const changes = new Map<number, Instant[]>();
  return {
    invariant,
    onClaim(_world, server, _to, message) {
      if (message.kind !== "claim" || message.purpose !== "title" || !message.automatic) return;
      claimed.set(server.name, epochText(message.epoch));
    },
    onFact(world, server, fact) {
      const { cluster, name } = server;
      if (fact.what === "guard-changed" && fact.by !== null && fact.guard.changes.length === 0) {
        // Acknowledged: what was, counts no longer.
        changes.delete(cluster);
      } else if (fact.what === "title-gained" && claimed.get(name) === epochText(fact.epoch)) {
        claimed.delete(name);
        const limit = world.clusters[cluster]?.automaticChanges;
        if (limit === undefined) return;
        const { now } = world.schedule;
        const recent = [...(changes.get(cluster) ?? []).filter((at) => now - at < limit.windowMs), now];
        changes.set(cluster, recent);
        if (recent.length > limit.limit) throw new Violation(invariant, `${name} makes change ${recent.length}; K is ${limit.limit}`, now);
      }
    },
  };
}
