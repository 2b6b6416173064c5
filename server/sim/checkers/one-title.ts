/**
 * Invariant 2 of failover.md 9, first half: at most one title at any instant in a cluster, by what each server itself believes on its own clock.
 * Prints: "At most one server of a cluster holds the title at any instant."
 */

import { heldEpoch } from "../../core/control/member-state.ts";
import { epochText } from "../../core/identity.ts";
import { believesTitle } from "../belief.ts";
import { type Checker, Violation } from "../checker.ts";
import type { ServerView, WorldView } from "../views.ts";

const invariant = "At most one server of a cluster holds the title at any instant.";

export function oneTitle(): Checker {
  const holders: ServerView[] = [];
  let seen = 0;
  return {
    invariant,
    after(world) {
      // Time alone only ends titles: nothing to look at before a server has done something.
      if (world.serverSteps === seen) return;
      seen = world.serverSteps;
      // Two that hold an epoch are rare; only then is anything computed.
      holders.length = 0;
      for (const server of world.servers.values()) {
        const { kind } = server.member.state;
        if (server.alive && (kind === "holding" || kind === "handing-over")) holders.push(server);
      }
      if (holders.length > 1) compare(world, holders);
    },
  };
}

function compare(world: WorldView, holders: readonly ServerView[]): void {
  for (const [i, first] of holders.entries()) {
    for (const second of holders.slice(i + 1)) {
      if (first.cluster !== second.cluster || !believesTitle(first) || !believesTitle(second)) continue;
      throw new Violation(invariant, `${told(first)} and ${told(second)} both hold it`, world.schedule.now);
    }
  }
}

function told(server: ServerView): string {
  const epoch = heldEpoch(server.member.state);
  return `${server.name}${epoch === null ? "" : ` at ${epochText(epoch)}`}`;
}
