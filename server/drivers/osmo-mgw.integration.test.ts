/** Gear that Tandem did not make, for real: osmo-mgw is audited, taken over from another address, killed and started again. */
import { createSocket } from "node:dgram";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { command } from "../protocols/mgcp/encode.ts";
import { noLocalOptions } from "../protocols/mgcp/local-options.ts";
import { auditRange } from "../protocols/mgcp/transaction-range.ts";
import { audioDescription, printSessionDescription } from "../protocols/sdp/session-description.ts";
import { systemClock } from "../runtime/clock.ts";
import { Counters } from "../runtime/counters.ts";
import { FaultTable } from "../runtime/faults.ts";
import { openPlainMgcpSocket, type PlainMgcpSocket } from "../runtime/plain-mgcp-socket.ts";
import type { Auditor } from "./auditor.ts";
import { createForeignAuditor } from "./foreign-audit.ts";
import { type ForeignConnection, type ForeignGear, notifiedEntityAt, point, probe, release } from "./foreign-mgcp.ts";
import type { CommandAuthority } from "./gateway-driver.ts";
import { askForeignGear } from "./mgcp-asker.ts";
import { createOsmoMgwAuditor, osmoGoneCodes } from "./osmo-mgw.ts";
import { type OsmoMgwProcess, startOsmoMgw } from "./testing/osmo-mgw-process.ts";

const clock = systemClock();
const naming = { name: "mgw", endpoints: { prefix: "rtpbridge/", count: 16 }, firstNumber: null };
const mayCommand = () => true;
let osmo: OsmoMgwProcess;
let closers: (() => Promise<void>)[] = [];
let calls = 0;

beforeAll(async () => {
  osmo = await startOsmoMgw(16);
});
afterAll(async () => {
  await osmo?.remove();
});

/** One call server at an address of its own. */
interface Server {
  readonly gear: ForeignGear;
  readonly socket: PlainMgcpSocket;
  readonly authority: CommandAuthority;
  readonly counters: Counters;
}

async function server(name: string, from: string, rank: number, epoch: number): Promise<Server> {
  const counters = new Counters();
  const range = auditRange(rank, Date.now());
  const socket = await openPlainMgcpSocket({
    self: name,
    node: "mgw",
    from,
    to: osmo.mgcp,
    range,
    clock,
    faults: new FaultTable(),
    counters,
  });
  closers.push(() => socket.close());
  const gear = { naming, asker: askForeignGear(socket, clock), clock, notifiedEntity: `${name}@[${from}]:2727`, goneCodes: osmoGoneCodes };
  return { gear, socket, authority: { epoch, permit: () => true }, counters };
}

/** Ids of epochs do not come again in this file: osmo-mgw answers an equal id from memory. */
let epoch = 100 + (process.pid % 1000);
let a: Server;
let b: Server;

beforeEach(async () => {
  epoch += 2;
  a = await server("cs-a", "127.0.0.1", 0, epoch);
  b = await server("cs-b", "127.0.0.2", 1, epoch + 1);
});

afterEach(async () => {
  await a.socket.request(command("DLCX", "rtpbridge/*@mgw", {}), { epoch: a.authority.epoch });
  for (const close of closers.reverse()) await close();
  closers = [];
});

/** One leg of a call, set up by server a: of a new one, or the other leg of a bridge. */
async function leg(remotePort: number, beside: ForeignConnection | null = null): Promise<ForeignConnection & { readonly rtpPort: number }> {
  calls += 1;
  const endpoint = beside?.endpoint ?? "rtpbridge/*@mgw";
  const callId = beside?.callId ?? (0xa000 + calls).toString(16).toUpperCase();
  const created = await a.socket.request(
    command(
      "CRCX",
      endpoint,
      { callId, localOptions: { ...noLocalOptions, codecs: ["PCMU"], ptimeMs: 20 }, mode: "sendrecv" },
      printSessionDescription(audioDescription("1", "127.0.0.1", remotePort, "PCMU", 20)),
    ),
    { epoch: a.authority.epoch },
  );
  if (created.kind !== "response" || created.response.code !== 200) throw new Error(JSON.stringify(created));
  const { parameters, bodies } = created.response;
  const rtpPort = Number(/m=audio (\d+)/.exec(bodies[0] ?? "")?.[1]);
  return { endpoint: parameters.specificEndpoints?.[0] ?? endpoint, callId, connectionId: parameters.connectionIds?.[0] ?? "", rtpPort };
}

function auditorOf(of: Server, { vty = true, told = [] as readonly ForeignConnection[] } = {}): Auditor {
  return createOsmoMgwAuditor({ gear: of.gear, vty: vty ? osmo.vty : null, authority: () => of.authority, told: () => told });
}

