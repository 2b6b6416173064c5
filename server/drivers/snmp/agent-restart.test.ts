/** Another run of an agent, and the same one that only seems so: what is read anew, and by what it is dated. Engine boots stay equal here, as with snmpd -C. */
import { beforeEach, expect, test } from "vitest";
import * as table from "../../protocols/snmp/call-tables.ts";
import type { Auditor } from "../auditor.ts";
import { shippedProfile } from "./shipped-profiles.ts";
import { createSnmpAuditor } from "./snmp-audit.ts";
import { type AgentDouble, createAgentDouble } from "./testing/agent-double.ts";

const naming = { name: "pbx-1", endpoints: null, firstNumber: null };

let agent: AgentDouble;
let auditor: Auditor;
let now = { mono: 1_000, wall: 0 };

function pass(ms: number, ticks: number): void {
  now = { mono: now.mono + ms, wall: now.wall + ms };
  agent.set(table.sysUpTime, ticks);
}

function addRow(setupTicks: number): void {
  const { callActive } = table;
  agent.set(`${callActive.callState}.${setupTicks}.1`, 4);
  agent.set(`${callActive.connectTime}.${setupTicks}.1`, setupTicks + 10);
}

beforeEach(() => {
  agent = createAgentDouble();
  now = { mono: 1_000, wall: 1_790_000_000_000 };
  agent.set(table.snmpEngineBoots, 1);
  pass(0, 97_000);
  auditor = createSnmpAuditor({ naming, client: agent, clock: { now: () => now }, profile: shippedProfile("rfc2128"), own: false });
});

test("its uptime fell: every row is read anew, and dated by the new run", async () => {
  addRow(50);
  const first = await auditor.audit("liveness");
  expect(first.rows).toMatchObject([{ setupTicks: 50, setupAt: now.wall - 969_500 - 1 }]);
  pass(5_000, 60);
  const second = await auditor.audit("liveness");
  expect(second).toMatchObject({ complete: true, engineBoots: 1, rowsRead: 1 });
  expect(second.rows).toMatchObject([{ setupTicks: 50, setupAt: now.wall - 100 - 1, connectAt: now.wall - 1 }]);
  // Rows that are told while a walk goes on must not pass for those of the run before.
  expect(second.bootEpoch).not.toBe(first.bootEpoch);
  pass(5_000, 560);
  expect(await auditor.audit("liveness")).toMatchObject({ complete: true, rowsRead: 0, bootEpoch: second.bootEpoch });
});

test("it fell during the audit: rows of two runs are of none", async () => {
  addRow(50);
  let asked = 0;
  agent.intercept = () => {
    asked += 1;
    if (asked === 2) agent.set(table.sysUpTime, 12);
    return null;
  };
  expect(await auditor.audit("full")).toMatchObject({ failureKind: "restarted", bootEpoch: null, rows: [] });
});

test("it only lags, since the machine was suspended: the rows are those of before", async () => {
  addRow(50);
  const first = await auditor.audit("liveness");
  pass(3_600_000, 97_200);
  expect(await auditor.audit("liveness")).toMatchObject({ complete: true, rowsRead: 0, bootEpoch: first.bootEpoch });
});

test("it began anew after 497 days, as it must: the rows are those of before", async () => {
  pass(0, 2 ** 32 - 500);
  addRow(2 ** 32 - 1_500);
  const first = await auditor.audit("liveness");
  pass(10_000, 500);
  expect(await auditor.audit("liveness")).toMatchObject({ complete: true, rowsRead: 0, bootEpoch: first.bootEpoch });
});
