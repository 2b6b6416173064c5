/** The history of ended calls against a scripted agent: which rows are read, and that none is missed. */
import { beforeEach, expect, test } from "vitest";
import * as table from "../../protocols/snmp/call-tables.ts";
import { encodeCause, encodeGuid } from "../../protocols/snmp/call-values.ts";
import type { Auditor } from "../auditor.ts";
import { shippedProfile } from "./shipped-profiles.ts";
import { createSnmpAuditor } from "./snmp-audit.ts";
import { type AgentDouble, createAgentDouble } from "./testing/agent-double.ts";

const naming = { name: "if-1", endpoints: { prefix: "aaln/", count: 24 }, firstNumber: "5001" };
const boots = 1_790_000_000;
const startWall = boots * 1000;
const startTicks = 360_000;

let agent: AgentDouble;
let auditor: Auditor;
let now = { mono: 0, wall: 0 };

function guid(n: number): string {
  return n.toString(16).toUpperCase().padStart(32, "0");
}

function addEnded(historyIndex: number, number: number, endTicks: number): void {
  const { ciscoHistory, voipHistory, commonHistory } = table;
  const at = (column: string, value: number | Uint8Array) => agent.set(`${column}.${historyIndex}`, value);
  at(ciscoHistory.setupTime, endTicks - 6000);
  at(ciscoHistory.connectTime, endTicks - 5000);
  at(ciscoHistory.disconnectTime, endTicks);
  at(ciscoHistory.logicalIfIndex, 3);
  at(ciscoHistory.disconnectCause, encodeCause(16));
  at(ciscoHistory.callOrigin, 2);
  at(ciscoHistory.releaseSource, 1);
  at(voipHistory.connectionId, encodeGuid(guid(number)));
  at(voipHistory.callId, number);
  at(commonHistory.coderTypeRate, 16);
}

beforeEach(() => {
  agent = createAgentDouble();
  now = { mono: 1000, wall: startWall + startTicks * 10 };
  agent.set(table.snmpEngineBoots, boots);
  agent.set(table.totalActiveConnections, 0);
  agent.set(table.sysUpTime, startTicks);
  auditor = createSnmpAuditor({ naming, client: agent, clock: { now: () => now }, profile: shippedProfile("tandem"), own: true });
});

test("tells what ended since an instant, and reads each row once", async () => {
  for (let i = 1; i <= 60; i++) addEnded(i, 1000 + i, 300_000 + i * 100);
  const since = startWall + (300_000 + 50 * 100) * 10;
  const first = await auditor.audit("history", { endedSince: since });
  expect(first.complete).toBe(true);
  expect(first.ended.map((row) => row.index)).toEqual([1050, 1051, 1052, 1053, 1054, 1055, 1056, 1057, 1058, 1059, 1060]);
  expect(first.ended[0]).toMatchObject({
    callId: guid(1050),
    endpoint: "aaln/3@if-1",
    codec: "PCMA",
    cause: 16,
    releasedHere: true,
    endAt: since - 1,
  });
  now = { mono: now.mono + 1000, wall: now.wall + 1000 };
  agent.set(table.sysUpTime, startTicks + 100);
  addEnded(61, 1061, startTicks + 100);
  const second = await auditor.audit("history", { endedSince: since });
  expect(second.rowsRead).toBe(1);
  expect(second.ended).toHaveLength(12);
  expect(second.packets).toBeLessThan(6);
});

test("of 5,000 ended calls finds the newest few without a walk over all of them", async () => {
  for (let i = 1; i <= 5000; i++) addEnded(7000 + i, i, 200_000 + i * 10);
  const since = startWall + (200_000 + 4990 * 10) * 10;
  const result = await auditor.audit("history", { endedSince: since });
  expect(result.ended.map((row) => row.index)).toEqual([4990, 4991, 4992, 4993, 4994, 4995, 4996, 4997, 4998, 4999, 5000]);
  expect(result.packets).toBeLessThan(40);
  expect((await auditor.audit("history", { endedSince: startWall + 9_999_999_990 })).ended).toEqual([]);
});

test("misses no call although another entered the history long after its end", async () => {
  for (let i = 1; i <= 2000; i++) addEnded(i, i, 200_000 + i * 10 - (i % 3 === 0 ? 4_000 : 0));
  const since = startWall + (200_000 + 1500 * 10) * 10;
  const result = await auditor.audit("history", { endedSince: since });
  const right = Array.from({ length: 2000 }, (_, i) => i + 1).filter((i) => 200_000 + i * 10 - (i % 3 === 0 ? 4_000 : 0) >= 215_000);
  expect(result.ended.map((row) => row.index).sort((a, b) => a - b)).toEqual(right);
});

test("of an agent without history is complete and empty", async () => {
  expect(await auditor.audit("history")).toMatchObject({ complete: true, ended: [] });
});

test("goes back further when it is asked to", async () => {
  for (let i = 1; i <= 10; i++) addEnded(i, 1000 + i, 300_000 + i * 100);
  const late = await auditor.audit("history", { endedSince: startWall + 300_900 * 10 });
  expect(late.ended).toHaveLength(2);
  const all = await auditor.audit("history");
  expect(all.ended).toHaveLength(10);
});

test("a reader that slept before it looked at the first answer dates nothing by it", async () => {
  addEnded(1, 1, 100_000);
  agent.intercept = ({ oids }) => {
    if (oids[0] === "1.3.6.1.2.1.1.3") now = { ...now, wall: now.wall + 2_000 };
    return null;
  };
  expect(await auditor.audit("history")).toMatchObject({
    complete: false,
    incompleteBecause: "this server's clock was set while sysUpTime was read",
    ended: [],
  });
  agent.intercept = () => null;
  expect(await auditor.audit("history")).toMatchObject({ complete: true, ended: [{ callId: guid(1) }] });
});
