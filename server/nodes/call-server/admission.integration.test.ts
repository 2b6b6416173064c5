/** Two of three voters lose their disks while the primary is down: there is no title until an operator admits them, on real processes. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeSite, type TestSite } from "../gateway/testing/scripted-server.ts";
import { changeSite, type RunningSite, runSite } from "./testing/running-site.ts";

const patient = { timeout: 20_000, interval: 50 };
const wiped = ["gw-1", "wit-1"];

let files: TestSite;
let site: RunningSite;

beforeAll(async () => {
  files = await makeSite([
    { name: "gw-1", kind: "trunk", endpoints: 4, portFrom: 34_000 },
    { name: "gw-2", kind: "trunk", endpoints: 4, portFrom: 34_200 },
  ]);
  changeSite(files);
  site = runSite(files);
});

afterAll(async () => {
  await site.stop();
  files.remove();
});

async function gatewaysOf(server: string): Promise<string[]> {
  return (await site.status(server))?.holds?.gateways.map((one) => one.name).sort() ?? [];
}

/** Whichever claimed first leads; the other could take over. */
async function pair(): Promise<{ primary: string; standby: string }> {
  return vi.waitFor(async () => {
    const primary = (await site.holder()) ?? "";
    const standby = primary === "cs-a" ? "cs-b" : "cs-a";
    expect(await gatewaysOf(primary)).toEqual(["gw-1", "gw-2"]);
    expect(await site.status(standby)).toMatchObject({ role: "standby", readiness: { reasons: [] } });
    return { primary, standby };
  }, patient);
}

test("a standby takes over once both are admitted, each with its name typed", async () => {
  const { primary, standby } = await pair();
  const before = (await site.status(primary))!.epoch.number;
  await Promise.all([...wiped, primary].map((name) => site.kill(name)));
  for (const name of wiped) {
    site.wipe(name);
    site.start(name, false);
  }
  const plan = async (voter: string) =>
    (await site.order(standby, { verb: "admit-voter", voter }, { dryRun: true })).plan?.checks.map((one) => `${one.id} ${one.result}`);
  for (const voter of wiped)
    await expect.poll(() => plan(voter), patient).toEqual(["abstains pass", "answers pass", "storage warn", "title pass"]);
  const intact = await site.order(standby, { verb: "admit-voter", voter: "gw-2" });
  expect(intact).toMatchObject({ accepted: false, blockers: [expect.stringContaining("gw-2 does not abstain")] });
  const wrong = await site.order(standby, { verb: "admit-voter", voter: "gw-1" }, { confirm: primary });
  expect(wrong).toMatchObject({
    accepted: false,
    blockers: [expect.stringContaining("Type gw-1 to confirm: gw-1 takes part again on your word")],
  });
  expect((await site.status(standby))?.title.held).toBe(false);

  for (const voter of wiped) {
    const admitted = await site.order(standby, { verb: "admit-voter", voter });
    expect(admitted).toMatchObject({ blockers: [], accepted: true, settled: true });
    expect(admitted.outcome).toContain(`${voter} takes part again`);
  }
  await expect.poll(() => gatewaysOf(standby), patient).toEqual(["gw-1", "gw-2"]);
  expect(await site.status(standby)).toMatchObject({ title: { held: true } });
  expect((await site.status(standby))!.epoch.number).toBeGreaterThan(before);
  expect((await site.events(standby, "client-admitted")).map((event) => event.text)).toEqual(
    wiped.map((voter) => `${voter} has no stored state: admitted, ordered by ana: tried out.`),
  );
  expect((await site.events("gw-1", "voter-admitted")).map((event) => event.text)).toEqual([`${standby} admitted this voter again.`]);
});
