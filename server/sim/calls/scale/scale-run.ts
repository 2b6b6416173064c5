/**
 * Scale: one cluster of many gateways with many calls up, its primary killed. What is modelled of the network: a server's link carries
 * 1 Gbit/s, each gateway's 10 Mbit/s, first come first served at both; a value read by SNMP takes 120 octets, a row 18 of them, or one where
 * the reader knew the row already; 50 rows to an answer, one question at a time for each gateway and 128 for a server; delays of 0.2 to 0.6 ms.
 * The processors of the nodes cost no virtual time. Both servers have audited every gateway before; hooks are not asked for afterwards.
 * Everything else is the core as it runs: control machines and voters for every gateway, 10 beats a second, call engines, transactions.
 */
import { namedCluster } from "../../cluster.ts";
import { crash } from "../../verbs.ts";
import { World } from "../../world.ts";
import { callsSite } from "../calls-site.ts";
import type { PlanePorts } from "../plane-ports.ts";
import { portsOf } from "../world-plane.ts";
import { LinkRates } from "./link-rates.ts";
import { ScalePlane } from "./scale-plane.ts";

export interface ScaleOptions {
  readonly gateways: number;
  readonly calls: number;
}

/** What only the program that runs it can tell. */
export interface Meter {
  /** Wall time in ms. */
  now(): number;
  /** Memory in use, in octets. */
  memory(): number;
}

export interface ScaleResult extends ScaleOptions {
  readonly wallMs: number;
  readonly setUpMs: number;
  readonly peakOctets: number;
  readonly jobs: number;
  /** From the primary's death, in virtual ms. */
  readonly titleMs: number;
  readonly firstAdoptedMs: number;
  readonly halfAdoptedMs: number;
  readonly lastAdoptedMs: number;
  /** Both legs of every call found by the new primary itself. */
  readonly lastConfirmedMs: number;
  readonly adopted: number;
  readonly lost: number;
}

const serverMbit = 1_000;
const gatewayMbit = 10;
const rowsPerAnswer = 50;
const stepMs = 100;
const longestMs = 120_000;

export function scaleRun(options: ScaleOptions, meter: Meter): ScaleResult {
  const began = meter.now();
  let peakOctets = 0;
  const measure = (): void => {
    peakOctets = Math.max(peakOctets, meter.memory());
  };
  const { world, plane } = scaleWorld(options);
  measure();
  const until = (done: () => boolean, what: string): void => {
    for (const end = world.schedule.now + longestMs; !done(); ) {
      if (world.schedule.now >= end) throw new Error(`${what} did not come about in ${longestMs} virtual ms`);
      world.run(stepMs);
      measure();
    }
  };
  for (const server of plane.servers.values()) for (const session of server.sessions.values()) session.auditedAlready();
  measure();
  until(() => plane.confirmed >= options.calls, "the first adoption of every call");
  const setUpMs = meter.now() - began;
  const primary = world.titled(0)[0]!;
  const half = adoptionOf(plane);
  const killedAt = world.schedule.now;
  crash(world, primary);
  let titleAt = 0;
  world.run(0);
  until(() => {
    if (titleAt === 0 && world.titled(0).length > 0) titleAt = world.schedule.now;
    return plane.confirmed >= options.calls;
  }, "the second adoption of every call");
  const since = (at: number): number => Math.round(at - killedAt);
  return {
    ...options,
    wallMs: Math.round(meter.now() - began),
    setUpMs: Math.round(setUpMs),
    peakOctets,
    jobs: world.schedule.ran,
    titleMs: since(plane.firstOwnedAt ?? titleAt),
    firstAdoptedMs: since(half.at(0) ?? 0),
    halfAdoptedMs: since(half.at(Math.floor(half.length / 2)) ?? 0),
    lastAdoptedMs: since(half.at(-1) ?? 0),
    lastConfirmedMs: since(plane.lastConfirmedAt),
    adopted: half.length,
    lost: plane.givenUp,
  };
}

/** Counts anew from here on. */
function adoptionOf(plane: ScalePlane): readonly number[] {
  plane.adoptedAt.length = 0;
  plane.confirmed = 0;
  plane.givenUp = 0;
  plane.firstOwnedAt = null;
  return plane.adoptedAt;
}

function scaleWorld({ gateways, calls }: ScaleOptions): { world: World; plane: ScalePlane } {
  const perGateway = Math.max(10, Math.ceil((2 * calls) / gateways));
  const cluster = namedCluster(1, 2, gateways, 0);
  const site = callsSite(cluster.gateways, { lines: perGateway, channels: perGateway, pollSeconds: 5 });
  const servers = new Set(cluster.servers);
  const rates = new LinkRates((node) => (servers.has(node) ? serverMbit : gatewayMbit));
  const world = new World({
    seed: 1,
    clusters: [cluster],
    plane: (made) => new ScalePlane(ratedPorts(made, rates), cluster.servers, site, calls, rowsPerAnswer),
  });
  return { world, plane: world.plane as ScalePlane };
}

function ratedPorts(world: World, rates: LinkRates): PlanePorts {
  const ports = portsOf(world);
  return {
    ...ports,
    note: () => {},
    carry(from, to, path, job, octets = 0) {
      if (octets === 0) {
        ports.carry(from, to, path, job);
        return;
      }
      const waitMs = rates.waitMs(from, to, octets, world.schedule.now);
      world.schedule.at(world.schedule.now + waitMs, () => ports.carry(from, to, path, job));
    },
  };
}
