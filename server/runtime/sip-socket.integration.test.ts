/** The SIP socket over real UDP and TCP on loopback: answers, retransmission, cuts, lost connections, claims, octets that are no messages. */
import { createSocket } from "node:dgram";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { NodeName } from "../core/identity.ts";
import type { HostPort } from "../core/site/site.ts";
import type { SipMessage } from "../protocols/sip/message.ts";
import { headerOf } from "../protocols/sip/message.ts";
import { type SipTimers, standardTimers } from "../protocols/sip/timers.ts";
import { systemClock } from "./clock.ts";
import { Counters } from "./counters.ts";
import { FaultTable } from "./faults.ts";
import type { OutgoingRequest, SipHandler, SipSocket, SipTransport } from "./sip-exchange.ts";
import { openSipSocket } from "./sip-socket.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

interface Side {
  readonly socket: SipSocket;
  readonly counters: Counters;
  readonly faults: FaultTable;
}

/** For tests of retransmission; elsewhere a busy machine would be taken for a lossy network. */
const hasty: SipTimers = { t1Ms: 20, t2Ms: 80, t4Ms: 100 };

async function side(self: NodeName, nodes: Map<NodeName, HostPort>, timers: SipTimers, onRequest: SipHandler): Promise<Side> {
  const counters = new Counters();
  const faults = new FaultTable();
  const bind = { host: "127.0.0.1", port: 0 };
  const socket = await openSipSocket({
    self,
    bind,
    nodes,
    clock: systemClock(),
    faults,
    counters,
    timers,
    onRequest,
    maxBodyOctets: 200_000,
  });
  open.push(socket);
  nodes.set(self, socket.address);
  return { socket, counters, faults };
}

async function pair(onRequest: SipHandler, timers = standardTimers) {
  const nodes = new Map<NodeName, HostPort>();
  const gateway = await side("gw-1", nodes, timers, onRequest);
  const server = await side("cs-a", nodes, timers, () => ({ status: 481 }));
  const to = (transport: SipTransport) => ({ ...gateway.socket.address, transport });
  return { gateway, server, to };
}

function message(socket: SipSocket, callId = socket.newToken(), body = ""): OutgoingRequest {
  const from = `<sip:cs@127.0.0.1>;tag=${socket.newToken()}`;
  return {
    method: "OPTIONS",
    uri: "sip:gw-1@127.0.0.1",
    headers: [
      ["From", from],
      ["To", "<sip:gw-1@127.0.0.1>"],
      ["Call-ID", callId],
      ["CSeq", "1 OPTIONS"],
    ],
    body,
  };
}

describe.each(["udp", "tcp"] as const)("over %s", (transport) => {
  test("a request is answered, and both messages can be watched", async () => {
    const { server, to } = await pair((request) => ({ status: 200, body: request.body.toUpperCase() }));
    const seen: [boolean, SipMessage["kind"]][] = [];
    const trace = (sent: boolean, { kind }: SipMessage) => seen.push([sent, kind]);
    const result = await server.socket.request(to(transport), message(server.socket, "x", "zoë"), {
      trace: (...told) => void trace(...told),
    });
    expect(result).toMatchObject({ kind: "response", attempts: 1, response: { status: 200, body: "ZOË" } });
    expect(seen).toEqual([
      [true, "request"],
      [false, "response"],
    ]);
  });

  test("a hundred at once are told apart, and a handler may take its time", async () => {
    const { server, to } = await pair(async (request) => {
      await new Promise((resolve) => setImmediate(resolve));
      return { status: 200, body: headerOf(request, "Call-ID") ?? "" };
    });
    const asked = Array.from({ length: 100 }, (_, i) => server.socket.request(to(transport), message(server.socket, `c${i}`)));
    const results = await Promise.all(asked);
    expect(results.map((result) => (result.kind === "response" ? result.response.body : null))).toEqual(
      Array.from({ length: 100 }, (_, i) => `c${i}`),
    );
    expect(server.socket.pending).toBe(0);
  });

  test("a handler that throws answers 500; one without an answer is silence", async () => {
    const { server, to } = await pair((request) => {
      if (request.body === "silence") return null;
      throw new Error("broken");
    });
    expect(await server.socket.request(to(transport), message(server.socket))).toMatchObject({ response: { status: 500 } });
    expect(await server.socket.request(to(transport), message(server.socket, "s", "silence"), { deadlineMs: 100 })).toMatchObject({
      kind: "timed-out",
    });
  });

  test("a cut lets nothing through, either way", async () => {
    const { server, gateway, to } = await pair(() => ({ status: 200 }));
    const ask = () => server.socket.request(to(transport), message(server.socket), { deadlineMs: 80 });
    gateway.faults.set([{ from: "cs-a", to: "gw-1", path: 1 }]);
    expect(await ask()).toMatchObject({ kind: "timed-out" });
    expect(gateway.counters.get("sip.cut")).toBeGreaterThan(0);
    expect(gateway.counters.get("sip.requests")).toBe(0);
    gateway.faults.set([]);
    server.faults.set([{ from: "gw-1", to: "cs-a", path: 1 }]);
    expect(await ask()).toMatchObject({ kind: "timed-out" });
    expect(gateway.counters.get("sip.requests")).toBe(1);
    server.faults.set([]);
    expect(await ask()).toMatchObject({ kind: "response" });
  });

  test("claims take what belongs to them, until they are given back", async () => {
    const { server, gateway, to } = await pair((_request, from) => ({ status: 200, headers: [["Subject", `${from.transport}`]] }));
    const release = gateway.socket.claim("mine", () => ({ status: 404 }));
    const status = async (callId: string) => {
      const result = await server.socket.request(to(transport), message(server.socket, callId));
      return result.kind === "response" ? result.response.status : result.kind;
    };
    expect(await status("mine")).toBe(404);
    expect(await status("other")).toBe(200);
    release();
    expect(await status("mine")).toBe(200);
  });
});

