/**
 * Our auditor alone, as a process of its own. Each line of its input is an order as JSON: audit that port in that mode, with an auditor that has
 * seen nothing (`fresh`) or the last one. The answer tells what it took, and processor time of this process, compiler and collector included.
 */
import { createInterface } from "node:readline";
import type { Auditor } from "../../server/drivers/auditor.ts";
import { createSnmpAuditor } from "../../server/drivers/snmp/snmp-audit.ts";
import { createSnmpClient } from "../../server/drivers/snmp/snmp-client.ts";
import { systemClock } from "../../server/runtime/clock.ts";
import { Counters } from "../../server/runtime/counters.ts";
import { FaultTable } from "../../server/runtime/faults.ts";
import { openSnmpSocket } from "../../server/runtime/snmp-socket.ts";
import { twelveColumns } from "./columns.ts";

export interface AuditOrder {
  readonly port: number;
  readonly mode: "full" | "liveness";
  readonly fresh: boolean;
}

export interface AuditReport {
  readonly ms: number;
  readonly processorMs: number;
  readonly packets: number;
  readonly rows: number;
  readonly rowsRead: number;
  /** Null: complete. */
  readonly because: string | null;
}

const clock = systemClock();
const socket = openSnmpSocket({ self: "bench", faults: new FaultTable(), counters: new Counters() });
let auditor: Auditor | null = null;

function newAuditor(port: number): Auditor {
  const client = createSnmpClient({
    socket,
    node: "gw-1",
    agent: { host: "127.0.0.1", port },
    credentials: { version: "2c", community: Buffer.from("tandem") },
  });
  const naming = { name: "gw-1", endpoints: { prefix: "ds/e1-1/", count: 11_000 }, firstNumber: null };
  return createSnmpAuditor({ naming, client, clock, profile: twelveColumns(), own: true });
}

for await (const line of createInterface({ input: process.stdin })) {
  const { port, mode, fresh } = JSON.parse(line) as AuditOrder;
  if (fresh || auditor === null) {
    auditor?.close();
    auditor = newAuditor(port);
  }
  const before = process.cpuUsage();
  const began = performance.now();
  const { packets, rows, rowsRead, incompleteBecause } = await auditor.audit(mode);
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  const report: AuditReport = {
    ms,
    processorMs: (user + system) / 1000,
    packets,
    rows: rows.length,
    rowsRead,
    because: incompleteBecause,
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
auditor?.close();
await socket.close();
