/** The SNMP audit against a scripted agent: what it reads, what it proves, and when it must say that it proves nothing. */
import { beforeEach, describe, expect, test } from "vitest";
import * as table from "../../protocols/snmp/call-tables.ts";
import { encodeAddress, encodeGuid } from "../../protocols/snmp/call-values.ts";
import type { Auditor } from "../auditor.ts";
import { shippedProfile } from "./shipped-profiles.ts";
import { createSnmpAuditor } from "./snmp-audit.ts";
import { type AgentDouble, createAgentDouble } from "./testing/agent-double.ts";

const gateway = { name: "if-1", endpoints: { prefix: "aaln/", count: 24 }, firstNumber: "5001" };
const boots = 1_790_000_000;
const startWall = boots * 1000;

let agent: AgentDouble;
let auditor: Auditor;
let now = { mono: 0, wall: 0 };
let uptimeTicks = 0;

function guid(n: number): string {
  return n.toString(16).toUpperCase().padStart(32, "0");
}

function passMs(ms: number): void {
  now = { mono: now.mono + ms, wall: now.wall + ms };
  uptimeTicks += ms / 10;
  agent.set(table.sysUpTime, uptimeTicks);
}

let live = 0;
function addRow(setupTicks: number, number: number, endpoint: number, state = 4, connectTicks = setupTicks + 100): void {
  const at = `${setupTicks}.${number}`;
  const { callActive, voipActive, commonActive } = table;
  agent.set(`${callActive.callState}.${at}`, state);
  agent.set(`${callActive.peerAddress}.${at}`, Uint8Array.from([0x30, 0x37]));
  agent.set(`${callActive.logicalIfIndex}.${at}`, endpoint);
  agent.set(`${callActive.connectTime}.${at}`, connectTicks);
  agent.set(`${callActive.callOrigin}.${at}`, 2);
  agent.set(`${callActive.infoType}.${at}`, 2);
  for (const [i, column] of [
    callActive.transmitPackets,
    callActive.transmitBytes,
    callActive.receivePackets,
    callActive.receiveBytes,
  ].entries()) {
    agent.set(`${column}.${at}`, 100 + i);
  }
  agent.set(`${voipActive.connectionId}.${at}`, encodeGuid(guid(number)));
  agent.set(`${voipActive.selectedQos}.${at}`, 5);
  agent.set(`${voipActive.sessionTarget}.${at}`, Uint8Array.from([..."modelled:127.0.0.1:4000"].map((c) => c.charCodeAt(0))));
  agent.set(`${voipActive.lostPackets}.${at}`, 3);
  agent.set(`${voipActive.remoteMediaAddress}.${at}`, encodeAddress("127.0.0.1"));
  agent.set(`${voipActive.remoteMediaPort}.${at}`, 4000);
  agent.set(`${commonActive.coderTypeRate}.${at}`, 15);
  count(1);
}

function count(by: number): void {
  live += by;
  agent.set(table.totalActiveConnections, live);
}

function removeRow(setupTicks: number, number: number): void {
  agent.remove(`.${setupTicks}.${number}`);
  count(-1);
}

beforeEach(() => {
  agent = createAgentDouble();
  live = 0;
  uptimeTicks = 360_000;
  now = { mono: 1000, wall: startWall + uptimeTicks * 10 };
  agent.set(table.snmpEngineBoots, boots);
  agent.set(table.totalActiveConnections, 0);
  agent.set(table.sysUpTime, uptimeTicks);
  auditor = createSnmpAuditor({ naming: gateway, client: agent, clock: { now: () => now }, profile: shippedProfile("tandem"), own: true });
});

describe("a full audit", () => {
  test("tells every fact of a row, with the instants on the reader's clock", async () => {
    addRow(350_000, 42, 3);
    const result = await auditor.audit("full");
    expect(result).toMatchObject({
      complete: true,
      incompleteBecause: null,
      bootEpoch: startWall,
      scalarCount: 1,
      rowsRead: 1,
      partialRows: 0,
    });
    expect(result.rows).toEqual([
      {
        gateway: "if-1",
        bootEpoch: startWall,
        setupTicks: 350_000,
        index: 42,
        endpoint: "aaln/3@if-1",
        connectionId: "0000002A",
        callId: guid(42),
        state: "active",
        origin: "answer",
        localNumber: "5003",
        peerNumber: "07",
        localAddress: null,
        remoteAddress: "127.0.0.1:4000",
        carries: "speech",
        codec: "PCMU",
        qos: "controlledLoad",
        setupAt: startWall + 3_500_000 - 1,
        connectAt: startWall + 3_501_000 - 1,
        clockErrorMs: 11,
        media: {
          packetsSent: 100,
          octetsSent: 101,
          packetsReceived: 102,
          octetsReceived: 103,
          packetsLost: 3,
          jitterMs: null,
          longestSilenceMs: null,
          modelled: true,
        },
        seenAt: 1000,
        source: "snmp",
        detail: {
          setupFrom: "gateway-uptime",
          connectFrom: "gateway-uptime",
          dscp: null,
          rttMs: null,
          mos: null,
          legName: null,
          countersAt: 1000,
        },
      },
    ]);
  });

  test("of 1,000 rows reads each column once and finds them all", async () => {
    for (let i = 1; i <= 1000; i++) addRow(100_000 + Math.floor(i / 3), i, 1 + (i % 24));
    const result = await auditor.audit("full");
    expect(result).toMatchObject({ complete: true, rowsRead: 1000, scalarCount: 1000 });
    expect(new Set(result.rows.map((row) => row.index)).size).toBe(1000);
    expect(result.packets).toBeLessThan(250);
  });

  test("halves its repetitions when an answer is too big, and still completes", async () => {
    for (let i = 1; i <= 200; i++) addRow(100_000, i, 1 + (i % 24));
    let refusals = 3;
    agent.intercept = ({ kind }) =>
      kind === "get-bulk" && refusals-- > 0 ? { ok: false, reason: "too-big", text: "response too big" } : null;
    const result = await auditor.audit("full");
    expect(result).toMatchObject({ complete: true, rowsRead: 200 });
  });
});

