/** Other people's programs ask our gateway: sipsak pings it, SIPp polls its dialogs over UDP and TCP. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../runtime/clock.ts";
import { Counters } from "../../runtime/counters.ts";
import { FaultTable } from "../../runtime/faults.ts";
import { freePort, requireProgram, startProgram } from "../../runtime/testing/real-program.ts";
import { openSipAgent, type SipAgent } from "./sip-agent.ts";
import { addCall, bareGateway } from "./testing/gateway-with-calls.ts";

const clock = systemClock();
const host = "127.0.0.1";
const counters = new Counters();
let folder = "";
let agent: SipAgent;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tandem-sip-peers-"));
  const gateway = bareGateway(clock.now().mono);
  for (let index = 1; index <= 3; index++) addCall(gateway, index, clock.now());
  agent = await openSipAgent({
    gateway,
    bind: { host, port: 0 },
    trustedHosts: new Set([host]),
    credentials: null,
    clock,
    faults: new FaultTable(),
    counters,
    software: "Tandem",
  });
});

afterAll(async () => {
  await agent?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function outcome(path: string, words: readonly string[]): Promise<{ code: number | string; said: string }> {
  const program = startProgram(path, words, folder);
  const timer = setTimeout(() => void program.stop(), 30_000);
  const code = await program.ended;
  clearTimeout(timer);
  return { code, said: program.said() };
}

test("sipsak's OPTIONS is answered", async () => {
  const { code, said } = await outcome(requireProgram("sipsak", "sipsak"), ["-vv", "-s", `sip:if-1@${host}:${agent.address.port}`]);
  expect(said).toContain("SIP/2.0 200 OK");
  expect(said).toContain("Allow-Events: dialog");
  expect(code).toBe(0);
});

test.each([
  ["u1", "UDP"],
  ["t1", "TCP"],
])("SIPp (-t %s) polls over %s: 200, and exactly the one NOTIFY that ends it", async (mode) => {
  const scenario = new URL("./testing/subscribe-once.xml", import.meta.url).pathname;
  const before = counters.get("sip.notified");
  const words = ["-sf", scenario, "-s", "if-1", "-i", host, "-p", String(await freePort()), "-t", mode, "-m", "5", "-r", "20", "-nostdin"];
  const { code, said } = await outcome(requireProgram("sipp", "sip-tester"), [...words, `${host}:${agent.address.port}`]);
  expect([code, code === 0 ? "" : said]).toEqual([0, ""]);
  expect(counters.get("sip.notified") - before).toBe(5);
});
