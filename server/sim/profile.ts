/**
 * Swarm: each seed draws a whole profile — clusters, timers, network, mix of faults —, so that rare combinations come up by themselves.
 * A profile is printed before anything runs; the seed alone gives it back.
 */
import { defaultTimers, type Timers, timerProblems } from "../core/site/timers.ts";
import type { CallsProfile } from "./calls/calls-site.ts";
import { type ClusterPlan, namedCluster } from "./cluster.ts";
import { calmNetwork, type NetworkProfile } from "./network.ts";
import { between, chance, forkRandom, pick, type Random, wholeBetween } from "./random.ts";

export interface Profile {
  readonly seed: number;
  readonly clusters: readonly ClusterPlan[];
  readonly network: NetworkProfile;
  /** Faults begin after the start and end with the safety phase. */
  readonly startMs: number;
  readonly safetyMs: number;
  /** The stated bound: so long after healing everything must be well. */
  readonly livenessMs: number;
  readonly faults: number;
  /** Weight of each kind of fault in this seed; 0 = none of it. */
  readonly mix: Readonly<Record<FaultKind, number>>;
  /** Clocks run up to this much fast or slow. */
  readonly rateError: number;
  readonly newerMinor: readonly string[];
  /** Null where no calls are carried. */
  readonly calls: CallsProfile | null;
}

