/** What audits of every protocol need of their node: one socket for each protocol, shared by all gear. */
import { isIP } from "node:net";
import type { BootId, NodeName } from "../core/identity.ts";
import type { SecretRef } from "../core/site/secret-ref.ts";
import type { HostPort, Site } from "../core/site/site.ts";
import { auditRange, type TransactionRange } from "../protocols/mgcp/transaction-range.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Counters } from "../runtime/counters.ts";
import type { FaultTable } from "../runtime/faults.ts";
import type { SipSocket } from "../runtime/sip-exchange.ts";
import { openSipSocket } from "../runtime/sip-socket.ts";
import { openSnmpSocket, type SnmpSocket } from "../runtime/snmp-socket.ts";

export interface AuditPorts {
  readonly self: NodeName;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly faults: FaultTable;
  readonly snmp: SnmpSocket;
  /** Null where nothing is asked by SIP. */
  readonly sip: SipSocket | null;
  /** Where gateways send their notifications: this server's MGCP address. */
  readonly notified: HostPort;
  /** Ids of MGCP questions. */
  readonly range: TransactionRange;
  reveal(reference: SecretRef): string;
  close(): Promise<void>;
}

export interface AuditPortsOptions {
  readonly self: NodeName;
  readonly boot: BootId;
  readonly rank: number;
  readonly notified: HostPort;
  readonly site: Site;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly faults: FaultTable;
  reveal(reference: SecretRef): string;
}

export async function openAuditPorts(options: AuditPortsOptions): Promise<AuditPorts> {
  const { self, site, notified, clock, counters, faults, reveal } = options;
  const snmp = openSnmpSocket({ self, faults, counters });
  const bySip = [...site.gateways.filter((one) => one.audit === "sip"), ...site.gear.filter((one) => one.audit.protocol === "sip")];
  const sip = bySip.length === 0 ? null : await openSip(options);
  return {
    self,
    clock,
    counters,
    faults,
    snmp,
    sip,
    notified,
    range: auditRange(options.rank, options.boot),
    reveal,
    async close() {
      await sip?.close();
      await snmp.close();
    },
  };
}

function openSip({ self, site, notified, clock, counters, faults }: AuditPortsOptions): Promise<SipSocket> {
  const ours = site.gateways.flatMap((one) => (one.sip === null ? [] : [[one.name, one.sip] as const]));
  const others = site.gear.flatMap(({ name, audit }) => (audit.protocol === "sip" ? [[name, audit.address] as const] : []));
  // A port of its own beside its other addresses: it only asks, and is answered there.
  const bind = { host: isIP(notified.host) === 0 ? "0.0.0.0" : notified.host, port: 0 };
  return openSipSocket({
    self,
    bind,
    nodes: new Map([...ours, ...others]),
    clock,
    counters,
    faults,
    onRequest: () => null,
  });
}
