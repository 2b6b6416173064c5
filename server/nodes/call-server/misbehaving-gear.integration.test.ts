/**
 * Gear whose answers are cut, repeated, late, of another question, untrue or interrupted by its restart, audited by real call servers through a relay that
 * spoils the answers of Debian's snmpd: no call is ended by it, and what happened is said where the console reads it (A6, F3).
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { OutboxEntry } from "../../core/calls/call-record.ts";
import type { AuditFailureKind } from "../../core/polling/failure-kind.ts";
import type { GearDetail } from "../../core/status/gear-status.ts";
import { type PassedRow, Snmpd } from "../../drivers/snmp/testing/snmpd.ts";
import { TamperingRelay } from "../../drivers/snmp/testing/tampering-relay.ts";
import { createOperatorClient } from "../../runtime/operator-client.ts";
import { makeSite, operatorToken, type TestSite } from "../gateway/testing/scripted-server.ts";
import { changeSite, type RunningSite, runSite } from "./testing/running-site.ts";

const patient = { timeout: 40_000, interval: 100 };
const calls = 300;

let files: TestSite;
let site: RunningSite;
let snmpd: Snmpd;
let relay: TamperingRelay;
let server = "";

function rows(count: number): PassedRow[] {
  return Array.from({ length: count }, (_, i) => [50 + i, i + 1, `0${7000 + i}`, 4]);
}

/** Of snmpd's script: a table of calls, and how many it says that there are. snmpd is no part of the gear: calls outlive it. */
const profile = `
name: counting
title: Gear behind snmpd
sources: [RFC 2128]
detect: { present: [1.3.6.1.2.1.10.21.9], rank: 10 }
agent: apart
count: { object: counted, oid: 1.3.6.1.2.1.10.21.9.1.0 }
legs:
  object: callActiveTable
  entry: 1.3.6.1.2.1.10.21.1.3.1.1
  index:
    - { object: callActiveSetupTime, field: number }
    - { object: callActiveIndex, field: number }
  liveness: callActiveCallState
  columns:
    - { column: 9, object: callActiveCallState, field: state, as: { values: { "2": connecting, "4": active } }, required: true }
    - { column: 3, object: callActivePeerAddress, field: peerNumber }
`;

beforeAll(async () => {
  snmpd = await Snmpd.start();
  snmpd.pass(rows(calls));
  relay = await TamperingRelay.open(snmpd.port);
  files = await makeSite([
    { name: "gw-1", kind: "trunk", endpoints: 8, portFrom: 34_400 },
    { name: "if-1", kind: "interface", endpoints: 8, portFrom: 34_600 },
  ]);
  mkdirSync(join(files.folder, "profiles"));
  writeFileSync(join(files.folder, "profiles", "counting.yaml"), profile);
  const audit = { protocol: "snmp", address: `127.0.0.1:${relay.port}`, community: "public", profile: "counting" };
  changeSite(files, { snmpProfiles: "./profiles", gear: [{ name: "pbx-1", pollSeconds: 1, packetsPerSecond: 5_000, audit }] });
  site = runSite(files);
  await vi.waitFor(async () => expect(await site.holder()).not.toBeNull(), patient);
  server = (await site.holder())!;
  await wellAgain();
}, 60_000);

afterAll(async () => {
  await site.stop();
  await relay.close();
  await snmpd.close();
  files.remove();
});

afterEach(async () => {
  relay.tampering = "none";
  relay.onQuestion = () => undefined;
  snmpd.pass(rows(calls));
  await wellAgain();
});

async function get<T>(path: string): Promise<T> {
  const { operator } = files.site.servers.find(({ name }) => name === server)!;
  const client = createOperatorClient({ ...operator, token: operatorToken, timeoutMs: 10_000 });
  const reply = await client.get<T>(path).finally(() => client.close());
  if (!reply.ok) throw new Error(`${path}: ${reply.message}`);
  return reply.value;
}

const detail = (): Promise<GearDetail> => get<GearDetail>("/gear?name=pbx-1");

/** A person asks, so that neither back-off nor breaker is waited for. */
async function wellAgain(): Promise<void> {
  await vi.waitFor(async () => {
    expect(await site.post(server, "/gear/poll", { name: "pbx-1", mode: "full" })).toMatchObject({ complete: true, rows: calls });
  }, patient);
  expect((await detail()).polling).toMatchObject({ consecutiveFailures: 0, breaker: { state: "closed" } });
}

/** Until an audit has failed in this way; then nothing has ended, and no record was made. */
async function expectSaid(kind: AuditFailureKind, text: RegExp): Promise<void> {
  const since = Date.now();
  const said = async () =>
    (await detail()).past.filter(({ beganAt }) => beganAt >= since).map(({ result, because }) => `${result}: ${because}`);
  await expect.poll(said, patient).toContainEqual(expect.stringMatching(new RegExp(`^${kind}: .*${text.source}`)));
  expect((await detail()).polling?.failures[kind]).toBeGreaterThan(0);
  await nothingEnded();
}

async function nothingEnded(): Promise<void> {
  const status = (await site.status(server))!;
  expect(status.gear[0]).toMatchObject({ name: "pbx-1", legs: calls });
  const { entries } = await get<{ entries: OutboxEntry[] }>("/records?limit=5000");
  expect(entries).toEqual([]);
}

test("an audit that is cut half-way", async () => {
  relay.tampering = "cut";
  await expectSaid("timeout", /no answer/);
});

test("an agent that gives the same rows again and again", async () => {
  relay.tampering = "loop";
  await expectSaid("loop", /does not move on/);
});

test("an agent that answers another question: its answer lies before what was asked for", async () => {
  relay.tampering = "other-question";
  await expectSaid("loop", /does not move on/);
});

test("an agent whose answers all come too late", async () => {
  relay.tampering = "late";
  await expectSaid("timeout", /no answer/);
});

test("an agent that lies about how many there are", async () => {
  snmpd.pass(rows(calls), calls - 7);
  await expectSaid("lies", new RegExp(`counts ${calls - 7} connections, the walk found ${calls}`));
});

test("an agent that restarts in the middle of a walk", { timeout: 90_000 }, async () => {
  let asked = 0;
  let again: Promise<void> | null = null;
  relay.onQuestion = () => {
    asked += 1;
    if (asked % 5 === 0) again ??= snmpd.kill().then(() => snmpd.run());
  };
  await expect
    .poll(async () => (again === null ? 0 : (await detail()).past.filter(({ result }) => result !== "complete").length), patient)
    .toBeGreaterThan(0);
  await again;
  await wellAgain();
  await nothingEnded();
});
