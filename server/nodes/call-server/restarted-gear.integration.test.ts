/**
 * Gear that restarts and counts the same engine boots as before: Debian's snmpd with -C, read by real call servers. Its rows have the same set-up ticks
 * and indexes after the restart, and are other calls (A6, F3).
 */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { CallRecord, OutboxEntry } from "../../core/calls/call-record.ts";
import { type PassedRow, Snmpd } from "../../drivers/snmp/testing/snmpd.ts";
import { createOperatorClient } from "../../runtime/operator-client.ts";
import { makeSite, operatorToken, type TestSite } from "../gateway/testing/scripted-server.ts";
import { changeSite, type RunningSite, runSite } from "./testing/running-site.ts";

const patient = { timeout: 60_000, interval: 100 };
const rows: readonly PassedRow[] = [1, 2, 3].map((index) => [50 + index, index, `0${7000 + index}`, 4]);

let files: TestSite;
let site: RunningSite;
let snmpd: Snmpd;

beforeAll(async () => {
  snmpd = await Snmpd.start();
  snmpd.pass(rows);
  files = await makeSite([
    { name: "gw-1", kind: "trunk", endpoints: 8, portFrom: 34_400 },
    { name: "if-1", kind: "interface", endpoints: 8, portFrom: 34_600 },
  ]);
  const audit = { protocol: "snmp", address: `127.0.0.1:${snmpd.port}`, community: "public", profile: "rfc2128" };
  changeSite(files, { gear: [{ name: "dial", pollSeconds: 1, packetsPerSecond: 5_000, audit }] });
  site = runSite(files);
  await vi.waitFor(async () => expect(await site.holder()).not.toBeNull(), patient);
}, 60_000);

afterAll(async () => {
  await site.stop();
  await snmpd.close();
  files.remove();
});

async function recordsOf(server: string): Promise<CallRecord[]> {
  const { operator } = files.site.servers.find(({ name }) => name === server)!;
  const client = createOperatorClient({ ...operator, token: operatorToken, timeoutMs: 10_000 });
  const reply = await client.get<{ entries: OutboxEntry[] }>("/records?limit=5000").finally(() => client.close());
  if (!reply.ok) throw new Error(reply.message);
  return reply.value.entries.map(({ record }) => record);
}

async function legsEverywhere(count: number): Promise<void> {
  await vi.waitFor(async () => {
    for (const { name } of files.site.servers) expect((await site.status(name))?.gear[0]).toMatchObject({ name: "dial", legs: count });
  }, patient);
}

/** Until it has polled the gear so many times more: once a second. */
async function pollsBy(server: string, more: number): Promise<void> {
  const polls = async (): Promise<number> => (await site.status(server))?.gear[0]?.polling.polls ?? 0;
  const before = await polls();
  await expect.poll(polls, patient).toBeGreaterThanOrEqual(before + more);
}

const idsOf = (records: readonly CallRecord[], outcome: CallRecord["outcome"]): string[] =>
  records
    .filter((one) => one.outcome === outcome)
    .map((one) => one.callId)
    .sort();

test("the calls before the restart are lost, those after it are others, and both servers name them alike", {
  timeout: 180_000,
}, async () => {
  await legsEverywhere(3);
  const holder = (await site.holder())!;
  // So that no uptime after the restart can pass for one before it that only lags.
  await pollsBy(holder, 6);
  const restartAt = Date.now();
  await snmpd.kill();
  await snmpd.run();
  await expect.poll(async () => idsOf(await recordsOf(holder), "lost"), patient).toHaveLength(3);
  await legsEverywhere(3);
  // The script says that they were connected 1.5 s after the start, even before that.
  await pollsBy(holder, 5);
  snmpd.pass([]);
  await legsEverywhere(0);
  await expect.poll(async () => idsOf(await recordsOf(holder), "answered"), patient).toHaveLength(3);
  const records = await recordsOf(holder);
  expect(new Set(records.map((one) => one.callId)).size).toBe(6);
  for (const { outcome, answer, end } of records) {
    if (outcome === "lost") expect(answer.at).toBeLessThan(restartAt);
    else expect(answer.at).toBeGreaterThanOrEqual(restartAt);
    expect(end.at).toBeGreaterThanOrEqual(answer.at);
  }
  await site.kill(holder);
  const other = files.site.servers.find(({ name }) => name !== holder)!.name;
  await expect.poll(async () => (await recordsOf(other)).length, patient).toBeGreaterThanOrEqual(6);
  for (const outcome of ["lost", "answered"] as const) expect(idsOf(await recordsOf(other), outcome)).toEqual(idsOf(records, outcome));
});
