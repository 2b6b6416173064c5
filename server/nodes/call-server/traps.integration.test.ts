/**
 * Notifications of gear speed its audit up, on real processes: gear that is audited once an hour has a call more, tells so by net-snmp's snmptrap or
 * snmpinform, and the call server that listens knows of the call at once; the other one, which does not listen, learns nothing.
 */
import { createSocket, type Socket } from "node:dgram";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse } from "yaml";
import type { GearDetail } from "../../core/status/gear-status.ts";
import { freeUdpPort } from "../../drivers/snmp/testing/free-udp-port.ts";
import { type PassedRow, Snmpd } from "../../drivers/snmp/testing/snmpd.ts";
import { createOperatorClient } from "../../runtime/operator-client.ts";
import type { SnmpUserSecrets } from "../../runtime/snmp-user.ts";
import { events, type Sending, sendByNetSnmp } from "../../runtime/testing/net-snmp.ts";
import { makeSite, operatorToken, type TestSite } from "../gateway/testing/scripted-server.ts";
import { changeSite, type RunningSite, runSite } from "./testing/running-site.ts";

const patient = { timeout: 30_000, interval: 100 };
/** An audit at once begins within the floor of a second, and lasts some datagrams; its turn would come after an hour. */
const soon = { timeout: 10_000, interval: 50 };
const user: SnmpUserSecrets = {
  user: "auditor",
  auth: { protocol: "sha256", secret: "auth phrase for tests" },
  privacy: { protocol: "aes128", secret: "privacy phrase for tests" },
};

let files: TestSite;
let site: RunningSite;
let snmpd: Snmpd;
let traps = 0;
let taken: Socket;

beforeAll(async () => {
  traps = await freeUdpPort();
  snmpd = await Snmpd.start([
    `createUser auditor SHA-256 "${user.auth!.secret}" AES "${user.privacy!.secret}"`,
    "rouser auditor authPriv",
    `trapsess -v 2c -c public 127.0.0.1:${traps}`,
  ]);
  files = await makeSite([{ name: "gw-1", kind: "trunk", endpoints: 8, portFrom: 33_400 }]);
  taken = createSocket("udp4");
  await new Promise<void>((resolve) => taken.bind(0, "127.0.0.1", resolve));
  writeFileSync(join(files.folder, "auth"), user.auth!.secret);
  writeFileSync(join(files.folder, "privacy"), user.privacy!.secret);
  const { servers } = parse(readFileSync(files.config, "utf8")) as { servers: object[] };
  const address = `127.0.0.1:${snmpd.port}`;
  const v3 = {
    user: user.user,
    auth: { protocol: "sha256", secret: "file:auth" },
    privacy: { protocol: "aes128", secret: "file:privacy" },
  };
  changeSite(files, {
    servers: [
      { ...servers[0], snmpTraps: `127.0.0.1:${traps}` },
      { ...servers[1], snmpTraps: `127.0.0.1:${taken.address().port}` },
    ],
    gear: [
      { name: "old-1", pollSeconds: 3600, audit: { protocol: "snmp", address, community: "public", profile: "rfc2128" } },
      { name: "cube-1", pollSeconds: 3600, audit: { protocol: "snmp", address, ...v3, profile: "rfc2128" } },
    ],
  });
  site = runSite(files);
  // Who takes the title over reads all gear once; that is done before anything is told here.
  const read = async () => {
    const holder = (await site.holder()) ?? "";
    return holder === "" ? [] : [await legsAt("old-1", holder), await legsAt("cube-1", holder)];
  };
  await vi.waitFor(async () => expect(await read()).toEqual([0, 0]), patient);
});

afterAll(async () => {
  await site.stop();
  await snmpd.close();
  taken.close();
  files.remove();
});

function rows(count: number): PassedRow[] {
  return Array.from({ length: count }, (_, i) => [50 + i, i + 1, `0${7000 + i}`, 4]);
}

async function detail(gear: string, server = "cs-a"): Promise<GearDetail> {
  const { operator } = files.site.servers.find(({ name }) => name === server)!;
  const client = createOperatorClient({ ...operator, token: operatorToken, timeoutMs: 10_000 });
  const reply = await client.get<GearDetail>(`/gear?name=${gear}`).finally(() => client.close());
  if (!reply.ok) throw new Error(`${server} ${gear}: ${reply.message}`);
  return reply.value;
}

