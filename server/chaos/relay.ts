/**
 * A relay for the link's datagrams, because these kernels cannot delay: it holds each one for a random time, so that later ones
 * overtake earlier ones, and sends some twice. It runs as a process of its own in the relay's namespace; rules come as lines of JSON
 * on its standard input, and it tells once a second how late it was itself.
 */
import { createSocket, type Socket } from "node:dgram";
import { createInterface } from "node:readline";
import { seededRandom } from "../lab/traffic/seeded-random.ts";

export interface RelayLane {
  /** Where it listens. */
  readonly host: string;
  readonly port: number;
  readonly to: { readonly host: string; readonly port: number };
}

export interface RelayRule {
  readonly minMs: number;
  readonly maxMs: number;
  readonly duplicatePercent: number;
}

export type RelayOrder =
  | { readonly kind: "lanes"; readonly lanes: readonly RelayLane[]; readonly seed: number }
  /** By lane, in the order in which they were told; null = pass on at once. */
  | { readonly kind: "rules"; readonly rules: readonly (RelayRule | null)[] };

export interface RelayReport {
  readonly forwarded: number;
  readonly duplicated: number;
  /** Latest that a datagram went out after its time, ms, in the last second. */
  readonly lateMs: number;
}

const reportMs = 1000;

/** Until standard input ends. */
export async function runRelay(): Promise<void> {
  const relay = new Relay();
  const reporting = setInterval(() => process.stdout.write(`${JSON.stringify(relay.report())}\n`), reportMs);
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line) as RelayOrder;
    if (order.kind === "lanes") {
      await relay.open(order.lanes, order.seed);
      process.stdout.write("ready\n");
    } else relay.rules = order.rules;
  }
  clearInterval(reporting);
  relay.close();
}

class Relay {
  rules: readonly (RelayRule | null)[] = [];
  private readonly sockets: Socket[] = [];
  private random = seededRandom(1);
  private forwarded = 0;
  private duplicated = 0;
  private lateMs = 0;

  async open(lanes: readonly RelayLane[], seed: number): Promise<void> {
    this.random = seededRandom(seed);
    await Promise.all(lanes.map((lane, index) => this.listen(lane, index)));
  }

  close(): void {
    for (const socket of this.sockets) socket.close();
  }

  report(): RelayReport {
    const report = { forwarded: this.forwarded, duplicated: this.duplicated, lateMs: Math.round(this.lateMs) };
    this.lateMs = 0;
    return report;
  }

  private listen(lane: RelayLane, index: number): Promise<void> {
    const socket = createSocket("udp4");
    this.sockets.push(socket);
    // A machine that is down answers with an error; it is like a datagram lost on the way.
    const lost = (): void => {};
    const pass = (datagram: Buffer): void => {
      this.forwarded += 1;
      socket.send(datagram, lane.to.port, lane.to.host, lost);
    };
    socket.on("message", (datagram) => {
      const rule = this.rules[index] ?? null;
      if (rule === null) {
        pass(datagram);
        return;
      }
      this.hold(datagram, rule, pass);
      if (this.random.next() * 100 >= rule.duplicatePercent) return;
      this.duplicated += 1;
      this.hold(datagram, rule, pass);
    });
    return new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.bind(lane.port, lane.host, () => {
        socket.removeListener("error", reject);
        socket.on("error", lost);
        resolve();
      });
    });
  }

  private hold(datagram: Buffer, { minMs, maxMs }: RelayRule, pass: (datagram: Buffer) => void): void {
    const waitMs = minMs + this.random.next() * (maxMs - minMs);
    const due = performance.now() + waitMs;
    setTimeout(() => {
      this.lateMs = Math.max(this.lateMs, performance.now() - due);
      pass(datagram);
    }, waitMs);
  }
}
