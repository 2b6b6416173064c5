/**
 * Gear that Tandem did not make, through a change of control, on real processes: an osmo-mgw with 500 connections keeps all of them and their RTP ports
 * while the call server that looked after it dies; the other one finds all and points it at itself (F3, A11).
 */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { OutboxEntry } from "../../core/calls/call-record.ts";
import { type OsmoMgwProcess, startOsmoMgw } from "../../drivers/testing/osmo-mgw-process.ts";
import { createOperatorClient } from "../../runtime/operator-client.ts";
import { makeSite, operatorToken, type TestSite } from "../gateway/testing/scripted-server.ts";
import { OsmoCaller, type OsmoLeg } from "./testing/osmo-caller.ts";
import { changeSite, type RunningSite, runSite } from "./testing/running-site.ts";

const patient = { timeout: 30_000, interval: 100 };
const calls = 250;

let files: TestSite;
let site: RunningSite;
let mgw: OsmoMgwProcess;
let caller: OsmoCaller;

beforeAll(async () => {
  mgw = await startOsmoMgw(calls);
  caller = await OsmoCaller.open(mgw.mgcp);
  files = await makeSite([
    { name: "gw-1", kind: "trunk", endpoints: 8, portFrom: 33_400 },
    { name: "if-1", kind: "interface", endpoints: 8, portFrom: 33_600 },
  ]);
  const text = ({ host, port }: { host: string; port: number }): string => `${host}:${port}`;
  const audit = { protocol: "mgcp", address: text(mgw.mgcp), domain: "mgw", endpoints: { count: calls }, vty: text(mgw.vty) };
  changeSite(files, { gear: [{ name: "mgw-1", control: "mgcp", pollSeconds: 1, packetsPerSecond: 2_000, audit }] });
  site = runSite(files);
  await vi.waitFor(async () => expect(await site.holder()).not.toBeNull(), patient);
});

afterAll(async () => {
  await site.stop();
  caller.close();
  await mgw.remove();
  files.remove();
});

async function get<T>(server: string, path: string): Promise<T> {
  const { operator } = files.site.servers.find(({ name }) => name === server)!;
  const client = createOperatorClient({ ...operator, token: operatorToken, timeoutMs: 10_000 });
  const reply = await client.get<T>(path).finally(() => client.close());
  if (!reply.ok) throw new Error(`${server} ${path}: ${reply.message}`);
  return reply.value;
}

interface Columns {
  readonly gateway: readonly string[];
  readonly callId: readonly string[];
  readonly endpoint: readonly (string | null)[];
  readonly localAddress: readonly (string | null)[];
  readonly codec: readonly (string | null)[];
  readonly own: readonly boolean[];
}

/** RTP ports by endpoint and call, as a server shows them. */
async function portsAt(server: string): Promise<Map<string, string[]>> {
  const columns = await get<Columns>(server, "/connections?limit=5000");
  const ports = new Map<string, string[]>();
  for (const [i, gateway] of columns.gateway.entries()) {
    if (gateway !== "mgw-1") continue;
    const key = `${columns.endpoint[i]} ${columns.callId[i]}`;
    ports.set(key, [...(ports.get(key) ?? []), columns.localAddress[i]?.split(":")[1] ?? "?"].sort());
  }
  return ports;
}

function portsOf(legs: readonly OsmoLeg[]): Map<string, string[]> {
  const ports = new Map<string, string[]>();
  for (const { endpoint, callId, rtpPort } of legs)
    ports.set(`${endpoint} ${callId}`, [...(ports.get(`${endpoint} ${callId}`) ?? []), String(rtpPort)].sort());
  return ports;
}

const legsAt = async (server: string): Promise<number | null | undefined> => (await site.status(server))?.gear[0]?.legs;

test("osmo-mgw holds 500 connections through a failover: all adopted, no RTP port changed, nothing made up", async () => {
  const legs = await caller.call(calls);
  expect(legs).toHaveLength(2 * calls);
  for (const server of ["cs-a", "cs-b"]) await expect.poll(() => legsAt(server), patient).toBe(500);
  // A standby may not command, so it sees where media goes, and not yet from where.
  let primary = "";
  const ofHolder = async (): Promise<Map<string, string[]> | null> => {
    primary = (await site.holder()) ?? "";
    return primary === "" ? null : portsAt(primary);
  };
  await expect.poll(ofHolder, patient).toEqual(portsOf(legs));
  const standby = primary === "cs-a" ? "cs-b" : "cs-a";

  await site.kill(primary);
  await expect.poll(() => site.holder(), patient).toBe(standby);
  const status = (await site.status(standby))!;
  expect(status.failover?.gateways.find((one) => one.gateway === "mgw-1")).toMatchObject({ connections: 500 });
  await expect.poll(async () => await portsAt(standby), patient).toEqual(portsOf(legs));
  expect(await caller.portsStill(legs)).toBe(true);

  await caller.hangUp(legs);
  await expect.poll(() => legsAt(standby), patient).toBe(0);
  // This gear cannot say whether anybody answered, and no packet was counted: a record would be made up.
  const { entries } = await get<{ entries: OutboxEntry[] }>(standby, "/records?limit=5000");
  expect(entries).toEqual([]);
}, 180_000);

test("killed and started again: its calls are gone, and nothing is invented", async () => {
  await expect.poll(() => site.holder(), patient).not.toBeNull();
  const holder = (await site.holder())!;
  await caller.call(10);
  await expect.poll(() => legsAt(holder), patient).toBe(20);
  await mgw.kill();
  await expect.poll(async () => (await site.status(holder))?.gear[0]?.polling.consecutiveFailures, patient).toBeGreaterThan(0);
  // What cannot be asked has not ended.
  expect(await legsAt(holder)).toBe(20);
  await mgw.start();
  await expect.poll(() => legsAt(holder), { ...patient, timeout: 60_000 }).toBe(0);
}, 120_000);