describe("a liveness audit", () => {
  test("reads in full only what is new or changed its state", async () => {
    for (let i = 1; i <= 100; i++) addRow(100_000 + i, i, 1 + (i % 24));
    addRow(200_000, 500, 7, 2, 0);
    await auditor.audit("full");
    addRow(360_001, 600, 8);
    agent.set(`${table.callActive.callState}.200000.500`, 4);
    agent.set(`${table.callActive.connectTime}.200000.500`, 360_050);
    removeRow(100_001, 1);
    passMs(5000);
    const told: number[][] = [];
    const result = await auditor.audit("liveness", { onRows: (rows) => told.push(rows.map((row) => row.index)) });
    expect(result).toMatchObject({ complete: true, rowsRead: 2, scalarCount: 101 });
    expect(result.rows).toHaveLength(101);
    expect(result.rows.find((row) => row.index === 500)?.connectAt).not.toBeNull();
    expect(result.rows.some((row) => row.index === 1)).toBe(false);
    expect(told.map((rows) => rows.length)).toEqual([99, 2]);
    expect(result.packets).toBeLessThan(10);
    expect(result.rows.every((row) => row.seenAt === now.mono)).toBe(true);
  });

  test("reads the new rows of all columns with few questions, and each value into its own row", async () => {
    for (let i = 0; i < 2000; i++) addRow(100_000 + i, i, 1 + (i % 24));
    await auditor.audit("full");
    for (let i = 0; i < 150; i++) removeRow(100_000 + i * 7, i * 7);
    for (let i = 0; i < 200; i++) addRow(300_000 + i, 5000 + i, 1 + (i % 24));
    const result = await auditor.audit("liveness");
    expect(result).toMatchObject({ complete: true, rowsRead: 200, partialRows: 0 });
    expect(result.rows).toHaveLength(2050);
    for (const row of result.rows.slice(-200)) {
      expect(row).toMatchObject({
        setupTicks: 295_000 + row.index,
        endpoint: `aaln/${((row.index - 5000) % 24) + 1}@if-1`,
        callId: guid(row.index),
      });
    }
    // The watched column of 2,050 rows wants 9, the 12 others of the new ones 2 × 4, a part of the counters 3, and sysUpTime is asked twice.
    expect(result.packets).toBeLessThan(25);
  });

  test("in the first audit of a gateway is a full one", async () => {
    for (let i = 1; i <= 50; i++) addRow(100_000 + i, i, 1 + (i % 24));
    expect(await auditor.audit("liveness")).toMatchObject({ complete: true, rowsRead: 50 });
  });
});