test("where the program is missing, the test says what to install", async () => {
  await expect(startOsmoMgw(1, "osmo-mgw-that-is-not-there")).rejects.toThrow("install osmo-mgw");
});

describe("the audit of osmo-mgw", () => {
  test("lists connections by its VTY, to any server; the one in charge also confirms them and learns their ports", async () => {
    const legs = [await leg(41_000), await leg(41_002), await leg(41_004)];
    const standby = auditorOf(b);
    const read = await standby.audit("full");
    expect(read).toMatchObject({ complete: true, incompleteBecause: null, rowsRead: 3, bootEpoch: 0, tellsBoot: false });
    expect(read.rows.map((row) => [row.endpoint, row.connectionId, row.callId, row.remoteAddress]).sort()).toEqual(
      legs.map((one, i) => [one.endpoint, one.connectionId, one.callId, `127.0.0.1:${41_000 + 2 * i}`]).sort(),
    );
    expect(read.rows[0]).toMatchObject({
      localAddress: null,
      source: "mgcp",
      index: Number.parseInt(read.rows[0]?.connectionId ?? "", 16),
    });
    const lines: string[] = [];
    const confirmed = await auditorOf(a).audit("full", { mayCommand, onExchange: ({ text }) => lines.push(text) });
    expect(confirmed.complete).toBe(true);
    for (const one of legs) {
      expect(confirmed.rows.find((row) => row.connectionId === one.connectionId)).toMatchObject({
        localAddress: `127.0.0.1:${one.rtpPort}`,
        codec: "PCMU",
      });
    }
    expect(lines.filter((line) => line.startsWith("MDCX"))).toHaveLength(3);
    expect(standby.profile()).toMatchObject({ name: "osmo-mgw", tellsBoot: false });
  });

  test("counts real packets, and dates a connection by them", async () => {
    const far = createSocket("udp4");
    await new Promise<void>((resolve) => far.bind(0, "127.0.0.1", resolve));
    const first = await leg(far.address().port);
    const second = await leg(far.address().port, first);
    const packet = Buffer.alloc(172, 0xff);
    packet[0] = 0x80;
    packet[1] = 0;
    for (let i = 0; i < 100; i++) {
      packet.writeUInt16BE(i, 2);
      packet.writeUInt32BE(i * 160, 4);
      await new Promise<void>((resolve) => far.send(packet, i % 2 === 0 ? first.rtpPort : second.rtpPort, "127.0.0.1", () => resolve()));
    }
    const auditor = auditorOf(b);
    await expect
      .poll(async () =>
        (await auditor.audit("full")).rows.map((row) => row.media?.packetsReceived ?? 0).reduce((sum, count) => sum + count, 0),
      )
      .toBe(100);
    const { rows } = await auditor.audit("full");
    expect(rows[0]).toMatchObject({ state: "active", detail: { setupFrom: "packets" } });
    expect(rows[0]?.setupAt).toBeLessThanOrEqual(Date.now() - 900);
    far.close();
  });

  test("a liveness audit reads the short list, and keeps counters with their age", async () => {
    await leg(41_010);
    const auditor = auditorOf(b);
    await auditor.audit("full");
    const lines: string[] = [];
    const again = await auditor.audit("liveness", { onExchange: ({ sent, text }) => void (sent && lines.push(text)) });
    expect(again).toMatchObject({ complete: true });
    expect(lines).toEqual(["AUEP rtpbridge/1@mgw MGCP 1.0", "VTY: show mgcp active"]);
    expect(again.rows[0]).toMatchObject({ media: { packetsSent: 0 }, detail: { countersAt: expect.any(Number) } });
    await leg(41_012);
    expect((await auditor.audit("liveness")).rows).toHaveLength(2);
  });

  test("without a VTY only what it was told of is asked for, by the server in charge", async () => {
    const told = [await leg(41_020), await leg(41_022)];
    await leg(41_024);
    const gone = { ...told[0]!, connectionId: "7777" };
    const auditor = auditorOf(a, { vty: false, told: [...told, gone] });
    expect(await auditor.audit("full")).toMatchObject({ complete: false, rows: [], partialRows: 3 });
    const result = await auditor.audit("full", { mayCommand });
    expect(result.complete).toBe(true);
    expect(result.rows.map((row) => row.connectionId).sort()).toEqual(told.map((one) => one.connectionId).sort());
    expect(auditor.profile()).toMatchObject({ name: "osmo-mgw-blind" });
    expect(auditor.profile()?.notes.join()).toContain("others stay unseen");
  });

  test("discovered as gear of which nothing is known: a ping, no AUCX, an MDCX that proves", { timeout: 30_000 }, async () => {
    const told = [await leg(41_030)];
    const auditor = createForeignAuditor({ gear: a.gear, authority: () => a.authority, told: () => told });
    const result = await auditor.audit("full", { mayCommand });
    expect(result).toMatchObject({ complete: false, rows: [], bootEpoch: 0, failureKind: "other" });
    expect(auditor.profile()).toMatchObject({ name: "mgcp-ping", says: {} });
    const notes = auditor.profile()?.notes.join("; ");
    for (const part of [
      "AUCX is not answered",
      "an MDCX that changes nothing proves",
      "wildcard audit is refused",
      "only the first is answered",
    ])
      expect(notes).toContain(part);
    expect(await probe(a.gear, told[0]!, a.authority)).toMatchObject({ kind: "alive" });
  });
});

