/**
 * The relay itself: every datagram that comes from a client goes to the target after a delay, every answer goes back to that client
 * after another. Each client has a socket of its own towards the target, so that answers find their way and the target tells clients apart.
 */
import { createSocket, type Socket } from "node:dgram";
import { seededRandom } from "../../server/lab/traffic/seeded-random.ts";
import { DelayLine, type Deviation } from "./delay-line.ts";

export interface Place {
  readonly host: string;
  readonly port: number;
}

export interface RelayOptions {
  /** Where clients send to; port 0 = any that is free. */
  readonly listen: Place;
  readonly target: Place;
  readonly toTargetMs: number;
  readonly toClientMs: number;
  /** Of the datagrams of each direction. */
  readonly lossPercent: number;
  readonly duplicatePercent: number;
  /** Which ones are lost and which are doubled, counted in the order in which they come. */
  readonly seed: number;
}

export interface DirectionReport {
  readonly received: number;
  readonly forwarded: number;
  readonly lost: number;
  readonly duplicated: number;
  /** No room, or an error of the socket. */
  readonly dropped: number;
  readonly deviation: Deviation;
}

export interface RelayReport {
  readonly clients: number;
  /** Datagrams of clients beyond the bound. */
  readonly refused: number;
  readonly toTarget: DirectionReport;
  readonly toClient: DirectionReport;
}

const mostClients = 1000;
const mostWaiting = 200_000;
const bufferOctets = 4 * 2 ** 20;

class Direction {
  private readonly line: DelayLine;
  private readonly options: RelayOptions;
  private readonly random: ReturnType<typeof seededRandom>;
  private readonly counts = { received: 0, forwarded: 0, lost: 0, duplicated: 0, failed: 0 };

  constructor(options: RelayOptions, delayMs: number, seed: number) {
    this.options = options;
    this.line = new DelayLine({ delayMs, capacity: mostWaiting });
    this.random = seededRandom(seed);
  }

  /** @param forward called once, twice or never, after the delay */
  pass(forward: (done: (error: Error | null) => void) => void): void {
    const { counts, options, random } = this;
    counts.received += 1;
    // Both are drawn for each datagram, so that the fate of one does not depend on the other's percentage.
    const lost = random.next() * 100 < options.lossPercent;
    const doubled = random.next() * 100 < options.duplicatePercent;
    if (lost) {
      counts.lost += 1;
      return;
    }
    const leave = (): void =>
      forward((error) => {
        if (error === null) counts.forwarded += 1;
        else counts.failed += 1;
      });
    this.line.enter(leave);
    if (!doubled) return;
    counts.duplicated += 1;
    this.line.enter(leave);
  }

  report(): DirectionReport {
    const { failed, ...counts } = this.counts;
    return { ...counts, dropped: failed + this.line.dropped, deviation: this.line.deviation() };
  }

  clear(): void {
    this.line.clear();
  }
}

export class Relay {
  private readonly options: RelayOptions;
  private readonly toTarget: Direction;
  private readonly toClient: Direction;
  private readonly front = createSocket({ type: "udp4", recvBufferSize: bufferOctets, sendBufferSize: bufferOctets });
  private readonly backs = new Map<string, Socket>();
  private refused = 0;

  constructor(options: RelayOptions) {
    this.options = options;
    this.toTarget = new Direction(options, options.toTargetMs, options.seed);
    this.toClient = new Direction(options, options.toClientMs, options.seed + 1);
  }

  /** The port that it listens on. */
  open(): Promise<number> {
    const { front, options } = this;
    const { host, port } = options.target;
    front.on("message", (datagram, from) => {
      const back = this.backFor(from.address, from.port);
      if (back === null) this.refused += 1;
      else this.toTarget.pass((done) => back.send(datagram, port, host, done));
    });
    return new Promise((resolve, reject) => {
      front.once("error", reject);
      front.bind(options.listen.port, options.listen.host, () => {
        front.removeListener("error", reject);
        front.on("error", () => {});
        resolve(front.address().port);
      });
    });
  }

  close(): void {
    for (const direction of [this.toTarget, this.toClient]) direction.clear();
    for (const socket of [this.front, ...this.backs.values()]) socket.close();
  }

  report(): RelayReport {
    return { clients: this.backs.size, refused: this.refused, toTarget: this.toTarget.report(), toClient: this.toClient.report() };
  }

  private backFor(host: string, port: number): Socket | null {
    const name = `${host}:${port}`;
    const known = this.backs.get(name);
    if (known !== undefined) return known;
    if (this.backs.size >= mostClients) return null;
    const back = createSocket({ type: "udp4", recvBufferSize: bufferOctets, sendBufferSize: bufferOctets });
    // A target that is down answers with an error of the socket; that is like a datagram lost on the way.
    back.on("error", () => {});
    back.on("message", (datagram) => this.toClient.pass((done) => this.front.send(datagram, port, host, done)));
    this.backs.set(name, back);
    return back;
  }
}
