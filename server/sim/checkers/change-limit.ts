/**
 * Invariant 9 of failover.md 9: at most K automatic changes of role per window, then hold until acknowledged.
 * A change is known to a majority of the voters of its day. One change of the voter set leaves every majority a voter that knows it;
 * what was before the last but one is known to the servers only, which tell it as far as they reach (docs/safety.md): not counted here.
 * Prints: "At most K automatic changes of role happen in one window."
 */
import { type Epoch, epochText, type NodeName, sameEpoch } from "../../core/identity.ts";
import type { Instant } from "../../core/time.ts";
import { type Checker, Violation } from "../checker.ts";
import type { ServerView, WorldView } from "../views.ts";

const invariant = "At most K automatic changes of role happen in one window.";

interface Change {
  readonly epochNumber: number;
  readonly at: Instant;
}

interface Counted {
  changes: Change[];
  /** Versions under which a voter was being added or removed, and when each was first in force: the last two. */
  voterChanges: { readonly version: number; readonly at: Instant }[];
}

export function changeLimit(): Checker {
  /** The epoch that each server last claimed by itself. */
  const claimed = new Map<NodeName, Epoch>();
  /** Claimed by another server while this one's acknowledgement was given: it may have heard of the epoch already, and covers it. */
  const acknowledged = new Set<string>();
  const clusters = new Map<number, Counted>();
  const countedOf = (cluster: number): Counted => {
    const known = clusters.get(cluster) ?? { changes: [], voterChanges: [] };
    clusters.set(cluster, known);
    return known;
  };
  const acknowledge = ({ servers }: WorldView, { name, cluster }: ServerView, upTo: number): void => {
    const counted = countedOf(cluster);
    counted.changes = counted.changes.filter(({ epochNumber }) => epochNumber > upTo);
    for (const [other, epoch] of claimed) {
      const covered = epoch.number <= upTo && servers.get(other)?.cluster === cluster;
      if (other !== name && covered) acknowledged.add(epochText(epoch));
    }
  };
  return {
    invariant,
    onCrash(world, node) {
      const server = world.servers.get(node);
      // It may have died between storing what an operator acknowledged and saying so.
      if (server !== undefined) acknowledge(world, server, server.disk.store.guard.acknowledgedEpoch);
    },
    onClaim(_world, server, _to, message) {
      if (message.kind !== "claim" || message.purpose !== "title" || !message.automatic) return;
      claimed.set(server.name, message.epoch);
    },
    onFact(world, server, fact) {
      const { cluster, name } = server;
      const { now } = world.schedule;
      const counted = countedOf(cluster);
      if (fact.what === "guard-changed" && fact.by !== null) {
        acknowledge(world, server, fact.guard.acknowledgedEpoch);
      } else if (fact.what === "voters-changed" && fact.set.previous !== null) {
        const { version } = fact.set;
        if (counted.voterChanges.some((known) => known.version === version)) return;
        counted.voterChanges = [...counted.voterChanges, { version, at: now }].slice(-2);
      } else if (fact.what === "title-gained" && isOwn(claimed.get(name), fact.epoch)) {
        claimed.delete(name);
        if (acknowledged.has(epochText(fact.epoch))) return;
        const limit = world.clusters[cluster]?.automaticChanges;
        if (limit === undefined) return;
        const lastButOne = counted.voterChanges.length === 2 ? (counted.voterChanges[0]?.at ?? 0) : 0;
        const counts = ({ at }: Change): boolean => now - at < limit.windowMs && at >= lastButOne;
        counted.changes = [...counted.changes.filter(counts), { epochNumber: fact.epoch.number, at: now }];
        const many = counted.changes.length;
        if (many > limit.limit) throw new Violation(invariant, `${name} makes change ${many}; K is ${limit.limit}`, now);
      }
    },
  };
}

function isOwn(claimed: Epoch | undefined, epoch: Epoch): boolean {
  return claimed !== undefined && sameEpoch(claimed, epoch);
}
