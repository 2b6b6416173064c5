/** Cold standby (B7) on real processes: a failover resets the gateways and ends their calls, a switchover keeps them. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { OutboxEntry } from "../../core/calls/call-record.ts";
import { createOperatorClient } from "../../runtime/operator-client.ts";
import { makeSite, operatorToken, type TestSite } from "../gateway/testing/scripted-server.ts";
import { changeSite, type RunningSite, runSite } from "./testing/running-site.ts";

const patient = { timeout: 20_000, interval: 50 };
const calls = 3;

let files: TestSite;
let site: RunningSite;

beforeAll(async () => {
  files = await makeSite([
    { name: "gw-1", kind: "trunk", endpoints: 8, portFrom: 33_000 },
    { name: "if-1", kind: "interface", endpoints: 8, portFrom: 33_200 },
  ]);
  changeSite(files, { takeover: "cold", routes: [{ prefix: "0", gateways: ["gw-1"] }] });
  site = runSite(files);
  await vi.waitFor(async () => expect(await site.holder()).not.toBeNull(), patient);
});

afterAll(async () => {
  await site.stop();
  files.remove();
});

async function pair(): Promise<{ primary: string; standby: string }> {
  let found: { primary: string; standby: string } | null = null;
  const look = async (): Promise<string> => {
    const primary = await site.holder();
    if (primary === null) return "nobody leads";
    const standby = primary === "cs-a" ? "cs-b" : "cs-a";
    found = { primary, standby };
    const waits = await site.status(standby);
    if (waits?.calls.active !== calls) return `the standby knows ${waits?.calls.active} calls`;
    return waits.readiness.ready ? "well" : `not ready: ${waits.readiness.reasons.join("; ")}`;
  };
  await expect.poll(look, patient).toBe("well");
  return found!;
}

test("a failover resets the gateways: calls end, released, and have their records", async () => {
  await expect.poll(() => site.holder(), patient).not.toBeNull();
  for (let line = 1; line <= calls; line += 1)
    await expect
      .poll(async () => {
        const call = { endpointIndex: line, callRef: `call-${line}`, digits: "0612345", holdMs: 600_000 };
        return site.post("if-1", "/stations/call", call).then(
          () => "placed",
          () => "busy",
        );
      }, patient)
      .toBe("placed");
  await expect.poll(async () => (await site.status((await site.holder())!))?.calls.byPhase.talking, patient).toBe(calls);
  const { primary, standby } = await pair();

  const handed = { switchoverId: "kept", to: standby, reason: "tried out", by: "ana", dryRun: false };
  await expect.poll(async () => (await site.post<{ accepted: boolean }>(primary, "/switchover", handed)).accepted, patient).toBe(true);
  await expect.poll(async () => (await site.status(standby))?.calls.byPhase.talking, patient).toBe(calls);
  expect((await site.events(standby, "gateway-reset")).length).toBe(0);
  const now = await pair();
  expect(now.primary).toBe(standby);

  await site.kill(now.primary);
  await expect.poll(async () => (await site.status(now.standby))?.failover?.cause, patient).toBe("primary-dead");
  await expect.poll(async () => (await site.status(now.standby))?.failover?.state, patient).toBe("done");
  const report = (await site.status(now.standby))!.failover!;
  expect(report).toMatchObject({ callsAdopted: 0, callsReleased: calls, recordsRecovered: 0 });
  expect(
    report.steps
      .filter((step) => step.what === "reset")
      .map((step) => step.node)
      .sort(),
  ).toEqual(["gw-1", "if-1"]);
  const resets = await site.events(now.standby, "gateway-reset");
  expect(resets.map((event) => event.data.calls)).toEqual([calls, calls]);
  expect((await site.status(now.standby))?.calls.active).toBe(0);
  await expect
    .poll(async () => (await recordsOf(now.standby)).map((record) => record.origin), patient)
    .toEqual(["history", "history", "history"]);
  for (const record of await recordsOf(now.standby)) expect(record.durationMs).toBeGreaterThan(0);
});

async function recordsOf(name: string): Promise<OutboxEntry["record"][]> {
  const spec = files.site.servers.find((one) => one.name === name)!;
  const client = createOperatorClient({ ...spec.operator, token: operatorToken });
  const reply = await client.get<{ entries: OutboxEntry[] }>("/records").finally(() => client.close());
  return reply.ok ? reply.value.entries.map((entry) => entry.record) : [];
}
