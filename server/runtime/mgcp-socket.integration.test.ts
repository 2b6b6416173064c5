/** The MGCP socket over real UDP on loopback: at most once, retransmission, faults, forged and random datagrams. */
import { createSocket } from "node:dgram";
import { afterEach, describe, expect, test } from "vitest";
import type { NodeName } from "../core/identity.ts";
import type { HostPort } from "../core/site/site.ts";
import { signMessage } from "../protocols/mgcp/authentication.ts";
import { command, encodeMessage } from "../protocols/mgcp/encode.ts";
import { octetsOf } from "../protocols/mgcp/text.ts";
import { auditRange, bootRange } from "../protocols/mgcp/transaction-range.ts";
import { systemClock } from "./clock.ts";
import { Counters } from "./counters.ts";
import { FaultTable } from "./faults.ts";
import { createLinkKeys } from "./keys.ts";
import { type MgcpSocket, type MgcpSocketOptions, openMgcpSocket } from "./mgcp-socket.ts";

const keys = createLinkKeys([{ id: 1, secret: "a secret of the cluster, for tests" }]);
const foreignKeys = createLinkKeys([{ id: 1, secret: "a secret that is somebody else's" }]);
const serverBoot = 1_790_000_000_000;
const gatewayBoot = 1_790_000_060_000;

const open: MgcpSocket[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((socket) => socket.close()));
});

interface Side {
  readonly socket: MgcpSocket;
  readonly counters: Counters;
  readonly faults: FaultTable;
}

async function side(
  self: NodeName,
  role: "server" | "gateway",
  nodes: Map<NodeName, HostPort>,
  onCommand: MgcpSocketOptions["onCommand"],
): Promise<Side> {
  const counters = new Counters();
  const faults = new FaultTable();
  const boot = role === "server" ? serverBoot : gatewayBoot;
  const socket = await openMgcpSocket({
    self,
    role,
    bind: { host: "127.0.0.1", port: 0 },
    nodes,
    keys,
    boot,
    clock: systemClock(),
    faults,
    counters,
    range: role === "server" ? auditRange(0, boot) : bootRange(boot),
    onCommand,
  });
  open.push(socket);
  nodes.set(self, socket.address);
  return { socket, counters, faults };
}

async function pair(onCommand: MgcpSocketOptions["onCommand"]) {
  const nodes = new Map<NodeName, HostPort>();
  const gateway = await side("if-1", "gateway", nodes, onCommand);
  const server = await side("cs-a", "server", nodes, () => ({ code: 200 }));
  return { gateway, server, nodes, to: { node: "if-1", ...gateway.socket.address } };
}

describe("a request", () => {
  test("is answered, with round trip and the gateway's boot", async () => {
    const { server, to } = await pair((asked) => ({
      code: 200,
      parameters: { connectionIds: ["0000002A"], callId: asked.parameters.callId },
    }));
    const result = await server.socket.request(to, command("CRCX", "aaln/1@if-1", { callId: "AB", mode: "recvonly" }), { epoch: 41 });
    expect(result).toMatchObject({ kind: "response", attempts: 1, boot: gatewayBoot });
    if (result.kind !== "response") return;
    expect(result.response.parameters.connectionIds).toEqual(["0000002A"]);
    expect(result.response.transactionId).toBe(41 * 200_000 + 1);
  });

  test("is executed once although it is retransmitted, and the duplicate gets the same answer", async () => {
    let executed = 0;
    const { server, gateway, to } = await pair(async () => {
      executed += 1;
      await new Promise((resolve) => setTimeout(resolve, 350));
      return { code: 200 };
    });
    const result = await server.socket.request(to, command("DLCX", "aaln/1@if-1", { callId: "AB" }), { epoch: 1 });
    expect(result).toMatchObject({ kind: "response" });
    expect(executed).toBe(1);
    expect(gateway.counters.get("mgcp.duplicate")).toBeGreaterThan(0);
  });

  test("that is cut times out at its deadline; after healing the next one goes through", async () => {
    const { server, gateway, to } = await pair(() => ({ code: 200 }));
    gateway.faults.set([{ from: "cs-a", to: "if-1", path: 1 }]);
    const cut = await server.socket.request(to, command("AUEP", "aaln/1@if-1", {}), { deadlineMs: 250 });
    expect(cut).toMatchObject({ kind: "timed-out" });
    expect(gateway.counters.get("mgcp.cut")).toBeGreaterThan(0);
    gateway.faults.set([]);
    expect(await server.socket.request(to, command("AUEP", "aaln/1@if-1", {}))).toMatchObject({ kind: "response" });
  });

  test("is no longer transmitted once it is not permitted", async () => {
    const { server, to } = await pair(() => ({ code: 200 }));
    const result = await server.socket.request(to, command("RQNT", "*@if-1", { requestId: "1" }), { epoch: 1, permit: () => false });
    expect(result).toEqual({ kind: "not-sent", reason: "not-permitted" });
  });

  test("with a critical extension or an unknown parameter is refused before anybody obeys it", async () => {
    let executed = 0;
    const { server, to } = await pair(() => {
      executed += 1;
      return { code: 200 };
    });
    const ask = (name: string) => server.socket.request(to, command("RQNT", "aaln/1@if-1", { requestId: "1", others: [[name, "1"]] }));
    expect(await ask("X+Critical")).toMatchObject({ kind: "response", response: { code: 511 } });
    expect(await ask("ZZ")).toMatchObject({ kind: "response", response: { code: 539 } });
    expect(await ask("X-Harmless")).toMatchObject({ kind: "response", response: { code: 200 } });
    expect(executed).toBe(1);
  });

  test("1,000 at once are all answered, at most 64 under way", async () => {
    let concurrent = 0;
    let most = 0;
    const { server, to } = await pair(async () => {
      concurrent += 1;
      most = Math.max(most, concurrent);
      await new Promise((resolve) => setImmediate(resolve));
      concurrent -= 1;
      return { code: 200 };
    });
    const results = await Promise.all(Array.from({ length: 1000 }, () => server.socket.request(to, command("AUEP", "aaln/1@if-1", {}))));
    expect(results.every((result) => result.kind === "response")).toBe(true);
    expect(most).toBeLessThanOrEqual(64);
  });

  test("audits that may travel together share datagrams both ways; each is signed, answered and repeated on its own", async () => {
    let asked = 0;
    const { server, gateway, to } = await pair(() => {
      asked += 1;
      return { code: 200 };
    });
    const together = { together: true };
    const results = await Promise.all(
      Array.from({ length: 500 }, (_, i) => server.socket.request(to, command("AUEP", `aaln/${i + 1}@if-1`, {}), together)),
    );
    expect(results.every((result) => result.kind === "response")).toBe(true);
    expect(asked).toBe(500);
    for (const { counters } of [server, gateway]) {
      expect(counters.get("mgcp.sharedDatagrams")).toBeGreaterThan(50);
      expect(counters.get("mgcp.received")).toBeLessThan(300);
    }
    expect(server.counters.get("mgcp.received")).toBeGreaterThan(0);
  });
});