describe("UDP", () => {
  test("a lost answer is asked for again, and the request is executed once", async () => {
    let executed = 0;
    const { server, gateway, to } = await pair(() => {
      executed += 1;
      // The first answer is lost on its way.
      gateway.faults.set(executed === 1 && !cured ? [{ from: "gw-1", to: "cs-a", path: 1 }] : []);
      return { status: 200 };
    }, hasty);
    let cured = false;
    const waiting = server.socket.request(to("udp"), message(server.socket));
    await expect.poll(() => executed).toBe(1);
    cured = true;
    gateway.faults.set([]);
    expect(await waiting).toMatchObject({ kind: "response", response: { status: 200 } });
    expect(executed).toBe(1);
    expect(gateway.counters.get("sip.duplicate")).toBeGreaterThan(0);
  });

  test("nobody there: timed out, after retransmissions", async () => {
    const { server } = await pair(() => null, hasty);
    const result = await server.socket.request({ host: "127.0.0.1", port: 9, transport: "udp" }, message(server.socket), {
      deadlineMs: 150,
    });
    expect(result).toMatchObject({ kind: "timed-out" });
    expect(server.counters.get("sip.retransmitted")).toBeGreaterThan(0);
  });

  test("too large for a datagram is said at once", async () => {
    const { server, to } = await pair(() => ({ status: 200 }));
    expect(await server.socket.request(to("udp"), message(server.socket, "x", "x".repeat(66_000)))).toEqual({
      kind: "not-sent",
      reason: "too-large",
    });
  });

  test("random octets are counted and change nothing", async () => {
    const { server, gateway, to } = await pair(() => ({ status: 200 }));
    const sender = createSocket("udp4");
    open.push(sender);
    let state = 7;
    for (let i = 0; i < 200; i++) {
      const octets = Buffer.alloc(5 + (i % 90));
      for (let at = 0; at < octets.length; at++) {
        state = (state * 75 + 74) % 65_537;
        octets[at] = state & 0xff;
      }
      await new Promise<void>((resolve) => sender.send(octets, gateway.socket.address.port, "127.0.0.1", () => resolve()));
    }
    await expect.poll(() => gateway.counters.get("sip.malformed")).toBe(200);
    expect(await server.socket.request(to("udp"), message(server.socket))).toMatchObject({ kind: "response" });
  });
});

describe("TCP", () => {
  test("nobody listens: unreachable, without waiting for a timer", async () => {
    const { server } = await pair(() => null);
    const result = await server.socket.request({ host: "127.0.0.1", port: 9, transport: "tcp" }, message(server.socket), {
      deadlineMs: 5_000,
    });
    expect(result).toMatchObject({ kind: "unreachable" });
  });

  test("large bodies arrive whole; too large ones end the connection, and the next request makes a new one", async () => {
    const { server, gateway, to } = await pair((request) => ({ status: 200, body: String(request.body.length) }));
    const ask = (length: number) => server.socket.request(to("tcp"), message(server.socket, `l${length}`, "x".repeat(length)));
    expect(await ask(190_000)).toMatchObject({ response: { body: "190000" } });
    expect(await ask(210_000)).toMatchObject({ kind: "unreachable" });
    expect(gateway.counters.get("sip.malformed")).toBe(1);
    expect(await ask(10)).toMatchObject({ response: { body: "10" } });
  });

  test("a request can go back over the connection that another one came by", async () => {
    const answered: string[] = [];
    const { server, gateway, to } = await pair((_request, from) => {
      queueMicrotask(async () => {
        const back = { host: "127.0.0.1", port: 9, transport: "tcp", flow: from.flow } as const;
        answered.push((await gateway.socket.request(back, message(gateway.socket))).kind);
      });
      return { status: 200 };
    });
    await server.socket.request(to("tcp"), message(server.socket));
    await expect.poll(() => answered).toEqual(["response"]);
  });

  test("what is no SIP ends its own connection only; keep-alives are answered", async () => {
    const { server, gateway, to } = await pair(() => ({ status: 200 }));
    const { port } = gateway.socket.address;
    const raw = (text: string): Promise<[Socket, string]> => {
      return new Promise((resolve) => {
        const socket = connect(port, "127.0.0.1", () => socket.write(text));
        open.push({ close: () => socket.destroy() });
        socket.on("error", () => resolve([socket, "error"]));
        socket.on("close", () => resolve([socket, "closed"]));
        socket.on("data", (octets) => resolve([socket, octets.toString()]));
      });
    };
    expect((await raw("GET / HTTP/1.1\r\n\r\n"))[1]).toBe("closed");
    expect((await raw("\r\n\r\n"))[1]).toBe("\r\n");
    expect(await server.socket.request(to("tcp"), message(server.socket))).toMatchObject({ kind: "response" });
  });
});

test("closing settles what is under way", async () => {
  const { server, to } = await pair(() => null);
  const waiting = server.socket.request(to("udp"), message(server.socket));
  await server.socket.close();
  expect(await waiting).toEqual({ kind: "not-sent", reason: "closed" });
  expect(await server.socket.request(to("udp"), message(server.socket))).toEqual({ kind: "not-sent", reason: "closed" });
});