const legsAt = async (gear: string, server = "cs-a"): Promise<number | null | undefined> =>
  (await site.status(server))?.gear.find(({ name }) => name === gear)?.legs;
const counted = async (what: string, server = "cs-a"): Promise<number> => (await site.status(server))?.counters[`snmp.traps.${what}`] ?? 0;
const lastAsked = async (gear: string) => (await detail(gear)).past.at(-1)?.asked;
const polls = async (gear: string): Promise<number> => (await detail(gear)).past.length;

const send = (kind: Sending["kind"], as: Sending["as"], more: Partial<Sending> = {}): Promise<number> =>
  sendByNetSnmp({ kind, as, to: traps, ...more });
const engine = { id: "8000000001020304", boots: 3, time: 900 };

/** The gear has so many calls now, and says that something happened. */
async function learns(gear: string, calls: number, why: "trap" | "restart", tell: () => Promise<number>): Promise<void> {
  snmpd.pass(rows(calls));
  expect(await tell()).toBe(0);
  await expect.poll(() => legsAt(gear), soon).toBe(calls);
  expect(await lastAsked(gear)).toBe(why);
}

test("a trap with the community: the audit begins at once", async () => {
  await learns("old-1", 3, "trap", () => send("trap", "public"));
  await learns("old-1", 5, "trap", () => send("trap", "public"));
  // Other gear at the same address, audited as a user, was not meant.
  expect(await counted("traps")).toBe(2);
  expect((await detail("cube-1")).past.some(({ asked }) => asked === "trap")).toBe(false);
}, 60_000);

test("an inform with the community: acknowledged, and coldStart is told as a restart", async () => {
  await learns("old-1", 6, "restart", () => send("inform", "public", { event: events.coldStart }));
}, 60_000);

test("a trap and an inform of the user, authPriv", async () => {
  await learns("cube-1", 7, "trap", () => send("trap", user, { engine }));
  await learns("cube-1", 8, "restart", () => send("trap", user, { engine, event: events.warmStart }));
  await learns("cube-1", 9, "trap", () => send("inform", user));
}, 60_000);

test("what is not proved begins no audit, and no such inform is acknowledged", async () => {
  const before = [await polls("old-1"), await polls("cube-1")];
  snmpd.pass(rows(1));
  expect(await send("inform", "private")).not.toBe(0);
  expect(await send("inform", { ...user, user: "nobody" })).not.toBe(0);
  expect(await send("inform", { ...user, privacy: null })).not.toBe(0);
  await send("trap", { ...user, auth: { protocol: "sha256", secret: "a wrong pass phrase" } }, { engine });
  await expect.poll(() => counted("unauthorized"), soon).toBe(1);
  expect(await counted("wrongCommunity")).toBe(1);
  expect([await polls("old-1"), await polls("cube-1")]).toEqual(before);
  expect(await legsAt("old-1")).toBe(6);
}, 60_000);

test("a notification ends nothing by itself: two complete audits do, and gear that is silent afterwards keeps its calls", async () => {
  snmpd.pass(rows(4));
  const before = await polls("old-1");
  await send("trap", "public");
  await expect.poll(() => polls("old-1"), soon).toBe(before + 1);
  expect(await legsAt("old-1")).toBe(6);
  await learns("old-1", 4, "trap", () => send("trap", "public"));
  await snmpd.kill();
  expect(await send("inform", "public", { event: events.coldStart })).toBe(0);
  await expect.poll(async () => (await detail("old-1")).past.at(-1), patient).toMatchObject({ asked: "restart", result: "timeout" });
  expect(await legsAt("old-1")).toBe(4);
}, 60_000);

test("an agent that comes back says coldStart by itself, and is read at once", async () => {
  await snmpd.run();
  await expect.poll(async () => (await detail("old-1")).past.at(-1), soon).toMatchObject({ asked: "restart", result: "complete", rows: 4 });
}, 60_000);

test("a server whose port is taken says so, and goes on without", async () => {
  const [event] = await site.events("cs-b", "traps-not-heard");
  expect(event).toMatchObject({ severity: "warn", text: expect.stringContaining("EADDRINUSE") });
  expect(await counted("heard", "cs-b")).toBe(0);
  expect((await detail("old-1", "cs-b")).past.some(({ asked }) => asked === "trap" || asked === "restart")).toBe(false);
});
