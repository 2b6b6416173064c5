/**
 * Draws rounds of faults by a seed, like the simulator's swarm: each round one to four of them, with some time between. The site is
 * mended after each round. What could take away more than a site can bear for good is held back: at most one disk is wiped in a round,
 * because voters without a memory abstain until somebody with the title admits them.
 */
import type { NodeName } from "../core/identity.ts";
import { type SeededRandom, seededRandom } from "../lab/traffic/seeded-random.ts";

export interface FaultySite {
  readonly servers: readonly NodeName[];
  readonly gateways: readonly NodeName[];
  readonly witnesses: readonly NodeName[];
}

type Draw = (random: SeededRandom, site: FaultySite) => readonly string[];

const pick = <T>(random: SeededRandom, from: readonly T[]): T => from[random.below(from.length)] as T;
const voters = (site: FaultySite): NodeName[] => [...site.gateways, ...site.witnesses];
const all = (site: FaultySite): NodeName[] => [...site.servers, ...voters(site)];

function two(random: SeededRandom, site: FaultySite): readonly [NodeName, NodeName] {
  const server = pick(random, site.servers);
  return [
    server,
    pick(
      random,
      all(site).filter((name) => name !== server),
    ),
  ];
}

/** Weight and what is done. A switchover amid faults is an order like another. */
const draws: readonly (readonly [weight: number, name: string, draw: Draw])[] = [
  [5, "crash a server", (random, site) => [`crash ${pick(random, site.servers)}`]],
  [3, "crash a voter", (random, site) => [`crash ${pick(random, voters(site))}`]],
  [2, "restart a server", (random, site) => restart(pick(random, site.servers))],
  [2, "reboot a gateway", (random, site) => [`reboot ${pick(random, site.gateways)}`]],
  [1, "wipe a voter", (random, site) => [`wipe ${pick(random, voters(site))}`]],
  [1, "wipe a server", (random, site) => [`wipe ${pick(random, site.servers)}`]],
  [5, "freeze for a while", (random, site) => freeze(random, pick(random, all(site)))],
  [3, "freeze a server around its lease", (random, site) => freezeBriefly(random, pick(random, site.servers))],
  [2, "starve a server", (random, site) => [`starve ${pick(random, site.servers)} ${500 + random.below(2000)} ${20 + random.below(120)}`]],
  [4, "cut one way", (random, site) => [`cut ${two(random, site).join(" ")}`]],
  [2, "cut the other way", (random, site) => [`cut ${[...two(random, site)].reverse().join(" ")}`]],
  [3, "cut both ways", (random, site) => [`cut-both ${two(random, site).join(" ")}`]],
  [3, "cut the servers' link", (random, site) => [`cut-both ${site.servers[0]} ${site.servers[1] ?? pick(random, voters(site))}`]],
  [3, "isolate", (random, site) => [`isolate ${pick(random, all(site))}`]],
  [2, "a server is not heard", (random, site) => oneWay(site, pick(random, site.servers), "from")],
  [2, "a server hears nothing", (random, site) => oneWay(site, pick(random, site.servers), "to")],
  [2, "split in two", (random, site) => split(random, site)],
  [1, "every server crashes", (_random, site) => site.servers.map((server) => `crash ${server}`)],
  [1, "two voters crash", (random, site) => [`crash ${pick(random, voters(site))}`, `crash ${pick(random, voters(site))}`]],
  [3, "loss", (random) => [`loss ${5 + random.below(35)}`]],
  [2, "loss between two", (random, site) => [`loss ${20 + random.below(70)} ${two(random, site).join(" ")}`]],
  [3, "delay", (random) => [`delay ${random.below(20)} ${30 + random.below(120)}`]],
  [
    1,
    "long delay between two",
    (random, site) => [`delay ${100 + random.below(200)} ${400 + random.below(600)} ${two(random, site).join(" ")}`],
  ],
  [2, "duplicates", (random) => [`duplicate ${10 + random.below(60)}`]],
  [3, "switchover", (random, site) => [`switchover ${pick(random, site.servers)}`]],
  [1, "failover now", (random, site) => [`failover-now ${pick(random, site.servers)}`]],
  [1, "override", (random, site) => [`override ${pick(random, site.servers)}`]],
  [2, "paused when it fails", (random, site) => [`pause ${1500 + random.below(2500)}`, `crash ${pick(random, site.servers)}`]],
  [2, "flapping link", (random, site) => flapping(random, two(random, site))],
];

function restart(node: NodeName): string[] {
  return [`crash ${node}`, `restart ${node}`];
}

function freeze(random: SeededRandom, node: NodeName): string[] {
  return [`freeze ${node}`, `run ${200 + random.below(3000)}`, `thaw ${node}`];
}

/** It still gets through the other way. */
function oneWay(site: FaultySite, server: NodeName, way: "from" | "to"): string[] {
  const others = all(site).filter((name) => name !== server);
  return others.map((other) => (way === "from" ? `cut ${server} ${other}` : `cut ${other} ${server}`));
}

/** The first server with some voters on one side, the others on the other. */
function split(random: SeededRandom, site: FaultySite): string[] {
  const [first, ...servers] = site.servers;
  const here = new Set(voters(site).filter(() => random.next() < 0.5));
  const cuts = voters(site).flatMap((voter) => (here.has(voter) ? servers : [first]).map((server) => `cut-both ${server} ${voter}`));
  return [...cuts, ...servers.map((server) => `cut-both ${first} ${server}`)];
}

/** The lease is 450 ms, the promise 500: the instants at which most could go wrong. */
function freezeBriefly(random: SeededRandom, node: NodeName): string[] {
  return [`freeze ${node}`, `run ${380 + random.below(300)}`, `thaw ${node}`];
}

function flapping(random: SeededRandom, [a, b]: readonly [NodeName, NodeName]): string[] {
  return Array.from({ length: 2 + random.below(4) }, () => [
    `cut-both ${a} ${b}`,
    `run ${100 + random.below(600)}`,
    `heal ${a} ${b}`,
    `run ${100 + random.below(500)}`,
  ]).flat();
}

const mostFaults = 4;

/** The steps of the round with this number: the same for the same seed, whatever became of the rounds before. */
export function roundOf(seed: number, round: number, site: FaultySite): string[] {
  const random = seededRandom((seed * 2_654_435_761 + round * 40_503) >>> 0);
  for (let warm = 0; warm < 3; warm += 1) random.next();
  const steps: string[] = [];
  const faults = 1 + random.below(mostFaults);
  let wiped = false;
  for (let fault = 0; fault < faults; fault += 1) {
    const drawn = drawOne(random, site);
    const wipes = drawn.some((step) => step.startsWith("wipe"));
    if (wipes && wiped) continue;
    wiped ||= wipes;
    steps.push(...drawn, `run ${100 + random.below(2500)}`);
  }
  return steps;
}

function drawOne(random: SeededRandom, site: FaultySite): readonly string[] {
  const sum = draws.reduce((total, [weight]) => total + weight, 0);
  let at = random.below(sum);
  for (const [weight, , draw] of draws) {
    if (at < weight) return draw(random, site);
    at -= weight;
  }
  return [];
}