describe("an audit that proves nothing says why", () => {
  test("no answer at all", async () => {
    agent.intercept = () => ({ ok: false, reason: "timeout", text: "no answer" });
    const result = await auditor.audit("liveness");
    expect(result).toMatchObject({ complete: false, incompleteBecause: "no answer to sysUpTime: no answer", rows: [], uptimeBefore: null });
  });

  test("a column that breaks off", async () => {
    for (let i = 1; i <= 200; i++) addRow(100_000, i, i);
    agent.intercept = ({ kind, oids }) =>
      kind === "get-bulk" && oids.length === 1 ? { ok: false, reason: "timeout", text: "no answer" } : null;
    const result = await auditor.audit("liveness");
    expect(result).toMatchObject({ complete: false, failureKind: "timeout" });
    expect(result.columns).toContainEqual({ column: "callActiveCallState", reachedEnd: false });
  });

  test("a count that disagrees, even after three walks", async () => {
    addRow(100_000, 1, 1);
    count(4);
    const result = await auditor.audit("liveness");
    expect(result).toMatchObject({ complete: false, incompleteBecause: "the agent counts 5 connections, the walk found 1" });
  });

  test("a count that agrees on the second walk is complete", async () => {
    addRow(100_000, 1, 1);
    count(1);
    let walks = 0;
    agent.intercept = ({ kind }) => {
      if (kind === "get-bulk" && walks++ === 1) count(-1);
      return null;
    };
    expect(await auditor.audit("liveness")).toMatchObject({ complete: true, scalarCount: 1 });
  });

  test("an agent that restarts in the middle", async () => {
    for (let i = 1; i <= 3; i++) addRow(100_000, i, i);
    agent.intercept = ({ oids }) => {
      if (oids.length > 5) {
        agent.set(table.snmpEngineBoots, boots + 60);
        agent.set(table.sysUpTime, 12);
      }
      return null;
    };
    expect(await auditor.audit("liveness")).toMatchObject({
      complete: false,
      incompleteBecause: "the agent restarted during the audit",
    });
    agent.intercept = () => null;
    expect(await auditor.audit("liveness")).toMatchObject({ complete: true, bootEpoch: (boots + 60) * 1000, rowsRead: 3 });
  });

  test.each([
    ["and goes on answering", 0],
    ["and is not answered any more", 1],
  ])("a reader whose clock is set in the middle %s", async (_, lost) => {
    addRow(100_000, 1, 1);
    let isSet = false;
    agent.intercept = ({ kind, oids }) => {
      if (kind === "get" && oids.length > 3) {
        isSet = true;
        now = { ...now, wall: now.wall + 5_000 };
      }
      return isSet && oids[0] === "1.3.6.1.2.1.1.3" && lost > 0 ? { ok: false, reason: "timeout", text: "no answer" } : null;
    };
    const told: unknown[] = [];
    expect(await auditor.audit("liveness", { onRows: (rows) => told.push(rows) })).toMatchObject({
      complete: false,
      incompleteBecause: "this server's clock was set during the audit",
      bootEpoch: null,
      rows: [],
    });
    expect(told).toEqual([]);
  });

  test("an agent without engine boots that restarts is known by its uptime", async () => {
    agent.remove(table.snmpEngineBoots);
    addRow(100_000, 1, 1);
    const first = await auditor.audit("liveness");
    passMs(10_000);
    agent.set(table.sysUpTime, 500);
    const second = await auditor.audit("liveness");
    expect(second.complete).toBe(true);
    expect(second.bootEpoch).not.toBe(first.bootEpoch);
  });

  test("an agent whose answers do not move on is left after one step", async () => {
    for (let i = 1; i <= 200; i++) addRow(100_000, i, i);
    const same = `${table.callActive.callState}.1.1`;
    agent.intercept = ({ kind, oids }) => (kind === "get-bulk" && oids.length === 1 ? agent.answer([[same, 4]]) : null);
    const result = await auditor.audit("full");
    expect(result.incompleteBecause).toContain("does not move on");
    expect(result).toMatchObject({ failureKind: "loop" });
    expect(result.packets).toBeLessThan(100);
  });

  test("rows that could not be read are not taken for gone", async () => {
    for (let i = 1; i <= 5; i++) addRow(100_000, i, i);
    const silent = { ok: false, reason: "timeout", text: "no answer" } as const;
    agent.intercept = ({ kind, oids }) => (kind === "get-bulk" && oids.length > 5 ? silent : null);
    const walked = await auditor.audit("liveness");
    expect(walked).toMatchObject({ complete: false, incompleteBecause: expect.stringContaining("no answer"), rows: [] });
    expect(walked.columns).toContainEqual({ column: "callActivePeerAddress", reachedEnd: false });
    agent.intercept = () => null;
    expect(await auditor.audit("liveness")).toMatchObject({ complete: true, rowsRead: 5 });
    addRow(100_000, 6, 6);
    agent.intercept = ({ kind, oids }) => (kind === "get" && oids.length > 3 ? silent : null);
    const asked = await auditor.audit("liveness");
    expect(asked).toMatchObject({ complete: false, incompleteBecause: "reading rows: no answer", partialRows: 0 });
    expect(asked.rows).toHaveLength(5);
    expect(asked.columns).toContainEqual({ column: "rows by index", reachedEnd: false });
  });

  test("a row without a required column is partial; one that is wholly gone has ended", async () => {
    addRow(100_000, 1, 1);
    addRow(100_000, 2, 2);
    agent.remove(`${table.voipActive.connectionId}.100000.2`);
    const partial = await auditor.audit("full");
    expect(partial).toMatchObject({ complete: false, partialRows: 1, incompleteBecause: "1 rows are partial" });
    expect(partial.rows.map((row) => row.index)).toEqual([1]);
    agent.intercept = ({ kind, oids }) => {
      if (kind === "get" && oids.length > 3 && live === 2) removeRow(100_000, 2);
      return null;
    };
    const gone = await auditor.audit("full");
    expect(gone).toMatchObject({ complete: true, partialRows: 0 });
    expect(gone.rows.map((row) => row.index)).toEqual([1]);
  });
});
