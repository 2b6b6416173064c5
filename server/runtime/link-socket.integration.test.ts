/** Tandem's link over real loopback UDP: what is let in, what is not, and 100,000 datagrams that must not matter. */
import { createSocket, type Socket } from "node:dgram";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Envelope, LinkMessage } from "../core/control/link-message.ts";
import type { HostPort } from "../core/site/site.ts";
import type { Now } from "../core/time.ts";
import { createLinkCodec, type LinkFrame, type LinkPath, macOctets } from "../protocols/link/codec.ts";
import { systemClock } from "./clock.ts";
import { Counters } from "./counters.ts";
import { FaultTable } from "./faults.ts";
import { createLinkKeys } from "./keys.ts";
import { createLinkOrigin, type LinkOrigin, type LinkSocket, openLinkSocket } from "./link-socket.ts";

const keys = createLinkKeys([{ id: 1, secret: "the-key-of-this-test-cluster" }]);
const query: LinkMessage = { kind: "query", missed: 2, missLimit: 5 };
const clock = systemClock();

interface Received {
  readonly envelope: Envelope;
  readonly message: LinkMessage;
  readonly at: Now;
  readonly path: LinkPath;
}

interface Node {
  readonly socket: LinkSocket;
  readonly counters: Counters;
  readonly faults: FaultTable;
  readonly nodes: Map<string, HostPort>;
  readonly received: Received[];
  readonly problems: string[];
}

const opened: Node[] = [];

async function openNode(self: string, path: LinkPath = 1, origin: LinkOrigin = createLinkOrigin(1000)): Promise<Node> {
  const parts = {
    counters: new Counters(),
    faults: new FaultTable(),
    nodes: new Map<string, HostPort>(),
    received: [] as Received[],
    problems: [] as string[],
  };
  const socket = await openLinkSocket({
    self,
    cluster: "demo",
    path,
    bind: { host: "127.0.0.1", port: 0 },
    keys,
    clock,
    origin,
    nodes: parts.nodes,
    faults: parts.faults,
    counters: parts.counters,
    onMessage: (envelope, message, at, onPath) => parts.received.push({ envelope, message, at, path: onPath }),
    onProblem: (text) => parts.problems.push(text),
  });
  const node = { ...parts, socket };
  opened.push(node);
  return node;
}

function introduce(a: Node, nameA: string, b: Node, nameB: string): void {
  a.nodes.set(nameB, b.socket.address);
  b.nodes.set(nameA, a.socket.address);
}

let attacker: Socket;
beforeEach(() => {
  attacker = createSocket("udp4");
});
afterEach(async () => {
  attacker.close();
  await Promise.all(opened.splice(0).map((node) => node.socket.close()));
});

function inject(datagram: Uint8Array, to: Node): Promise<void> {
  return new Promise((resolve) => attacker.send(datagram, to.socket.address.port, to.socket.address.host, () => resolve()));
}

const codec = createLinkCodec({ cluster: "demo", signingKeyId: 1, mac: (id, bytes) => keys.mac(id, bytes) });

function signed(frame: Partial<LinkFrame>): Uint8Array {
  const result = codec.encode({ envelope: { from: "cs-a", boot: 1000, sequence: 1 }, to: "cs-b", path: 1, message: query, ...frame });
  if (!result.ok) throw new Error(result.field);
  return result.datagram;
}

async function counted(node: Node, name: string, count: number): Promise<void> {
  await expect.poll(() => node.counters.get(name), { interval: 2, timeout: 5000 }).toBe(count);
}

