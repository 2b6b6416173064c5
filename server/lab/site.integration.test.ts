/**
 * The site of docs/site.md: the same nodes on three hosts with real addresses and cables. The host of the primary drops off
 * the network and comes back: the calls of the other hosts go on, and there is never a second title.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import type { ServerStatus } from "../core/status/node-status.ts";
import { addressOn, openTestNetwork, type TestNetwork, whyNoNamespaces } from "./testing/network-namespaces.ts";

const refusal = whyNoNamespaces();
if (refusal !== null && process.env.CI) throw new Error(`This test needs network namespaces in CI: ${refusal}`);
if (refusal !== null) process.stderr.write(`The site on three hosts is not tried: ${refusal}\n`);

const token = "a-token-for-this-test-only";
const patient = { timeout: 20_000, interval: 100 };

function siteValue(): Record<string, unknown> {
  const server = (name: string, host: number): object => ({
    name,
    host: addressOn(host, 1),
    link: { path1: 4700, path2: `${addressOn(host, 2)}:4700` },
  });
  const gateway = (name: string, kind: string, host: number, more: object): object => ({
    name,
    kind,
    host: addressOn(host, 1),
    operator: 4781,
    snmp: { address: 1161 },
    rtp: { portFrom: 20_000, portTo: 20_199 },
    ...more,
  });
  return {
    site: "three-hosts",
    cluster: "three-hosts-1",
    operatorToken: "env:TANDEM_TEST_TOKEN",
    keys: [{ id: 1, secret: "env:TANDEM_TEST_KEY" }],
    servers: [server("cs-a", 1), server("cs-b", 2)],
    gateways: [
      gateway("gw-1", "trunk", 1, { endpoints: { count: 30 }, localTo: "cs-a" }),
      gateway("gw-2", "trunk", 2, { endpoints: { count: 30 }, localTo: "cs-b" }),
      gateway("if-1", "interface", 3, { endpoints: { count: 12 }, firstNumber: "2001", voter: false }),
    ],
    witnesses: [{ name: "wit-1", host: addressOn(3, 1) }],
    routes: [{ prefix: "0", gateways: ["gw-2"] }],
  };
}

const nodes: readonly (readonly [kind: string, name: string, host: number])[] = [
  ["witness", "wit-1", 3],
  ["gateway", "gw-1", 1],
  ["gateway", "gw-2", 2],
  ["gateway", "if-1", 3],
  ["call-server", "cs-a", 1],
  ["call-server", "cs-b", 2],
];

interface Reply<T> {
  readonly status: number;
  readonly value: T;
}

describe.skipIf(refusal !== null)("a site on three hosts", () => {
  let folder = "";
  let network: TestNetwork;
  let log = "";
  /** From beside the switches, and from host 1 itself while its cables are pulled. */
  let askFrom: ReturnType<typeof asker>[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tandem-site-"));
    writeFileSync(join(folder, "tandem.yaml"), stringify(siteValue()));
    network = openTestNetwork(3);
    askFrom = [asker(network, 0), asker(network, 1)];
    const main = resolve("dist/server/nodes/main.js");
    for (const [kind, name, host] of nodes) {
      const data = join(folder, name);
      mkdirSync(data);
      const words = [process.execPath, main, kind, name, "--config", join(folder, "tandem.yaml"), "--data", data];
      const child = network.spawnOn(host, words, {
        TANDEM_LAB: "1",
        TANDEM_COMMISSION: "1",
        TANDEM_TEST_TOKEN: token,
        TANDEM_TEST_KEY: "a-key-for-this-test-only",
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on("data", (part: Buffer) => {
          log = (log + part.toString()).slice(-20_000);
        });
      }
    }
  });

  afterAll(() => {
    network?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function server(name: "cs-a" | "cs-b", from = 0): Promise<ServerStatus> {
    const host = name === "cs-a" ? 1 : 2;
    const reply = await askFrom[from]?.<ServerStatus>(`http://${addressOn(host, 1)}:4780/status`);
    if (reply?.status !== 200) throw new Error(`${name}: ${JSON.stringify(reply)}\n${log}`);
    return reply.value;
  }

  async function connectionsAt(host: number): Promise<number> {
    const reply = await askFrom[0]?.<{ connections: number }>(`http://${addressOn(host, 1)}:4781/status`);
    return reply?.value.connections ?? -1;
  }

  test("the preferred server holds the title, calls over two hosts are up", async () => {
    await vi.waitFor(async () => expect((await server("cs-a")).title.held).toBe(true), { timeout: 40_000, interval: 200 });
    for (let call = 1; call <= 4; call += 1) {
      // Lines 1 to 3 call lines 7 to 9, line 4 calls out through gw-2 on another host.
      const digits = call === 4 ? "0305550100" : String(2006 + call);
      const order = { callRef: `c${call}`, endpointIndex: call, digits, answerAfterMs: 200, holdMs: 600_000, releasedBy: "calling" };
      // The server may still be making the gateway its own.
      await vi.waitFor(async () => {
        const reply = await askFrom[0]?.(`http://${addressOn(3, 1)}:4781/stations/call`, order);
        expect(reply?.status).toBe(200);
      }, patient);
    }
    await vi.waitFor(async () => expect((await server("cs-a")).calls.byPhase.talking).toBe(4), patient);
    expect([await connectionsAt(3), await connectionsAt(2)]).toEqual([7, 1]);
    await vi.waitFor(async () => expect((await server("cs-b")).readiness).toMatchObject({ ready: true }), patient);
  }, 120_000);

  test("host 1 drops off the network: the standby takes over, every call goes on", async () => {
    network.setCables(1, false);
    await vi.waitFor(async () => expect((await server("cs-b")).title.held).toBe(true), patient);
    await vi.waitFor(async () => expect((await server("cs-b")).calls.active).toBe(4), patient);
    expect([await connectionsAt(3), await connectionsAt(2)]).toEqual([7, 1]);
    expect((await server("cs-a", 1)).title.held).toBe(false);
  }, 60_000);

  test("plugged in again, the old primary is a standby", async () => {
    const { epoch } = await server("cs-b");
    network.setCables(1, true);
    await vi.waitFor(async () => expect((await server("cs-b")).peers[0]?.silentMs).toBeLessThan(1000), patient);
    await vi.waitFor(async () => expect((await server("cs-a")).role).toBe("standby"), patient);
    expect((await server("cs-b")).title.held).toBe(true);
    expect((await server("cs-b")).epoch).toEqual(epoch);
    expect([await connectionsAt(3), await connectionsAt(2)]).toEqual([7, 1]);
  }, 60_000);
});

function asker(network: TestNetwork, host: number): <T>(url: string, body?: unknown) => Promise<Reply<T>> {
  const child = network.spawnOn(host, [process.execPath, fileURLToPath(new URL("testing/ask.mjs", import.meta.url))], {});
  const waiting: ((line: string) => void)[] = [];
  if (child.stdout !== null) createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.(line));
  return <T>(url: string, body?: unknown) =>
    new Promise<Reply<T>>((resolve) => {
      waiting.push((line) => resolve(JSON.parse(line) as Reply<T>));
      child.stdin?.write(`${JSON.stringify({ url, token, body })}\n`);
    });
}
