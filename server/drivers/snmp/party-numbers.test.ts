/** Whose number a table tells: who calls stands at the leg that was answered, who is called at the leg that was set up. */
import { expect, test } from "vitest";
import * as table from "../../protocols/snmp/call-tables.ts";
import { shippedProfile } from "./shipped-profiles.ts";
import { createSnmpAuditor } from "./snmp-audit.ts";
import { type AgentDouble, createAgentDouble } from "./testing/agent-double.ts";

const text = (value: string): Uint8Array => Uint8Array.from(value, (one) => one.charCodeAt(0));

async function numbersOf(agent: AgentDouble, profile: string) {
  agent.set(table.sysUpTime, 360_000);
  const naming = { name: "gear-1", endpoints: null, firstNumber: null };
  const clock = { now: () => ({ mono: 1_000, wall: 1_790_000_000_000 }) };
  const auditor = createSnmpAuditor({ naming, client: agent, clock, profile: shippedProfile(profile), own: false });
  const { rows } = await auditor.audit("full");
  return rows.map(({ origin, localNumber, peerNumber }) => [origin, localNumber, peerNumber]);
}

test("DIAL-CONTROL-MIB: callActivePeerAddress is the leg's own party, whoever set it up", async () => {
  const agent = createAgentDouble();
  const { callActive } = table;
  for (const [index, origin, number] of [
    [1, 2, "0301112222"],
    [2, 1, "0301113333"],
  ] as const) {
    const at = `100.${index}`;
    agent.set(`${callActive.callState}.${at}`, 4);
    agent.set(`${callActive.connectTime}.${at}`, 200);
    agent.set(`${callActive.callOrigin}.${at}`, origin);
    agent.set(`${callActive.peerAddress}.${at}`, text(number));
  }
  expect(await numbersOf(agent, "rfc2128")).toEqual([
    ["answer", "0301112222", null],
    ["originate", "0301113333", null],
  ]);
});

test("FreeSWITCH tells caller and called of both channels of a call", async () => {
  const agent = createAgentDouble();
  const entry = "1.3.6.1.4.1.27880.1.9.1";
  for (const [index, direction] of [
    [1, "inbound"],
    [2, "outbound"],
  ] as const) {
    agent.set(`${entry}.2.${index}`, text(`uuid-${index}`));
    agent.set(`${entry}.3.${index}`, text(direction));
    agent.set(`${entry}.4.${index}`, Uint8Array.of(0x07, 0xea, 11, 23, 8, 0, 0, 0, 0x2b, 0, 0));
    agent.set(`${entry}.6.${index}`, text("CS_EXCHANGE_MEDIA"));
    agent.set(`${entry}.8.${index}`, text("2001"));
    agent.set(`${entry}.11.${index}`, text("2002"));
  }
  expect(await numbersOf(agent, "freeswitch")).toEqual([
    ["answer", "2001", "2002"],
    ["originate", "2002", "2001"],
  ]);
});

test("gear of another kind than its profile has no empty table, but none", async () => {
  const agent = createAgentDouble();
  agent.set(table.sysUpTime, 360_000);
  const naming = { name: "gear-1", endpoints: null, firstNumber: null };
  const clock = { now: () => ({ mono: 1_000, wall: 1_790_000_000_000 }) };
  const profile = shippedProfile("cisco-voice");
  const result = await createSnmpAuditor({ naming, client: agent, clock, profile, own: false }).audit("full");
  expect(result).toMatchObject({ complete: false, rows: [] });
  expect(result.incompleteBecause).toMatch(/^the agent answers, and has nothing of Cisco voice gateway .*: this profile does not fit$/);
});
