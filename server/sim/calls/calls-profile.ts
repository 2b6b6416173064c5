/**
 * Seeds of the swarm that carry calls: a small site with traffic, and the faults under which calls must live on. Clocks run as evenly as
 * those of real telephone gear (a record's error does not speak for clocks that run 5 % fast); delays stay what a LAN may show. In every
 * third of these seeds clocks are set, machines sleep and disks are lost.
 */
import { namedCluster } from "../cluster.ts";
import { calmNetwork } from "../network.ts";
import { type FaultKind, faultKinds, type Profile } from "../profile.ts";
import { between, chance, forkRandom, type Random, wholeBetween } from "../random.ts";
import type { CallsProfile } from "./calls-site.ts";

/** One seed in so many carries calls. */
const oneIn = 5;

export function carriesCalls(seed: number): boolean {
  return seed % oneIn === 0;
}

/** Clocks of calls seeds run so much fast or slow at most: ten times worse than a cheap crystal. */
const rateError = 0.0005;

const kinds: readonly FaultKind[] = [
  "crash",
  "crash-in-step",
  "freeze",
  "starve",
  "stall",
  "reboot",
  "cut",
  "split",
  "isolate",
  "slow",
  "switchover",
  "lend",
  "failover-now",
  "override",
  "pause",
];

const clockKinds: readonly FaultKind[] = ["suspend", "jump", "wipe"];

function setsClocks(seed: number): boolean {
  return seed % (3 * oneIn) === 0;
}

function drawCalls(seed: number): CallsProfile {
  const random = forkRandom(seed, "calls");
  return {
    site: { lines: wholeBetween(random, 3, 12), channels: wholeBetween(random, 2, 8), pollSeconds: wholeBetween(random, 2, 5) },
    traffic: {
      perSecond: between(random, 1, 5),
      meanHoldMs: between(random, 1_500, 10_000),
      abandoned: between(random, 0, 0.3),
      unanswered: between(random, 0, 0.15),
    },
  };
}

/** The profile of such a seed: what was drawn for every seed, made small, long and telephone-like. */
export function profileWithCalls(seed: number, drawn: Profile): Profile {
  const random = forkRandom(seed, "calls profile");
  return {
    ...drawn,
    clusters: [drawCluster(random)],
    network: drawNetwork(random),
    startMs: 5_000,
    safetyMs: wholeBetween(random, 8_000, 20_000),
    faults: wholeBetween(random, 1, 6),
    mix: drawMix(random, setsClocks(seed)),
    rateError: chance(random, 0.5) ? rateError : 0,
    newerMinor: [],
    calls: drawCalls(seed),
  };
}

function drawCluster(random: Random) {
  return namedCluster(1, chance(random, 0.8) ? 2 : 3, wholeBetween(random, 2, 6), wholeBetween(random, 0, 1), {
    partition: chance(random, 0.3) ? "strict" : "survive",
    merge: { when: "now" },
  });
}

function drawNetwork(random: Random) {
  if (chance(random, 0.4)) return calmNetwork;
  const low = between(random, 0.1, 2);
  return {
    ...calmNetwork,
    delayMs: [low, low + between(random, 0.1, 8)] as const,
    loss: chance(random, 0.5) ? between(random, 0, 0.08) : 0,
    duplication: chance(random, 0.3) ? between(random, 0, 0.1) : 0,
  };
}

function drawMix(random: Random, withClocks: boolean): Record<FaultKind, number> {
  const drawn = (kind: FaultKind): boolean => kinds.includes(kind) || (withClocks && clockKinds.includes(kind));
  const entries = faultKinds.map((kind) => [kind, drawn(kind) && chance(random, 0.45) ? wholeBetween(random, 1, 5) : 0] as const);
  const mix = Object.fromEntries(entries) as Record<FaultKind, number>;
  return { ...mix, crash: mix.crash + 1 };
}
