import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GatewayStatus } from "../../core/status/node-status.ts";
import type { JournalEvent } from "../../core/timeline/journal-event.ts";
import { encodeRequestedEvents, encodeSignals } from "../../protocols/mgcp/endpoint-package.ts";
import { noLocalOptions } from "../../protocols/mgcp/local-options.ts";
import { createOperatorClient, type OperatorClient } from "../../runtime/operator-client.ts";
import type { RunningNode } from "../node-options.ts";
import { run } from "./main.ts";
import { makeSite, operatorToken, ScriptedServer, type TestSite } from "./testing/scripted-server.ts";

const callId = "0123456789ABCDEF0123456789ABCDEF";
const media = { ...noLocalOptions, codecs: ["PCMU"], ptimeMs: 20 };

let site: TestSite;
let a: ScriptedServer;
let b: ScriptedServer;
const nodes: RunningNode[] = [];
const operators = new Map<string, OperatorClient>();

function spec(name: string) {
  const found = site.site.gateways.find((gateway) => gateway.name === name);
  if (found === undefined) throw new Error(name);
  return found;
}

async function get<T>(name: string, path: string): Promise<T> {
  const reply = await operators.get(name)?.get<T>(path);
  if (reply?.ok !== true) throw new Error(`${path}: ${JSON.stringify(reply)}`);
  return reply.value;
}

async function post(name: string, path: string, body: unknown): Promise<void> {
  const reply = await operators.get(name)?.post(path, body);
  if (reply?.ok !== true) throw new Error(`${path}: ${JSON.stringify(reply)}`);
}

const status = (name: string) => get<GatewayStatus>(name, "/status");

