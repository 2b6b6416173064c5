/**
 * The network between nodes: every ordered pair has two links (path 1 and 2), each with its own stream of chance, delay and cuts.
 * Delays are a uniform span with a slow tail; losses come singly or in bursts; reordering follows from unequal delays.
 */
import type { NodeName } from "../core/identity.ts";
import type { Instant } from "../core/time.ts";
import { forkRandom, type Random } from "./random.ts";
import type { Receiver } from "./receiver.ts";

export type Path = 1 | 2;

/** Every knob of the network; shares are 0..1, times in ms. */
export interface NetworkProfile {
  readonly delayMs: readonly [number, number];
  /** Share of datagrams that take up to `tailMs` longer. */
  readonly tail: number;
  readonly tailMs: number;
  readonly loss: number;
  readonly duplication: number;
  /** Share of datagrams that begin a burst in which nine of ten are lost. */
  readonly burst: number;
  readonly burstMs: number;
}

export const calmNetwork: NetworkProfile = {
  delayMs: [0.2, 0.6],
  tail: 0,
  tailMs: 0,
  loss: 0,
  duplication: 0,
  burst: 0,
  burstMs: 0,
};

const burstLoss = 0.9;

export interface Link {
  readonly random: Random;
  /** Who is at its end; looked up once. */
  receiver: Receiver | null;
  /** Faults that cut it now; open at 0. */
  cuts: number;
  /** Overrides of the profile. */
  loss: number | null;
  delayMs: readonly [number, number] | null;
  /** Added to every delay while the link is slow. */
  slowMs: number;
  burstUntil: Instant;
}

/** The links of one sender, by receiver: path 1 and path 2. */
export type Outgoing = Map<NodeName, readonly [Link, Link]>;

export class Network {
  profile: NetworkProfile;
  private readonly seed: number;
  private readonly links = new Map<NodeName, Outgoing>();
  /** Until then, datagrams may arrive that were sent while their link was slow. */
  stragglersUntil: Instant = 0;

  constructor(seed: number, profile: NetworkProfile) {
    this.seed = seed;
    this.profile = profile;
  }

  link(from: NodeName, to: NodeName, path: Path): Link {
    return this.linkOf(from, this.outgoingOf(from), to, path);
  }

  /** For senders that keep it, and so look up only the receiver. */
  outgoingOf(from: NodeName): Outgoing {
    let outgoing = this.links.get(from);
    if (outgoing === undefined) {
      outgoing = new Map();
      this.links.set(from, outgoing);
    }
    return outgoing;
  }

  linkOf(from: NodeName, outgoing: Outgoing, to: NodeName, path: Path): Link {
    let pair = outgoing.get(to);
    if (pair === undefined) {
      pair = [this.newLink(`${from}>${to}/1`), this.newLink(`${from}>${to}/2`)];
      outgoing.set(to, pair);
    }
    return path === 1 ? pair[0] : pair[1];
  }

  /** How long a datagram takes now; -1 = it is lost. */
  delayOf(link: Link, now: Instant): number {
    if (link.cuts > 0) return -1;
    const loss = link.loss ?? this.profile.loss;
    if (loss > 0 && link.random.next() < loss) return -1;
    if (this.profile.burst > 0 && this.burstTakes(link, now)) return -1;
    return this.delay(link);
  }

  /** The same for its second copy, to be asked only where the first one arrives; -1 = there is none. */
  delayOfCopy(link: Link): number {
    const { duplication } = this.profile;
    return duplication > 0 && link.random.next() < duplication ? this.delay(link) : -1;
  }

  /** Nothing is lost and nothing takes longer than 5 ms, now and on every link. */
  get calm(): boolean {
    const { delayMs, tail, loss, duplication, burst } = this.profile;
    if (delayMs[1] > calmDelayMs || tail > 0 || loss > 0 || duplication > 0 || burst > 0) return false;
    for (const outgoing of this.links.values()) {
      for (const pair of outgoing.values()) if (!pair.every(open)) return false;
    }
    return true;
  }

  healAll(): void {
    for (const outgoing of this.links.values()) {
      for (const pair of outgoing.values()) for (const link of pair) heal(link);
    }
  }

  healBetween(a: NodeName, b: NodeName): void {
    for (const path of [1, 2] as const) {
      heal(this.link(a, b, path));
      heal(this.link(b, a, path));
    }
  }

  private delay(link: Link): number {
    const { random } = link;
    const { delayMs, tail, tailMs } = this.profile;
    const span = link.delayMs ?? delayMs;
    const delay = span[0] + random.next() * (span[1] - span[0]) + link.slowMs;
    if (tail === 0 || random.next() >= tail) return delay;
    // Squared, so that most of the tail is short and some of it is long.
    const far = random.next();
    return delay + far * far * tailMs;
  }

  private burstTakes(link: Link, now: Instant): boolean {
    const { burst, burstMs } = this.profile;
    const { random } = link;
    if (now >= link.burstUntil && random.next() < burst) link.burstUntil = now + random.next() * burstMs;
    return now < link.burstUntil && random.next() < burstLoss;
  }

  private newLink(name: string): Link {
    return { random: forkRandom(this.seed, name), receiver: null, cuts: 0, loss: null, delayMs: null, slowMs: 0, burstUntil: 0 };
  }
}

const calmDelayMs = 5;

function open(link: Link): boolean {
  return link.cuts === 0 && link.loss === null && link.slowMs === 0 && (link.delayMs === null || link.delayMs[1] <= calmDelayMs);
}

function heal(link: Link): void {
  link.cuts = 0;
  link.loss = null;
  link.delayMs = null;
  link.slowMs = 0;
  link.burstUntil = 0;
}
