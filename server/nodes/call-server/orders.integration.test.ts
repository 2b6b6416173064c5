/** Every verb of an operator on a site of real processes: what is ordered comes about, what must not happen does not. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { OrderRequest, OrderResult } from "../../core/status/order.ts";
import { makeSite, type TestSite } from "../gateway/testing/scripted-server.ts";
import { changeSite, type RunningSite, runSite } from "./testing/running-site.ts";

const patient = { timeout: 20_000, interval: 50 };
const gateways = ["gw-1", "gw-2", "gw-3", "if-1"];

let files: TestSite;
let site: RunningSite;

beforeAll(async () => {
  files = await makeSite([
    { name: "gw-1", kind: "trunk", endpoints: 4, portFrom: 32_000 },
    { name: "gw-2", kind: "trunk", endpoints: 4, portFrom: 32_200 },
    { name: "gw-3", kind: "trunk", endpoints: 4, portFrom: 32_400 },
    { name: "if-1", kind: "interface", endpoints: 4, portFrom: 32_600 },
  ]);
  changeSite(files);
  site = runSite(files);
  await pair();
});

afterAll(async () => {
  await site.stop();
  files.remove();
});

/** Both run, one leads, the other could take over. */
async function pair(): Promise<{ primary: string; standby: string }> {
  return vi.waitFor(async () => {
    const primary = await site.holder();
    const standby = primary === "cs-a" ? "cs-b" : "cs-a";
    const leads = primary === null ? null : await site.status(primary);
    const waits = await site.status(standby);
    expect(leads?.holds?.gateways.length).toBe(gateways.length);
    expect(waits).toMatchObject({ role: "standby", readiness: { reasons: [] } });
    return { primary: primary as string, standby };
  }, patient);
}

async function ownerOf(gateway: string): Promise<string | null> {
  for (const name of ["cs-a", "cs-b"]) if ((await site.status(name))?.holds?.gateways.some((one) => one.name === gateway)) return name;
  return null;
}

/** A standby that was just cut off or promoted takes a moment to count as ready again. */
async function carriedOut(name: string, request: OrderRequest): Promise<OrderResult> {
  let last: OrderResult | null = null;
  await expect
    .poll(async () => {
      last = await site.order(name, request);
      return last.blockers;
    }, patient)
    .toEqual([]);
  return last!;
}

test("a pause outlives the primary: nobody takes over until it is resumed", async () => {
  const { primary, standby } = await pair();
  const paused = await site.order(standby, { verb: "pause", until: null }, { id: "pause-1", reason: "new cables" });
  expect(paused).toMatchObject({ accepted: true, settled: true, stored: { of: 5, needed: 3 } });
  expect(paused.stored!.voters).toBeGreaterThanOrEqual(3);
  await expect.poll(async () => (await site.status(primary))?.guard.pause, patient).toMatchObject({ by: "ana", reason: "new cables" });
  await site.kill(primary);
  await expect.poll(async () => (await site.events(standby, "automation-paused")).length, patient).toBeGreaterThan(0);
  // It goes on asking and goes on refusing: three times as many keepalives are missed as it takes to act.
  const missedOfIt = async () => (await site.status(standby))?.peers.find((peer) => peer.name === primary)?.missed ?? 0;
  await expect.poll(missedOfIt, patient).toBeGreaterThan(15);
  expect((await site.status(standby))?.title.held).toBe(false);
  // The same id again is no second pause.
  expect((await site.order(standby, { verb: "pause", until: null }, { id: "pause-1" })).outcome).toBe(paused.outcome);
  expect(await site.order(standby, { verb: "resume" })).toMatchObject({ blockers: [], accepted: true, settled: true });
  await expect.poll(async () => (await site.status(standby))?.title.held, patient).toBe(true);
  site.start(primary);
  await pair();
  expect(await site.order(standby, { verb: "acknowledge" })).toMatchObject({ blockers: [], accepted: true, settled: true });
  expect((await site.status(standby))?.guard.used).toBe(0);
});

test("voters are removed and added one at a time, at the title holder only", async () => {
  const { primary, standby } = await pair();
  expect(await site.order(standby, { verb: "remove-voter", voter: "if-1" })).toMatchObject({ accepted: false, askInstead: primary });
  const removed = await site.order(primary, { verb: "remove-voter", voter: "if-1" });
  expect(removed).toMatchObject({ accepted: true, settled: true, stored: { of: 4, needed: 3 } });
  expect((await site.status(primary))?.voterSet).toMatchObject({ voters: ["gw-1", "gw-2", "gw-3", "wit-1"], previous: null });
  await expect.poll(async () => (await site.status(standby))?.voterSet.voters.length, patient).toBe(4);
  const added = await site.order(primary, { verb: "add-voter", voter: "if-1" });
  expect(added).toMatchObject({ accepted: true, settled: true, stored: { of: 5, needed: 3 } });
  expect((await site.status(primary))?.configuredVoters.length).toBe(5);
});

test("failover now takes a healthy primary's title, once its name was typed", async () => {
  const { primary, standby } = await pair();
  const request = { verb: "failover-now", to: standby } as const;
  const before = (await site.status(primary))!.epoch.number;
  const wrong = await site.order(standby, request, { confirm: standby });
  expect(wrong).toMatchObject({ accepted: false, blockers: [`Type ${primary} to confirm: ${primary} loses control.`] });
  expect(await site.order(primary, request)).toMatchObject({ accepted: false, askInstead: standby });
  expect(await site.holder()).toBe(primary);
  const forced = await site.order(standby, request);
  expect(forced).toMatchObject({ blockers: [], accepted: true, settled: true });
  expect((await site.status(standby))?.epoch.number).toBeGreaterThan(before);
  expect((await site.status(standby))?.failover).toMatchObject({ cause: "operator-forced", by: "ana", reason: "tried out" });
  await pair();
});

