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
  let servers: readonly ServerView[] = [];
  return {
    invariant,
    // Time alone only ends titles: nothing to look at before a server has done something.
    onStep(world) {
      // Two that hold an epoch are rare; only then is anything computed.
      if (servers.length === 0) servers = [...world.servers.values()];
      let holders = 0;
      for (const server of servers) if (holds(server)) holders += 1;
      if (holders > 1) compare(world, servers.filter(holds));
    },
  };
}

function holds(server: ServerView): boolean {
  const { kind } = server.member.state;
  return (kind === "holding" || kind === "handing-over") && server.alive;
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
