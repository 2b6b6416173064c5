/** Gear whose name has no address is told in one sentence, whichever protocol it is audited by, and counts as gear that does not answer. */
import { afterEach, expect, test } from "vitest";
import { auditRange } from "../protocols/mgcp/transaction-range.ts";
import { systemClock } from "../runtime/clock.ts";
import { Counters } from "../runtime/counters.ts";
import { FaultTable } from "../runtime/faults.ts";
import { openPlainMgcpSocket } from "../runtime/plain-mgcp-socket.ts";
import { openSipSocket } from "../runtime/sip-socket.ts";
import { openSnmpSocket } from "../runtime/snmp-socket.ts";
import type { Auditor } from "./auditor.ts";
import { createForeignAuditor } from "./foreign-audit.ts";
import { createKamailioRpcAuditor } from "./kamailio-rpc-audit.ts";
import { askForeignGear } from "./mgcp-asker.ts";
import { createSipAuditor } from "./sip-audit.ts";
import { shippedProfiles } from "./snmp/shipped-profiles.ts";
import { createSnmpAuditor } from "./snmp/snmp-audit.ts";
import { createSnmpClient } from "./snmp/snmp-client.ts";

const host = "nosuch.invalid";
const clock = systemClock();
const ports = { self: "cs-a", clock, faults: new FaultTable(), counters: new Counters() } as const;
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const auditors: Record<string, () => Promise<Auditor>> = {
  async snmp() {
    const socket = openSnmpSocket(ports);
    open.push(socket);
    const credentials = { version: "2c", community: Buffer.from("public") } as const;
    const client = createSnmpClient({ socket, node: "gw", agent: { host, port: 161 }, credentials });
    const naming = { name: "gw", endpoints: null, firstNumber: null };
    return createSnmpAuditor({ naming, client, clock, profile: shippedProfiles(), own: false });
  },
  async mgcp() {
    const to = { host, port: 2427 };
    const socket = await openPlainMgcpSocket({ ...ports, node: "gw", from: "127.0.0.1", to, range: auditRange(0, Date.now()) });
    open.push(socket);
    const naming = { name: "gw", endpoints: { prefix: "ds/e1-1/", count: 16 }, firstNumber: null };
    const gear = { naming, asker: askForeignGear(socket, clock), clock, notifiedEntity: "cs-a" };
    return createForeignAuditor({ gear, authority: () => null, told: () => [] });
  },
  "sip over udp": () => sip("udp"),
  "sip over tcp": () => sip("tcp"),
  rpc: async () => createKamailioRpcAuditor({ gateway: "gw", clock, url: `http://${host}:5060/RPC`, authorization: null }),
};

async function sip(transport: "udp" | "tcp"): Promise<Auditor> {
  const socket = await openSipSocket({ ...ports, bind: { host: "127.0.0.1", port: 0 }, nodes: new Map(), onRequest: () => null });
  open.push(socket);
  const resources = [`sip:bob@${host}`, `sip:eve@${host}`];
  const how = { transport, resources, credentials: null, sourceName: "cs-a", standing: null } as const;
  return createSipAuditor({ gateway: "gw", socket, clock, counters: ports.counters, address: { host, port: 5060 }, ...how });
}

test.each(Object.entries(auditors))("%s", async (_, make) => {
  const result = await (await make()).audit("full");
  expect(result).toMatchObject({ complete: false, incompleteBecause: `${host} has no address`, failureKind: "timeout", bootEpoch: null });
});
