/** Gear behind an SNMP agent of its own (AgentX): what the agent goes through is not what the calls go through. */
import { beforeEach, expect, test } from "vitest";
import * as table from "../../protocols/snmp/call-tables.ts";
import type { Auditor } from "../auditor.ts";
import { shippedProfile } from "./shipped-profiles.ts";
import { createSnmpAuditor } from "./snmp-audit.ts";
import { parseSnmpProfile } from "./snmp-profile.ts";
import { type AgentDouble, createAgentDouble } from "./testing/agent-double.ts";

const channels = "1.3.6.1.4.1.22736.1.5";
const entry = `${channels}.2.1`;
const text = (value: string): Uint8Array => Uint8Array.from(value, (one) => one.charCodeAt(0));

let agent: AgentDouble;
let auditor: Auditor;
let now = { mono: 1_000, wall: 1_790_000_000_000 };

function addChannel(index: number, name: string): void {
  agent.set(`${entry}.20.${index}`, text(name));
  agent.set(`${entry}.23.${index}`, 6);
}

beforeEach(() => {
  agent = createAgentDouble();
  now = { mono: 1_000, wall: 1_790_000_000_000 };
  agent.set(table.snmpEngineBoots, 7);
  agent.set(table.sysUpTime, 360_000);
  agent.set(`${channels}.1.0`, 2);
  addChannel(1, "1790000000.1");
  addChannel(2, "1790000000.2");
  const naming = { name: "pbx-1", endpoints: null, firstNumber: null };
  auditor = createSnmpAuditor({ naming, client: agent, clock: { now: () => now }, profile: shippedProfile("asterisk"), own: false });
});

test("its restart names no boot, and the same channels are the same legs", async () => {
  const before = await auditor.audit("full");
  expect(before).toMatchObject({ complete: true, tellsBoot: false, engineBoots: null });
  agent.set(table.snmpEngineBoots, 8);
  agent.set(table.sysUpTime, 12);
  now = { mono: now.mono + 5_000, wall: now.wall + 5_000 };
  const after = await auditor.audit("liveness");
  expect(after).toMatchObject({ complete: true, tellsBoot: false, engineBoots: null });
  expect(after.rows.map(({ setupTicks, index, detail }) => [setupTicks, index, detail?.legName])).toEqual(
    before.rows.map(({ setupTicks, index, detail }) => [setupTicks, index, detail?.legName]),
  );
  expect(auditor.profile()?.tellsBoot).toBe(false);
});

test("without its subagent the table is not empty, but away", async () => {
  await auditor.audit("full");
  agent.remove(`${channels}.1.0`);
  for (const column of [20, 23]) for (const index of [1, 2]) agent.remove(`${entry}.${column}.${index}`);
  const away = await auditor.audit("liveness");
  expect(away).toMatchObject({ complete: false, failureKind: "other", rows: [] });
  expect(away.incompleteBecause).toBe(
    "the agent answers, and has nothing of Asterisk (res_snmp): it lost touch with the gear, or this profile does not fit",
  );
  agent.set(`${channels}.1.0`, 0);
  expect(await auditor.audit("liveness")).toMatchObject({ complete: true, rows: [] });
});

test("a profile of such gear has no stamps of sysUpTime", () => {
  expect(parseSnmpProfile({ ...shippedProfile("rfc2128"), agent: "apart" })).toEqual({
    problems: ["agent: apart, so its sysUpTime dates nothing, and callActiveSetupTime cannot be an uptimeStamp"],
  });
});
