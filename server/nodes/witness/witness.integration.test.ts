import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { noGuard } from "../../core/control/guard.ts";
import type { WitnessStatus } from "../../core/status/node-status.ts";
import { createOperatorClient, type OperatorClient } from "../../runtime/operator-client.ts";
import { makeSite, operatorToken, ScriptedServer, type TestSite } from "../gateway/testing/scripted-server.ts";
import type { RunningNode } from "../node-options.ts";
import { run } from "./main.ts";

let site: TestSite;
let server: ScriptedServer;
let witness: RunningNode | null = null;
let operator: OperatorClient;

beforeEach(async () => {
  process.env.TANDEM_COMMISSION = "1";
  site = await makeSite([{ name: "gw-1", kind: "trunk", endpoints: 2, portFrom: 30_000 }]);
  server = await ScriptedServer.open("cs-a", site, 1_000);
  const spec = site.site.witnesses[0];
  if (spec === undefined) throw new Error("no witness");
  operator = createOperatorClient({ ...spec.operator, token: operatorToken });
});

afterEach(async () => {
  operator.close();
  await witness?.close();
  witness = null;
  await server.close();
  site.remove();
});

const folder = () => join(site.folder, "wit-1");

async function start(): Promise<void> {
  witness = await run({ name: "wit-1", config: site.config, data: folder(), lab: true });
}

async function restart(): Promise<void> {
  await witness?.close();
  await start();
}

async function status(): Promise<WitnessStatus> {
  const reply = await operator.get<WitnessStatus>("/status");
  // A kept connection to the run before may be reset: ask again.
  if (!reply.ok && reply.message === "ECONNRESET") return status();
  if (!reply.ok) throw new Error(reply.message);
  return reply.value;
}

describe("a witness", () => {
  test("grants, renews on keepalives, and notices by itself when they stop", async () => {
    await start();
    expect(await status()).toMatchObject({ kind: "witness", state: "idle", owner: null, epoch: { number: 0 } });
    expect(await server.claim("wit-1", 7)).toBeNull();
    expect(await server.beat("wit-1")).toMatchObject({ refusal: null, promiseMs: 500 });
    expect(await status()).toMatchObject({ state: "owned", owner: "cs-a", epoch: { number: 7, server: "cs-a" } });
    await expect.poll(async () => (await status()).state, { timeout: 3_000 }).toBe("orphaned");
    const reply = await operator.get<{ events: { what: string }[] }>("/events?after=0");
    expect(reply.ok && reply.value.events.map((event) => event.what)).toEqual([
      "voter-started",
      "node-started",
      "epoch-granted",
      "promise-ran-out",
    ]);
  });

  test("remembers its grant over a restart, and waits out the promise before it grants again", async () => {
    await start();
    expect(await server.claim("wit-1", 7)).toBeNull();
    await restart();
    expect(await status()).toMatchObject({ state: "orphaned", owner: "cs-a", epoch: { number: 7 } });
    expect(await server.claim("wit-1", 8)).toBe("restarted");
    await expect.poll(() => server.claim("wit-1", 8), { timeout: 3_000 }).toBeNull();
  });

  test("abstains when its storage is lost or damaged, until the title holder admits it", async () => {
    await start();
    expect(await server.claim("wit-1", 7)).toBeNull();
    await witness?.close();
    delete process.env.TANDEM_COMMISSION;
    rmSync(folder(), { recursive: true });
    await start();
    expect(await status()).toMatchObject({ state: "abstaining" });
    expect(await server.claim("wit-1", 8)).toBe("abstaining");
    server.send("wit-1", { kind: "admit", epoch: { number: 8, server: "cs-a" }, votersVersion: 1 });
    server.send("wit-1", { kind: "guard", guard: noGuard });
    await expect.poll(async () => (await status()).state, { timeout: 3_000 }).toBe("idle");
    await expect.poll(() => server.claim("wit-1", 9), { timeout: 3_000 }).toBeNull();
    await witness?.close();
    expect(JSON.parse(readFileSync(join(folder(), "voter.json"), "utf8"))).toMatchObject({ granted: { number: 9 }, admitted: true });
    writeFileSync(join(folder(), "voter.json"), "{}");
    await start();
    expect(await status()).toMatchObject({ state: "abstaining" });
  });

  test("promises nothing that it cannot store", async () => {
    await start();
    rmSync(folder(), { recursive: true });
    writeFileSync(folder(), "a file where the folder was");
    const claim = {
      epoch: { number: 7, server: "cs-a" },
      leaseMs: 450,
      votersVersion: 1,
      purpose: "title",
      forced: false,
      automatic: true,
      contests: true,
    } as const;
    server.send("wit-1", { kind: "claim", ...claim });
    await expect.poll(async () => (await status()).counters["voter.storeFailed"], { timeout: 3_000 }).toBe(1);
    expect(await status()).toMatchObject({ state: "idle", owner: null, epoch: { number: 0 }, promiseLeftMs: 0 });
    expect(server.received("answer")).toBe(0);
  });

  test("passes a switchover on to the primary, and says so when nobody answers", async () => {
    await start();
    const ask = { switchoverId: "s-1", to: null, reason: "maintenance", by: "jo", dryRun: false };
    const unknown = await operator.post<{ blockers: string[] }>("/switchover", ask);
    expect(unknown.ok && unknown.value.blockers).toEqual(["This node has not heard of a primary yet."]);
    await server.claim("wit-1", 7);
    await server.beat("wit-1");
    const waiting = operator.post<{ accepted: boolean }>("/switchover", ask, { timeoutMs: 5_000 });
    await server.heard("switchover-request");
    server.send("wit-1", { kind: "switchover-reply", switchoverId: "s-1", accepted: true, blockers: [] });
    const reply = await waiting;
    expect(reply.ok && reply.value.accepted).toBe(true);
  });

  test("heartbeats of each server are kept as a strip", async () => {
    await start();
    await server.claim("wit-1", 7);
    await server.beat("wit-1");
    const strips = await operator.get<{ bucketMs: number; series: Record<string, (number | null)[]> }>("/strips");
    expect(strips.ok && [strips.value.bucketMs, strips.value.series["cs-a"]?.length]).toEqual([5_000, 180]);
  });
});