describe("link socket", () => {
  test("a message arrives with its envelope, stamped between its sending and its handling", async () => {
    const a = await openNode("cs-a");
    const b = await openNode("cs-b");
    introduce(a, "cs-a", b, "cs-b");
    const sent = a.socket.send("cs-b", query);
    await counted(b, "link.accepted", 1);
    const [received] = b.received;
    expect(received?.envelope).toEqual({ from: "cs-a", boot: 1000, sequence: sent.sequence });
    expect(received?.message).toEqual(query);
    expect(received?.path).toBe(1);
    expect(received?.at.mono).toBeGreaterThan(sent.sentAt);
    expect(received?.at.mono).toBeLessThan(clock.now().mono);
  });

  test("both paths of a node share one sequence, and a datagram of one path is not believed on the other", async () => {
    const origin = createLinkOrigin(1000);
    const first = await openNode("cs-a", 1, origin);
    const second = await openNode("cs-a", 2, origin);
    const b = await openNode("cs-b", 2);
    first.nodes.set("cs-b", b.socket.address);
    introduce(second, "cs-a", b, "cs-b");
    expect(first.socket.send("cs-b", query).sequence).toBe(1);
    expect(second.socket.send("cs-b", query).sequence).toBe(2);
    await counted(b, "link.received", 2);
    expect(b.counters.snapshot()).toMatchObject({ "link.misdirected": 1, "link.accepted": 1 });
  });

  test("a cut is enforced by the sender, and by the receiver when only it knows", async () => {
    const a = await openNode("cs-a");
    const b = await openNode("cs-b");
    introduce(a, "cs-a", b, "cs-b");
    a.faults.set([{ from: "cs-a", to: "cs-b", path: 1 }]);
    expect(a.socket.send("cs-b", query).sequence).toBe(1);
    expect(a.counters.snapshot()).toEqual({ "link.cut": 1 });
    a.faults.set([]);
    b.faults.set([{ from: "cs-a", to: "cs-b", path: 1 }]);
    a.socket.send("cs-b", query);
    await counted(b, "link.cut", 1);
    b.socket.send("cs-a", query);
    await counted(a, "link.accepted", 1);
    expect(b.received).toEqual([]);
  });

  test("answers go to the configured address, not to where a datagram came from", async () => {
    const a = await openNode("cs-a");
    const b = await openNode("cs-b");
    introduce(a, "cs-a", b, "cs-b");
    await inject(signed({ envelope: { from: "cs-a", boot: 1000, sequence: 77 } }), b);
    await counted(b, "link.accepted", 1);
    b.socket.send("cs-a", query);
    await counted(a, "link.accepted", 1);
  });

  test("what cannot be sent is counted and told, and never throws", async () => {
    const a = await openNode("cs-a");
    a.nodes.set("nowhere", { host: "203.0.113.1", port: 0 });
    a.nodes.set("cs-b", { host: "127.0.0.1", port: 9 });
    a.socket.send("stranger", query);
    a.socket.send("nowhere", query);
    a.socket.send("cs-b", { kind: "query", missed: Number.NaN, missLimit: 5 });
    a.socket.send("cs-b", query);
    expect(a.counters.snapshot()).toMatchObject({
      "link.unknownRecipient": 1,
      "link.sendFailed": 1,
      "link.unencodable": 1,
      "link.sent": 1,
    });
    expect(a.problems).toHaveLength(1);
    await a.socket.close();
    expect(a.socket.send("cs-b", query).sequence).toBe(5);
  });

  test("each way of not belonging here has its counter", async () => {
    const b = await openNode("cs-b");
    b.nodes.set("cs-a", { host: "127.0.0.1", port: 9 });
    const good = signed({});
    const foreignKey = createLinkKeys([{ id: 9, secret: "another-key-of-another-test" }]);
    const foreign = createLinkCodec({ cluster: "demo", signingKeyId: 9, mac: (id, bytes) => foreignKey.mac(id, bytes) });
    const otherCluster = createLinkCodec({ cluster: "live", signingKeyId: 1, mac: (id, bytes) => keys.mac(id, bytes) });
    const frame: LinkFrame = { envelope: { from: "cs-a", boot: 1000, sequence: 1 }, to: "cs-b", path: 1, message: query };
    const byForeignKey = foreign.encode(frame);
    const byOtherCluster = otherCluster.encode(frame);
    const flipped = good.slice();
    flipped[20] = (flipped[20] ?? 0) ^ 1;
    const otherVersion = good.slice();
    otherVersion[4] = 9;
    await inject(good, b);
    await inject(good, b);
    await inject(signed({ envelope: { from: "cs-a", boot: 999, sequence: 2 } }), b);
    await inject(signed({ envelope: { from: "cs-x", boot: 1000, sequence: 2 } }), b);
    await inject(signed({ to: "gw-1", envelope: { from: "cs-a", boot: 1000, sequence: 3 } }), b);
    await inject(flipped, b);
    await inject(otherVersion, b);
    if (byForeignKey.ok) await inject(byForeignKey.datagram, b);
    if (byOtherCluster.ok) await inject(byOtherCluster.datagram, b);
    await inject(good.subarray(0, 50), b);
    await inject(new Uint8Array(0), b);
    await counted(b, "link.received", 11);
    expect(b.counters.snapshot()).toEqual({
      "link.received": 11,
      "link.accepted": 1,
      "link.replayed": 2,
      "link.unknownSender": 1,
      "link.misdirected": 1,
      "link.badMac": 1,
      "link.otherVersion": 1,
      "link.unknownKey": 1,
      "link.otherCluster": 1,
      "link.malformed": 2,
    });
  });

  test("100,000 random and forged datagrams: nothing is believed, nothing crashes, everything is counted", async () => {
    const b = await openNode("cs-b");
    b.nodes.set("cs-a", { host: "127.0.0.1", port: 9 });
    const good = signed({ envelope: { from: "cs-a", boot: 1000, sequence: 5 } });
    await inject(good, b);
    await counted(b, "link.accepted", 1);
    const random = seeded(7);
    const total = 100_000;
    for (let sent = 0; sent < total; ) {
      // In batches that fit the receive buffer, so that every one of them is really looked at.
      for (let i = 0; i < 250; i += 1, sent += 1) attacker.send(forged(good, sent, random), b.socket.address.port, b.socket.address.host);
      await expect.poll(() => b.counters.get("link.received"), { interval: 1, timeout: 5000 }).toBe(sent + 1);
    }
    const counters = b.counters.snapshot();
    expect(b.received).toHaveLength(1);
    expect(counters["link.accepted"]).toBe(1);
    for (const name of ["link.malformed", "link.badMac", "link.replayed", "link.unknownSender", "link.misdirected"]) {
      expect(counters[name]).toBeGreaterThan(10_000);
    }
    const refused = Object.entries(counters).filter(([name]) => name !== "link.received");
    expect(refused.reduce((sum, [, count]) => sum + count, 0)).toBe(total + 1);
    // It still works.
    await inject(signed({ envelope: { from: "cs-a", boot: 1000, sequence: 6 } }), b);
    await counted(b, "link.accepted", 2);
  }, 60_000);
});

function forged(good: Uint8Array, index: number, random: () => number): Uint8Array {
  switch (index % 6) {
    case 0: {
      const noise = new Uint8Array(random() % 1400);
      for (let at = 0; at < noise.length; at += 1) noise[at] = random();
      return noise;
    }
    case 1: {
      const flipped = good.slice();
      const bit = random() % (8 * good.length);
      flipped[bit >>> 3] = (flipped[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      return flipped;
    }
    case 2: {
      const guessed = good.slice();
      for (let at = guessed.length - macOctets; at < guessed.length; at += 1) guessed[at] = random();
      return guessed;
    }
    case 3:
      return good;
    case 4:
      return signed({ envelope: { from: "gw-9", boot: 1000, sequence: index } });
    default:
      return signed({ to: "gw-1", envelope: { from: "cs-a", boot: 2000, sequence: index } });
  }
}

/** xorshift32: the same datagrams in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