export const faultKinds = [
  "crash",
  "crash-in-step",
  "freeze",
  "starve",
  "suspend",
  "stall",
  "reboot",
  "wipe",
  "cut",
  "split",
  "isolate",
  "slow",
  "jump",
  "switchover",
  "lend",
  "failover-now",
  "override",
  "pause",
  "acknowledge",
  "voters",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** So long after everything is healed there is one title and every gateway obeys it. */
export const livenessBoundMs = 6000;

export function drawProfile(seed: number): Profile {
  const random = forkRandom(seed, "profile");
  const clusters = Array.from({ length: drawClusters(random) }, (_, i) => drawCluster(random, i + 1));
  const nodes = clusters.flatMap((plan) => [...plan.servers, ...plan.gateways, ...plan.witnesses, ...plan.nonVoting]);
  const d = Math.min(...clusters.map((plan) => plan.timers.clockRateError));
  return {
    seed,
    clusters,
    network: drawNetwork(random),
    startMs: 1500,
    safetyMs: wholeBetween(random, 5000, 9000),
    livenessMs: livenessBoundMs,
    faults: wholeBetween(random, 2, 14),
    mix: drawMix(random),
    rateError: chance(random, 0.5) ? d : random.next() * d,
    newerMinor: chance(random, 0.1) ? nodes.filter(() => chance(random, 0.4)) : [],
    calls: null,
  };
}

function drawClusters(random: Random): number {
  const x = random.next();
  return x < 0.85 ? 1 : x < 0.96 ? 2 : 3;
}

function drawCluster(random: Random, number: number): ClusterPlan {
  const x = random.next();
  const servers = x < 0.65 ? 2 : x < 0.9 ? 3 : 4;
  const size = random.next();
  const gateways = size < 0.9 ? wholeBetween(random, 1, 12) : size < 0.985 ? wholeBetween(random, 13, 40) : wholeBetween(random, 41, 200);
  const witnesses = gateways < 3 ? wholeBetween(random, 0, 3) : wholeBetween(random, 0, 1);
  const prefix = number === 1 ? "" : `${number}-`;
  const phones = chance(random, 0.25) ? wholeBetween(random, 1, 3) : 0;
  return namedCluster(number, servers, gateways, witnesses, {
    nonVoting: Array.from({ length: phones }, (_, i) => `${prefix}ph-${i + 1}`),
    timers: chance(random, 0.3) ? drawTimers(random) : defaultTimers,
    partition: chance(random, 0.3) ? "strict" : "survive",
    merge: chance(random, 0.7) ? { when: "now" } : { when: "at-zero-calls" },
    failback: pick(random, [{ when: "manual" }, { when: "manual" }, { when: "now" }, { when: "at-zero-calls" }] as const),
    automaticChanges: { limit: chance(random, 0.3) ? wholeBetween(random, 2, 4) : 1000, windowMs: 3_600_000 },
  });
}

/** Other legal timers; the arithmetic of the configuration decides what is legal. */
function drawTimers(random: Random): Timers {
  const keepaliveMs = pick(random, [50, 80, 100, 150, 200]);
  const missLimit = wholeBetween(random, 3, 7);
  const clockRateError = pick(random, [0.01, 0.02, 0.05]);
  const leaseMs = Math.round(keepaliveMs * between(random, 3, 5));
  const timers: Timers = {
    ...defaultTimers,
    keepaliveMs,
    missLimit,
    suspectAt: wholeBetween(random, 1, missLimit - 1),
    leaseMs,
    promiseMs: Math.ceil((leaseMs * (1 + clockRateError)) / (1 - clockRateError)) + wholeBetween(random, 1, 60),
    voteMs: Math.max(200, 2 * keepaliveMs),
    clockRateError,
  };
  return timerProblems(timers).length === 0 ? timers : defaultTimers;
}

function drawNetwork(random: Random): NetworkProfile {
  if (chance(random, 0.3)) return calmNetwork;
  const low = between(random, 0.1, 2);
  return {
    delayMs: [low, low + between(random, 0.1, chance(random, 0.2) ? 60 : 8)],
    tail: chance(random, 0.4) ? between(random, 0, 0.1) : 0,
    tailMs: between(random, 10, 400),
    loss: chance(random, 0.6) ? between(random, 0, 0.2) : 0,
    duplication: chance(random, 0.4) ? between(random, 0, 0.2) : 0,
    burst: chance(random, 0.3) ? between(random, 0, 0.01) : 0,
    burstMs: between(random, 20, 600),
  };
}

/** Some kinds are left out of each seed, so that the others are not always drowned by them. */
function drawMix(random: Random): Record<FaultKind, number> {
  const entries = faultKinds.map((kind) => [kind, chance(random, 0.45) ? wholeBetween(random, 1, 5) : 0] as const);
  const mix = Object.fromEntries(entries) as Record<FaultKind, number>;
  return entries.every(([, weight]) => weight === 0) ? { ...mix, crash: 1 } : mix;
}

/** The first lines of every run: enough to see what kind of site this is. */
export function profileText(profile: Profile): string {
  const clusters = profile.clusters.map((plan) => {
    const phones = plan.nonVoting.length > 0 ? `, ${plan.nonVoting.length} without a vote` : "";
    const { timers } = plan;
    const changed =
      timers === defaultTimers
        ? ""
        : `, keepalive ${timers.keepaliveMs} × ${timers.missLimit}, lease ${timers.leaseMs}, promise ${timers.promiseMs} ms`;
    const rules = `${plan.partition}, merge ${plan.merge.when}, failback ${plan.failback.when}, K ${plan.automaticChanges.limit}`;
    return `${plan.servers.length} servers, ${plan.gateways.length} gateways, ${plan.witnesses.length} witnesses${phones}${changed}, ${rules}`;
  });
  const { network } = profile;
  const mix = faultKinds.filter((kind) => profile.mix[kind] > 0).map((kind) => `${kind} × ${profile.mix[kind]}`);
  return [
    `seed ${profile.seed}: ${clusters.join(" | ")}`,
    `network ${network.delayMs.map((ms) => ms.toFixed(1)).join("–")} ms, loss ${percent(network.loss)}, duplication ${percent(network.duplication)}, tail ${percent(network.tail)} of ${network.tailMs.toFixed(0)} ms, bursts ${percent(network.burst)} of ${network.burstMs.toFixed(0)} ms`,
    ...(profile.calls
      ? [
          `calls ${profile.calls.traffic.perSecond.toFixed(1)} a second, ${(profile.calls.traffic.meanHoldMs / 1000).toFixed(1)} s long on average`,
        ]
      : []),
    `${profile.faults} faults in ${profile.safetyMs} ms, drawn from ${mix.join(", ")}; clocks within ${percent(profile.rateError)}${profile.newerMinor.length > 0 ? `, newer link at ${profile.newerMinor.join(" ")}` : ""}`,
  ].join("\n");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