describe("a takeover of osmo-mgw", () => {
  test("from another address: media ports stay, connections stand, and the new server's ids are not answered from memory", async () => {
    const before = [await leg(42_000), await leg(42_002)];
    expect(await point(a.gear, a.authority)).toMatchObject({ kind: "connected" });
    expect(await point(b.gear, b.authority)).toMatchObject({ kind: "connected" });
    // It answers AUEP like a ping, so nobody can say whom it believes.
    expect(await notifiedEntityAt(b.gear, "rtpbridge/1@mgw")).toBeNull();
    const result = await auditorOf(b).audit("full", { mayCommand });
    expect(result.complete).toBe(true);
    expect(result.rows.map((row) => row.localAddress).sort()).toEqual(before.map((one) => `127.0.0.1:${one.rtpPort}`).sort());
    const first = before[0]!;
    const released = await release(b.gear, first, b.authority);
    expect(released).toMatchObject({ kind: "released", media: { packetsSent: 0, packetsReceived: 0 } });
    expect(await release(b.gear, first, b.authority)).toMatchObject({ kind: "gone" });
    expect(await probe(b.gear, before[1]!, b.authority)).toMatchObject({ kind: "alive" });
  });

  test("a server without the permit sends nothing", async () => {
    const one = await leg(42_010);
    const fenced = { epoch: b.authority.epoch, permit: () => false };
    const sent = b.counters.get("mgcp.sent");
    expect(await point(b.gear, fenced)).toMatchObject({ kind: "unreachable", reason: "not-permitted" });
    expect(await probe(b.gear, one, fenced)).toMatchObject({ kind: "silent", notSent: true });
    expect(await release(b.gear, one, fenced)).toMatchObject({ kind: "silent", notSent: true });
    expect(b.counters.get("mgcp.sent")).toBe(sent);
    expect(await probe(a.gear, one, a.authority)).toMatchObject({ kind: "alive" });
  });
});

describe("when every endpoint is taken", () => {
  test("gear of which nothing is known is discovered and pointed without harm to a call on it", { timeout: 30_000 }, async () => {
    const legs: Awaited<ReturnType<typeof leg>>[] = [];
    for (let i = 0; i < naming.endpoints.count; i++) legs.push(await leg(44_000 + 2 * i));
    expect(new Set(legs.map((one) => one.endpoint)).size).toBe(naming.endpoints.count);
    const auditor = createForeignAuditor({ gear: a.gear, authority: () => a.authority, told: () => [] });
    await auditor.audit("full", { mayCommand });
    expect(await point(a.gear, a.authority)).toMatchObject({ kind: "connected" });
    for (const one of legs) expect(await probe(a.gear, one, a.authority)).toMatchObject({ kind: "alive" });
    for (const one of legs) await release(a.gear, one, a.authority);
  });
});

describe("when osmo-mgw dies", () => {
  test("killed, nobody listens; started again, everything is gone and nothing was invented", async () => {
    const legs = [await leg(43_000), await leg(43_002)];
    const auditor = auditorOf(a);
    expect((await auditor.audit("full", { mayCommand })).rows).toHaveLength(2);
    await osmo.kill();
    const dead = await auditor.audit("liveness", { mayCommand });
    expect(dead).toMatchObject({ complete: false, bootEpoch: null, rows: [], failureKind: "refused" });
    expect(dead.incompleteBecause).toContain("nobody listens there");
    expect(dead.durationMs).toBeLessThan(2_000);
    await osmo.start();
    expect(await probe(a.gear, legs[0]!, a.authority)).toEqual({ kind: "gone", code: 400 });
    for (const mode of ["liveness", "full"] as const) {
      expect(await auditor.audit(mode, { mayCommand })).toMatchObject({ complete: true, rows: [], bootEpoch: 0 });
    }
    const blind = auditorOf(a, { vty: false, told: legs });
    expect(await blind.audit("full", { mayCommand })).toMatchObject({ complete: true, rows: [] });
  });
});
