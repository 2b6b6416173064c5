/**
 * Invariant 4 of failover.md 9: primary dead, standby well, a majority of voters reachable: title within N × interval + 150 ms.
 * Watched wherever a primary dies while nothing else is wrong (network at most 5 ms), until something else is done to the world.
 * Prints: "A dead primary is replaced within N × interval + 150 ms."
 */

import { type AutomaticLimit, type Guard, holdOf, pauseInForce } from "../../core/control/guard.ts";
import { majorityOf } from "../../core/site/site.ts";
import { believesTitle } from "../belief.ts";
import { type Checker, Violation } from "../checker.ts";
import type { WorldView } from "../views.ts";

const invariant = "A dead primary is replaced within N × interval + 150 ms.";
const marginMs = 150;

export function takeoverTime(): Checker {
  const primaries = new Map<number, string>();
  return {
    invariant,
    onFact(_world, server, fact) {
      if (fact.what === "title-gained") primaries.set(server.cluster, server.name);
      else if (fact.what === "title-lost" || fact.what === "resigned") primaries.delete(server.cluster);
    },
    onCrash(world, node) {
      const server = world.servers.get(node);
      if (server === undefined || primaries.get(server.cluster) !== node) return;
      primaries.delete(server.cluster);
      if (awaitsQuietly(world, node)) watch(world, server.cluster, node);
    },
  };
}

/** Everybody else is well and at peace, and the standbys know whom to miss. */
function awaitsQuietly(world: WorldView, dead: string): boolean {
  const { cluster } = world.servers.get(dead) ?? { cluster: -1 };
  const standbys = [...world.servers.values()].filter((server) => server.cluster === cluster && server.name !== dead);
  if (standbys.length === 0) return false;
  const ready = standbys.every((server) => server.member.state.kind === "standby" && server.member.primary === dead);
  return (
    ready &&
    world.undisturbedBut(dead) &&
    !votersHold(world, cluster) &&
    !standbys.some(({ member }) => isHeld(member.store.guard, member.config.automaticChanges))
  );
}

/** A standby need not know of a pause, or of every change: the voters do, and they refuse. */
function votersHold(world: WorldView, cluster: number): boolean {
  const plan = world.clusters[cluster];
  if (plan === undefined) return false;
  const voters = [...world.voters.values()].filter((voter) => voter.cluster === cluster);
  const holding = voters.filter((voter) => holdOf(voter.disk.stored.guard, plan.automaticChanges, voter.clock.now().wall) !== null);
  return holding.length > voters.length - majorityOf(voters.length);
}

/** The order may have been the last thing that the dead primary sent. */
function votersPaused(world: WorldView, cluster: number): boolean {
  const voters = [...world.voters.values()].filter((voter) => voter.cluster === cluster);
  const paused = voters.filter((voter) => pauseInForce(voter.disk.stored.guard, voter.clock.now().wall) !== null);
  return paused.length > voters.length - majorityOf(voters.length);
}

/** Paused, or near enough to the limit of changes. */
function isHeld(guard: Guard, { limit }: AutomaticLimit): boolean {
  return guard.pause !== null || guard.changes.length + 1 >= limit;
}

function watch(world: WorldView, cluster: number, dead: string): void {
  const plan = world.clusters[cluster];
  if (plan === undefined) return;
  const { missLimit, keepaliveMs, promiseMs, clockRateError } = plan.timers;
  const begun = world.schedule.now;
  const done = world.faultsDone;
  // Promises longer than N intervals must run out first; a slow clock counts slowly.
  const boundMs = Math.max(missLimit * keepaliveMs, promiseMs) * (1 + clockRateError) + marginMs;
  world.schedule.at(begun + boundMs, () => {
    if (world.faultsDone !== done) return;
    const titled = [...world.servers.values()].some((server) => server.cluster === cluster && believesTitle(server));
    if (titled || votersPaused(world, cluster)) return;
    throw new Violation(
      invariant,
      `${dead} died at ${begun.toFixed(1)} ms; nobody has the title ${boundMs.toFixed(0)} ms later`,
      world.schedule.now,
    );
  });
}