describe("whatever else arrives", () => {
  test("100,000 random and forged datagrams change nothing, and are counted", { timeout: 60_000 }, async () => {
    let executed = 0;
    const { server, gateway, to } = await pair(() => {
      executed += 1;
      return { code: 200 };
    });
    const storm = createSocket("udp4");
    const valid = encodeMessage({ ...command("DLCX", "aaln/1@if-1", { callId: "AB" }), transactionId: 77 });
    const forged = signMessage(valid, { kind: "server", name: "cs-a", epoch: 9, boot: serverBoot, sequence: 5 }, foreignKeys);
    const signed = signMessage(valid, { kind: "server", name: "cs-a", epoch: 9, boot: serverBoot, sequence: 6 }, keys);
    let seed = 1;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 0x100000000) * below);
    };
    const make = (i: number): Uint8Array => {
      switch (i % 4) {
        case 0:
          return Uint8Array.from({ length: random(300) }, () => random(256));
        case 1:
          return octetsOf(forged);
        case 2:
          return octetsOf(valid);
        default: {
          const flipped = octetsOf(signed);
          const at = random(flipped.length);
          flipped[at] = (flipped[at] as number) ^ (1 << random(8));
          return flipped.length > 0 ? flipped.slice(0, random(8) === 0 ? random(flipped.length) : flipped.length) : flipped;
        }
      }
    };
    const total = 100_000;
    const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
    for (let sent = 0; sent < total; ) {
      for (let burst = 0; burst < 200; burst++, sent++) storm.send(make(sent), to.port, to.host);
      // The receiver keeps pace; what the system drops all the same shows as standing still.
      for (let still = 0, before = -1; still < 5 && gateway.counters.get("mgcp.received") < sent; still++) {
        await turn();
        const received = gateway.counters.get("mgcp.received");
        if (received !== before) still = 0;
        before = received;
      }
    }
    await expect
      .poll(() => server.socket.request(to, command("AUEP", "aaln/1@if-1", {})).then((result) => result.kind), { timeout: 10_000 })
      .toBe("response");
    storm.close();
    expect(executed).toBeLessThan(20);
    expect(gateway.counters.get("mgcp.commands")).toBe(executed);
    expect(gateway.counters.get("mgcp.received")).toBeGreaterThan(total / 2);
    for (const name of ["mgcp.malformed", "mgcp.badMac", "mgcp.unsigned"]) expect(gateway.counters.get(name)).toBeGreaterThan(1000);
    expect(gateway.counters.get("mgcp.sent")).toBeLessThan(3000);
  });

  test("a recorded command is not obeyed again, not even under another transaction's memory", async () => {
    let executed = 0;
    const { gateway, to } = await pair(() => {
      executed += 1;
      return { code: 200 };
    });
    const text = encodeMessage({ ...command("DLCX", "aaln/1@if-1", { callId: "AB" }), transactionId: 77 });
    const recorded = octetsOf(signMessage(text, { kind: "server", name: "cs-a", epoch: 9, boot: serverBoot, sequence: 6 }, keys));
    const olderBoot = octetsOf(signMessage(text, { kind: "server", name: "cs-a", epoch: 9, boot: serverBoot - 1, sequence: 7 }, keys));
    const wire = createSocket("udp4");
    for (const octets of [recorded, recorded, recorded, olderBoot]) wire.send(octets, to.port, to.host);
    await expect.poll(() => gateway.counters.get("mgcp.received")).toBe(4);
    wire.close();
    expect(executed).toBe(1);
    expect(gateway.counters.get("mgcp.duplicate")).toBe(2);
    expect(gateway.counters.get("mgcp.replayed")).toBe(1);
  });
});
