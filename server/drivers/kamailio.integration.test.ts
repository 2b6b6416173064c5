/** A real Kamailio with real calls by SIPp: what our SIP auditor and our JSON-RPC auditor make of it, while they last and when they are over. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../runtime/clock.ts";
import { Counters } from "../runtime/counters.ts";
import { freePort, type RealProgram, requireProgram, startProgram } from "../runtime/testing/real-program.ts";
import type { Auditor } from "./auditor.ts";
import { createKamailioRpcAuditor } from "./kamailio-rpc-audit.ts";
import { startOptionsPing } from "./options-ping.ts";
import { createSipAuditor, type SipAuditorOptions } from "./sip-audit.ts";
import { type Kamailio, startKamailio } from "./testing/kamailio.ts";
import { loopbackSocket } from "./testing/sip-gear.ts";

const clock = systemClock();
const host = "127.0.0.1";
const scenario = (name: string): string => new URL(`./testing/${name}.xml`, import.meta.url).pathname;
const open: { close(): unknown }[] = [];
let kamailio: Kamailio;
let bob: RealProgram;
let sipp: string;

beforeAll(async () => {
  sipp = requireProgram("sipp", "sip-tester");
  const bobPort = await freePort();
  kamailio = await startKamailio(bobPort);
  bob = startProgram(sipp, ["-sf", scenario("bob-answers"), "-i", host, "-p", String(bobPort), "-nostdin"], kamailio.folder);
});

afterAll(async () => {
  for (const one of open) await one.close();
  await bob?.stop();
  await kamailio?.stop();
});

async function aliceCalls(lastsMs: number, calls = 1): Promise<RealProgram> {
  const words = [
    "-sf",
    scenario("call-bob"),
    "-i",
    host,
    "-p",
    String(await freePort()),
    "-m",
    String(calls),
    "-r",
    "20",
    "-d",
    String(lastsMs),
    "-nostdin",
  ];
  return startProgram(sipp, [...words, `${host}:${kamailio.port}`], kamailio.folder);
}

async function auditorOf(options: Partial<SipAuditorOptions> = {}): Promise<Auditor> {
  const socket = await loopbackSocket("cs-a", () => ({ status: 481 }));
  const auditor = createSipAuditor({
    gateway: "kam-1",
    socket,
    clock,
    counters: new Counters(),
    address: { host, port: kamailio.port },
    transport: "udp",
    resources: ["sip:alice@127.0.0.1", "sip:bob@127.0.0.1"],
    credentials: null,
    sourceName: "cs-a",
    standing: null,
    ...options,
  });
  open.push(auditor, socket);
  return auditor;
}

const rpcAuditor = (): Auditor => createKamailioRpcAuditor({ gateway: "kam-1", clock, url: kamailio.rpcUrl, authorization: null });

/** Who speaks with whom, sorted, in one line each. */
async function parties(auditor: Auditor): Promise<string[]> {
  const { rows } = await auditor.audit("full");
  return rows.map(({ localNumber, peerNumber, state, origin }) => `${localNumber} ${origin} ${peerNumber} ${state}`).sort();
}

const talking = ["alice answer bob active", "bob originate alice active"];
const patiently = { timeout: 10_000, interval: 100 };

describe("Kamailio", () => {
  test("answers OPTIONS", async () => {
    const socket = await loopbackSocket("cs-a", () => ({ status: 481 }));
    const to = { host, port: kamailio.port, transport: "udp" } as const;
    const ping = startOptionsPing({ socket, clock, to, uri: `sip:${host}:${kamailio.port}`, sourceName: "cs-a", intervalMs: 100 });
    open.push(ping, socket);
    await expect.poll(() => ping.reachability.state, patiently).toBe("up");
  });

  test("with nothing published tells nothing, which is not that there are no calls", async () => {
    const result = await (await auditorOf({ resources: ["sip:nobody@127.0.0.1"] })).audit("full");
    expect(result).toMatchObject({ complete: false, failureKind: "other", rows: [] });
    expect(result.incompleteBecause).toContain("nothing published");
  });

  test("tells who speaks with whom and since when; and that it is over", async () => {
    const rpc = rpcAuditor();
    expect(await rpc.audit("full")).toMatchObject({ complete: true, rows: [] });
    const [udp, tcp] = [await auditorOf(), await auditorOf({ transport: "tcp" })];
    const standing = await auditorOf({ standing: { expiresSeconds: 60, keptMs: 60_000 } });
    const began = clock.now().wall;
    const call = await aliceCalls(5_000);
    open.push({ close: () => call.stop() });
    await expect.poll(() => parties(rpc), patiently).toEqual(talking);
    await Promise.all([udp, tcp, standing].map((auditor) => expect.poll(() => parties(auditor), patiently).toEqual(talking)));

    const listed = await rpc.audit("full");
    expect(listed).toMatchObject({ complete: true, rowsRead: 2 });
    for (const { setupAt, connectAt, clockErrorMs, callId } of listed.rows) {
      expect(Math.abs(connectAt! - began)).toBeLessThan(clockErrorMs + 1_500);
      expect(setupAt).toBeLessThanOrEqual(connectAt!);
      expect(callId).toContain(host);
    }
    const polled = await udp.audit("full");
    expect(polled).toMatchObject({ complete: true, tellsBoot: false, rowsRead: 2 });
    expect(polled.rows.map(({ callId }) => callId)).toEqual(listed.rows.map(({ callId }) => callId));
    // Kamailio tells no duration: our own first sight is all there is.
    expect(polled.rows.map(({ detail }) => detail?.connectFrom)).toEqual(["first-seen", "first-seen"]);
    expect(udp.profile()).toMatchObject({ name: "sip-dialog", identity: expect.stringContaining("kamailio") });
    expect(await standing.audit("full")).toMatchObject({ complete: true, packets: 0 });

    expect(await call.ended).toBe(0);
    await expect.poll(() => parties(rpc), patiently).toEqual([]);
    expect(await rpc.audit("full")).toMatchObject({ complete: true, rows: [] });
    await Promise.all([udp, tcp, standing].map((auditor) => expect.poll(() => parties(auditor), patiently).toEqual([])));
  });

  test("lists many calls at once", async () => {
    const rpc = rpcAuditor();
    const calls = await aliceCalls(4_000, 40);
    open.push({ close: () => calls.stop() });
    await expect.poll(async () => (await rpc.audit("full")).rows.filter(({ state }) => state === "active").length, patiently).toBe(80);
    expect(await calls.ended).toBe(0);
  });
});