async function statusWhen(name: string, holds: (status: GatewayStatus) => boolean): Promise<GatewayStatus> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const now = await status(name);
    if (holds(now)) return now;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${name} never got there: ${JSON.stringify(await status(name))}`);
}

async function events(name: string, what: string): Promise<JournalEvent[]> {
  const { events: all } = await get<{ events: JournalEvent[] }>(name, "/events?after=0&limit=5000");
  return all.filter((event) => event.what === what);
}

beforeAll(async () => {
  process.env.TANDEM_COMMISSION = "1";
  const portFrom = 30_000 + (process.pid % 150) * 200;
  site = await makeSite([
    { name: "if-1", kind: "interface", endpoints: 24, portFrom },
    { name: "gw-1", kind: "trunk", endpoints: 400, portFrom: portFrom + 200 },
  ]);
  a = await ScriptedServer.open("cs-a", site, 1_000);
  b = await ScriptedServer.open("cs-b", site, 2_000);
  for (const { name, operator } of site.site.gateways) {
    nodes.push(await run({ name, config: site.config, data: join(site.folder, name), lab: true }));
    operators.set(name, createOperatorClient({ ...operator, token: operatorToken }));
  }
});

afterAll(async () => {
  for (const client of operators.values()) client.close();
  for (const node of nodes) await node.close();
  await a?.close();
  await b?.close();
  site?.remove();
});

async function own(server: ScriptedServer, epoch: number): Promise<void> {
  for (const name of ["if-1", "gw-1"]) expect(await server.claim(name, epoch)).toBeNull();
  server.startBeating();
  for (const name of ["if-1", "gw-1"]) {
    expect((await server.command("RQNT", `*@${name}`, { notifiedEntity: `${server.name}@[127.0.0.1]` })).code).toBe(200);
  }
}

/** Line 1 calls the trunk's channel 1; both legs up and answered. */
async function setUpCall(server: ScriptedServer, line: number, channel: number, id: string): Promise<{ calling: string; called: string }> {
  const lineName = `aaln/${line}@if-1`;
  const channelName = `ds/e1-1/${channel}@gw-1`;
  const request = { callRef: id, endpointIndex: line, digits: "0123", answerAfterMs: 0, holdMs: 600_000, releasedBy: "calling" };
  await post("if-1", "/stations/call", request);
  await server.event(lineName, "l/hd");
  await server.command("RQNT", lineName, {
    requestId: "1",
    requestedEvents: encodeRequestedEvents(["off-hook", "on-hook", "digits"]),
    signals: encodeSignals([{ kind: "dial-tone" }]),
    digitMap: "(0xxx)",
  });
  const dialled = await server.event(lineName, "d/0");
  expect(dialled.parameters.observedEvents?.map((event) => event.name)).toEqual(["D/0", "D/1", "D/2", "D/3"]);
  expect(dialled.parameters.eventAgeMs).toBeLessThan(500);
  const calling = await server.command("CRCX", lineName, { callId: id, localOptions: media, mode: "recvonly" });
  expect(calling.code).toBe(200);
  const seizure = encodeSignals([{ kind: "seizure", called: "0123", calling: `200${line}` }]);
  const called = await server.command(
    "CRCX",
    channelName,
    {
      callId: id,
      localOptions: media,
      mode: "inactive",
      requestId: "2",
      requestedEvents: encodeRequestedEvents(["answer", "release"]),
      signals: seizure,
    },
    calling.bodies[0],
  );
  expect(called.code).toBe(200);
  await server.event(channelName, "ms/ans");
  const ids = { calling: calling.parameters.connectionIds?.[0] ?? "", called: called.parameters.connectionIds?.[0] ?? "" };
  await server.command("MDCX", channelName, { callId: id, connectionIds: [ids.called], mode: "sendrecv" });
  await server.command("MDCX", lineName, { callId: id, connectionIds: [ids.calling], mode: "sendrecv" }, called.bodies[0]);
  return ids;
}

describe("a gateway", () => {
  test("obeys nobody before a grant, and answers audits of any configured server", async () => {
    const refused = await a.command("CRCX", "aaln/1@if-1", { callId, mode: "recvonly" });
    expect(refused.code).toBe(521);
    expect((await b.command("AUEP", "aaln/1@if-1", { requestedInfo: ["I", "N", "ES"] })).code).toBe(200);
    expect((await b.command("AUEP", "aaln/*@if-1")).parameters.specificEndpoints).toHaveLength(24);
    expect((await b.command("AUEP", "aaln/25@if-1")).code).toBe(500);
    expect((await status("if-1")).connections).toBe(0);
    expect(await events("if-1", "command-refused")).not.toHaveLength(0);
  });

  test("carries a call with real media, through the death of its owner, into the hands of the next one", async () => {
    await post("gw-1", "/stations/answer", { afterMs: 30, jitterMs: 0 });
    await own(a, 1);
    const ids = await setUpCall(a, 1, 1, callId);
    const talking = await statusWhen("if-1", (now) => now.media.realStreams === 1 && now.media.packetsReceived > 25);
    expect(talking).toMatchObject({ connections: 1, state: "owned", owner: "cs-a", media: { packetsLost: 0, sequenceGaps: 0 } });
    const audited = await b.command("AUCX", "aaln/1@if-1", {
      connectionIds: [ids.calling],
      requestedInfo: ["C", "N", "L", "M", "P", "LC", "RC"],
    });
    expect(audited.parameters).toMatchObject({ callId, mode: "sendrecv", notifiedEntity: "cs-a@[127.0.0.1]" });
    expect(audited.bodies).toHaveLength(2);

    a.stopBeating();
    await statusWhen("if-1", (now) => now.state === "orphaned");
    expect((await a.command("DLCX", "aaln/1@if-1", { callId })).code).toBe(521);
    const orphaned = await statusWhen("if-1", (now) => now.media.packetsReceived > talking.media.packetsReceived + 25);
    expect(orphaned.media).toMatchObject({ realStreams: 1, sequenceGaps: 0, packetsLost: 0 });

    // A stale keepalive of a lower epoch, and a claim of the old owner, change nothing once the other one owns it.
    await own(b, 2);
    expect((await a.beat("if-1")).refusal).toBe("lower-epoch");
    expect((await a.command("MDCX", "aaln/1@if-1", { callId, connectionIds: [ids.calling], mode: "inactive" })).code).toBe(521);
    const entity = await a.command("AUEP", "aaln/1@if-1", { requestedInfo: ["I", "N", "ES"] });
    expect(entity.parameters).toMatchObject({ notifiedEntity: "cs-b@[127.0.0.1]", connectionIds: [ids.calling] });
    const after = await status("if-1");
    expect(after).toMatchObject({ owner: "cs-b", connections: 1, media: { sequenceGaps: 0, packetsLost: 0 } });
    expect(after.media.longestSilenceMs).toBeLessThan(200);

    const deleted = await b.command("DLCX", "aaln/1@if-1", { callId, connectionIds: [ids.calling] });
    expect(deleted.code).toBe(250);
    expect(deleted.parameters.connectionParameters).toMatchObject({ packetsLost: 0 });
    expect(deleted.parameters.connectionParameters?.packetsReceived).toBeGreaterThan(50);
    expect(
      (await b.command("DLCX", "ds/e1-1/1@gw-1", { callId, requestId: "3", signals: encodeSignals([{ kind: "release", cause: 16 }]) }))
        .code,
    ).toBe(250);
    await b.event("aaln/1@if-1", "l/hu");
    const { calls } = await get<{ calls: unknown[] }>("gw-1", "/stations/truth?after=0");
    expect(calls).toEqual([expect.objectContaining({ callId, side: "called", endpoint: "ds/e1-1/1@gw-1" })]);
    b.stopBeating();
  });

  test("ends the connection of a party that hangs up without an owner, keeps the event, and tells history", async () => {
    await statusWhen("if-1", (now) => now.state === "orphaned");
    await own(a, 3);
    const other = "F".repeat(32);
    const ids = await setUpCall(a, 2, 2, other);
    a.stopBeating();
    await statusWhen("gw-1", (now) => now.state === "orphaned");
    await post("gw-1", "/stations/hang-up", { callId: other, afterMs: 0 });
    await statusWhen("gw-1", (now) => now.connections === 0);
    await own(b, 4);
    const event = await b.event("ds/e1-1/2@gw-1", "ms/rel");
    expect(event.parameters.eventAgeMs).toBeGreaterThan(0);
    expect((await b.command("AUEP", "ds/e1-1/2@gw-1", { requestedInfo: ["I"] })).parameters.connectionIds).toEqual([]);
    const again = await b.command("DLCX", "ds/e1-1/2@gw-1", { callId: other, connectionIds: [ids.called] });
    expect(again.code).toBe(250);
    expect(
      (await b.command("DLCX", "aaln/2@if-1", { callId: other, requestId: "5", signals: encodeSignals([{ kind: "reorder-tone" }]) })).code,
    ).toBe(250);
    await b.event("aaln/2@if-1", "l/hu");
    b.stopBeating();
  });

  test("ends the connection of a party that hung up when the owner that was told of it lets go", async () => {
    await statusWhen("if-1", (now) => now.state === "orphaned");
    await own(a, 5);
    const other = "D".repeat(32);
    const ids = await setUpCall(a, 3, 3, other);
    await post("gw-1", "/stations/hang-up", { callId: other, afterMs: 0 });
    await a.event("ds/e1-1/3@gw-1", "ms/rel");
    expect((await a.command("AUEP", "ds/e1-1/3@gw-1", { requestedInfo: ["I"] })).parameters.connectionIds).toEqual([ids.called]);
    a.stopBeating();
    a.send("gw-1", { kind: "release", epoch: { number: 5, server: "cs-a" }, successor: "cs-b", titled: true });
    await statusWhen("gw-1", (now) => now.connections === 0);
    await statusWhen("if-1", (now) => now.state === "orphaned");
    await own(b, 6);
    await b.command("DLCX", "aaln/3@if-1", { callId: other, requestId: "7", signals: encodeSignals([{ kind: "reorder-tone" }]) });
    await b.event("aaln/3@if-1", "l/hu");
    b.stopBeating();
  });

  test("tells at once what its owner did not answer, when it is pointed to it anew", async () => {
    await statusWhen("if-1", (now) => now.state === "orphaned");
    await own(a, 7);
    a.answerCode = null;
    a.notified.length = 0;
    const request = { callRef: "anew", endpointIndex: 9, digits: "0123", answerAfterMs: 0, holdMs: 600_000, releasedBy: "calling" };
    await post("if-1", "/stations/call", request);
    const told = (): number => a.notified.filter((one) => one.endpoint === "aaln/9@if-1").length;
    // Sent again ever more rarely: after the fourth time there is silence for 800 ms at least.
    await a.until("the fourth time", () => (told() >= 4 ? true : null));
    a.answerCode = 200;
    a.notified.length = 0;
    await a.command("RQNT", "*@if-1", { notifiedEntity: "cs-a@[127.0.0.1]" });
    await a.until("the event anew", () => (told() > 0 ? true : null), 400);
    await a.command("RQNT", "aaln/9@if-1", { requestId: "6", signals: encodeSignals([{ kind: "reorder-tone" }]) });
    await a.event("aaln/9@if-1", "l/hu");
    a.stopBeating();
  });

  test("its journal proves that no two owners were obeyed at once", async () => {
    for (const name of ["if-1", "gw-1"]) {
      const reigns = await events(name, "last-command-obeyed");
      const intervals = reigns.map(({ data }) => [data.firstAtMono as number, data.lastAtMono as number] as const);
      for (let i = 1; i < intervals.length; i++) expect(intervals[i]?.[0]).toBeGreaterThan(intervals[i - 1]?.[1] ?? 0);
      expect((await events(name, "epoch-granted")).map(({ data }) => (data.epoch as { number: number }).number)).toEqual([
        1, 2, 3, 4, 5, 6, 7,
      ]);
      expect((await events(name, "command-obeyed")).length).toBeGreaterThanOrEqual(4);
    }
  });

  test("snmpbulkwalk and snmpget read its tables", async () => {
    await statusWhen("gw-1", (now) => now.state === "orphaned");
    await own(a, 8);
    for (let channel = 101; channel <= 400; channel++) {
      const id = channel.toString(16).padStart(32, "0");
      const signals = encodeSignals([{ kind: "seizure", called: "0123", calling: null }]);
      const seizing = { requestId: "3", requestedEvents: encodeRequestedEvents(["answer", "release"]), signals };
      const made = await a.command("CRCX", `ds/e1-1/${channel}@gw-1`, { callId: id, localOptions: media, mode: "inactive", ...seizing });
      expect(made.code).toBe(200);
    }
    const { host, port } = spec("gw-1").snmp;
    expect((await status("gw-1")).connections).toBe(300);
    const lines = await walkElsewhere(`${host}:${port}`, "1.3.6.1.2.1.10.21.1.3.1.1.9");
    expect(lines).toHaveLength(300);
    const count = await walkElsewhere(`${host}:${port}`, "1.3.6.1.4.1.9.9.63.1.3.8.2");
    expect(count[0]).toMatch(/Gauge32: 300$/);
    const history = await walkElsewhere(`${host}:${port}`, "1.3.6.1.2.1.10.21.1.4.3.1.9");
    const ciscoHistory = await walkElsewhere(`${host}:${port}`, "1.3.6.1.4.1.9.10.25.1.4.3.1.11");
    expect(history).toHaveLength(3);
    expect(ciscoHistory).toHaveLength(3);
    expect((await a.command("DLCX", "*@gw-1")).code).toBe(250);
    expect((await status("gw-1")).connections).toBe(0);
    a.stopBeating();
  });

  test("100,000 random and forged datagrams on the MGCP port change nothing", async () => {
    const before = await status("if-1");
    const { host, port } = spec("if-1").mgcp;
    const socket = createSocket("udp4");
    const forged = [
      `CRCX 77 aaln/3@if-1 MGCP 1.0\r\nC: 1\r\nM: recvonly\r\n`,
      `CRCX 78 aaln/3@if-1 MGCP 1.0\r\nX-Tandem: epoch=9;server=cs-a;boot=9;sequence=9;mac=${"0".repeat(64)}\r\nC: 1\r\nM: recvonly\r\n`,
      `DLCX 79 *@if-1 MGCP 1.0\r\n`,
      `200 80 OK\r\n`,
    ].map((text) => Buffer.from(text));
    let seed = 7;
    const next = (): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed;
    };
    for (let sent = 0; sent < 100_000; sent++) {
      const octets =
        sent % 10 === 0
          ? (forged[(sent / 10) % forged.length] as Buffer)
          : Buffer.from(Array.from({ length: next() % 120 }, () => next() >>> 24));
      socket.send(octets, port, host);
      // The agent reads in this very process: let it.
      if (sent % 40 === 39) await new Promise((resolve) => setImmediate(resolve));
    }
    const after = await statusWhen(
      "if-1",
      (now) => (now.counters["mgcp.received"] ?? 0) > (before.counters["mgcp.received"] ?? 0) + 50_000,
    );
    await new Promise<void>((resolve) => socket.close(() => resolve()));
    expect(after).toMatchObject({ connections: before.connections, epoch: before.epoch, owner: before.owner, endpoints: before.endpoints });
    for (const name of ["mgcp.malformed", "mgcp.badMac", "mgcp.unsigned"])
      expect(after.counters[name]).toBeGreaterThan(before.counters[name] ?? 0);
    expect((await b.command("AUEP", "aaln/1@if-1", { requestedInfo: ["I"] })).code).toBe(200);
  }, 60_000);
});

/** Runs Debian's tool without blocking this process, which is the agent. */
async function walkElsewhere(agent: string, oid: string): Promise<string[]> {
  const text = await new Promise<string>((resolve, reject) => {
    execFile("snmpbulkwalk", ["-v2c", "-c", "public", "-On", "-Cr50", agent, oid], (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  });
  return text.split("\n").filter((line) => line.startsWith(`.${oid}.`));
}
