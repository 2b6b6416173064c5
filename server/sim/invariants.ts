/** Invariants of failover.md 9 that can be seen from outside, checked after every job of the world. */
import { isTitled } from "../core/control/member.ts";
import { heldEpoch } from "../core/control/member-state.ts";
import { leaseLeftMs } from "../core/control/title.ts";
import { commandRefusal } from "../core/control/voter.ts";
import { epochText, type NodeName } from "../core/identity.ts";
import type { World } from "./world.ts";

const obeyed = new WeakMap<World, Map<NodeName, number>>();

export function checkInvariants(world: World): void {
  const now = world.schedule.now;
  // 2: at most one title at any instant, counted by what each server itself believes.
  const titled = [...world.servers.values()].filter((node) => isTitled(node.member, now));
  if (titled.length > 1) throw violation(world, `two titles: ${titled.map((node) => node.name).join(", ")}`);
  const highest = obeyed.get(world) ?? new Map<NodeName, number>();
  obeyed.set(world, highest);
  for (const gateway of world.voters.values()) {
    // 1: a gateway obeys at most one server, and never a lower epoch than before.
    const obeyedNow = [...world.servers.values()].flatMap((node) => {
      const epoch = heldEpoch(node.member.state);
      if (epoch === null || leaseLeftMs(node.member.leases, gateway.name, now) <= 0) return [];
      return commandRefusal(gateway.voter, epoch, node.boot, now) === null
        ? [{ server: node.name, epoch }]
        : [{ server: `${node.name} (refused)`, epoch }];
    });
    if (obeyedNow.length > 1) {
      throw violation(
        world,
        `${gateway.name} is commanded by ${obeyedNow.map((each) => `${each.server} ${epochText(each.epoch)}`).join(" and ")}`,
      );
    }
    const first = obeyedNow[0];
    if (!first || first.server.endsWith("(refused)")) continue;
    if (first.epoch.number < (highest.get(gateway.name) ?? 0))
      throw violation(world, `${gateway.name} obeys epoch ${first.epoch.number} after ${highest.get(gateway.name)}`);
    highest.set(gateway.name, first.epoch.number);
  }
}

function violation(world: World, what: string): Error {
  return new Error(
    `invariant violated at ${world.schedule.now.toFixed(1)} ms, seed ${world.options.seed}: ${what}\n${world.trace.slice(-40).join("\n")}`,
  );
}