test("a switchover is scheduled, cancelled, scheduled again and happens; one that is blocked does not", async () => {
  const { primary, standby } = await pair();
  const at = (ms: number) => ({ verb: "schedule-switchover", to: null, at: Date.now() + ms }) as const;
  expect(await site.order(primary, at(60_000), { id: "later" })).toMatchObject({ blockers: [], accepted: true, settled: true });
  expect((await site.status(primary))?.scheduled).toMatchObject({ id: "later", to: standby, by: "ana" });
  expect((await site.order(primary, at(90_000))).blockers.join()).toContain("No other switchover is scheduled");
  expect(await site.order(primary, { verb: "cancel-switchover" })).toMatchObject({ accepted: true });
  expect((await site.status(primary))?.scheduled).toBeNull();
  await site.order(primary, at(600));
  await expect.poll(() => site.holder(), patient).toBe(standby);
  const now = await pair();
  await site.order(now.primary, at(800), { reason: "blocked" });
  await site.cut([[now.primary, now.standby]]);
  await expect.poll(async () => (await site.events(now.primary, "scheduled-switchover-blocked")).length, patient).toBe(1);
  await site.cut([]);
  expect((await pair()).primary).toBe(now.primary);
});

test("a schedule survives a restart, and is dropped with an alarm where the server is not the primary then", async () => {
  const { primary, standby } = await pair();
  const at = Date.now() + 4_000;
  await site.order(primary, { verb: "schedule-switchover", to: null, at }, { id: "kept" });
  await site.kill(primary);
  await expect.poll(() => site.holder(), patient).toBe(standby);
  site.start(primary);
  await expect
    .poll(async () => (await site.events(primary, "scheduled-switchover-dropped")).map((event) => event.severity), patient)
    .toEqual(["alarm"]);
  const status = await site.status(primary);
  expect(status?.scheduled).toBeNull();
  expect(status?.missedSwitchover).toMatchObject({ id: "kept", because: "this server is not the primary" });
  expect(await site.holder()).toBe(standby);
});

test("named gateways fail back alone, and are recalled", async () => {
  const { primary, standby } = await pair();
  const lent = await carriedOut(primary, { verb: "failback", to: standby, gateways: ["gw-1"] });
  expect(lent).toMatchObject({ blockers: [], accepted: true, settled: true });
  await expect.poll(() => ownerOf("gw-1"), patient).toBe(standby);
  expect((await site.status(primary))?.lent).toEqual([{ gateway: "gw-1", to: standby }]);
  expect((await site.status(standby))?.holds).toMatchObject({ basis: "lent", gateways: [{ name: "gw-1" }] });
  expect(await site.holder()).toBe(primary);
  expect((await site.order(primary, { verb: "recall", gateways: ["gw-2"] })).blockers.join()).toContain("gw-2 is not lent to anybody");
  expect(await site.order(primary, { verb: "recall", gateways: ["gw-1"] })).toMatchObject({ blockers: [], accepted: true, settled: true });
  expect((await site.status(primary))?.lent).toEqual([]);
  expect(await ownerOf("gw-1")).toBe(primary);
});

test("everything fails back to the preferred server", async () => {
  const { primary } = await pair();
  if (primary === "cs-a") expect(await site.order("cs-a", { verb: "failover-now", to: "cs-b" })).toMatchObject({ askInstead: "cs-b" });
  if (primary === "cs-a") await site.order("cs-b", { verb: "failover-now", to: "cs-b" });
  await pair();
  expect(await carriedOut("cs-b", { verb: "failback", to: null, gateways: null })).toMatchObject({
    blockers: [],
    accepted: true,
    settled: true,
  });
  expect((await pair()).primary).toBe("cs-a");
});

test("a cut-off standby overrides: it controls what grants it, without the title, until the title holder is back", async () => {
  const { primary, standby } = await pair();
  // Paused, so that it does not adopt the orphan by itself.
  await site.order(primary, { verb: "pause", until: Date.now() + 60_000 });
  const cuts: [string, string][] = [
    [primary, standby],
    [primary, "gw-1"],
    ...["gw-2", "gw-3", "if-1"].map((name): [string, string] => [standby, name]),
  ];
  const ranOut = (await site.events("gw-1", "promise-ran-out")).length;
  await site.cut(cuts);
  // Only the orphan is to be had: its promise to the primary has run out.
  await expect.poll(async () => (await site.events("gw-1", "promise-ran-out")).length, patient).toBeGreaterThan(ranOut);
  const override = await site.order(standby, { verb: "override", to: standby });
  expect(override).toMatchObject({ blockers: [], accepted: true, settled: true });
  expect(override.outcome).toContain(`${standby} controls 1 of 4 gateways without the title: gw-1.`);
  expect((await site.status(standby))?.holds).toMatchObject({ basis: "override", gateways: [{ name: "gw-1" }] });
  expect((await site.status(standby))?.title.held).toBe(false);
  expect((await site.status(primary))?.title.held).toBe(true);
  await site.cut([]);
  await expect.poll(() => ownerOf("gw-1"), patient).toBe(primary);
  await site.order(primary, { verb: "resume" });
  await pair();
});

test("a gateway and a witness name the server to ask", async () => {
  const { primary } = await pair();
  const ask = { id: "elsewhere", request: { verb: "resume" }, reason: "tried out", by: "ana", confirm: null, dryRun: false };
  for (const name of ["gw-1", "wit-1"])
    expect(await site.post<OrderResult>(name, "/orders", ask)).toMatchObject({ accepted: false, askInstead: primary });
  await expect(site.post("gw-1", "/orders", { ...ask, request: { verb: "explode" } })).rejects.toThrow("verb must be one of");
});
