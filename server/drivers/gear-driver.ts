/** Gear that Tandem did not make, whatever it speaks: its audit, and as far as it obeys at all, how it is pointed at the server in charge. */
import type { Reachability } from "../core/polling/reachability.ts";
import type { GearSpec, MgcpAudit, SipAudit, SnmpAudit } from "../core/site/gear.ts";
import { printNotifiedEntity } from "../protocols/mgcp/endpoint-name.ts";
import { openPlainMgcpSocket } from "../runtime/plain-mgcp-socket.ts";
import type { SnmpCredentials } from "../runtime/snmp-peer.ts";
import { credentialsOf } from "../runtime/snmp-secrets.ts";
import type { AuditPorts } from "./audit-ports.ts";
import type { Auditor } from "./auditor.ts";
import { createForeignAuditor } from "./foreign-audit.ts";
import { type ForeignGear, notifiedEntityAt, point } from "./foreign-mgcp.ts";
import type { CommandAuthority, ConnectResult } from "./gateway-driver.ts";
import { createKamailioRpcAuditor } from "./kamailio-rpc-audit.ts";
import { askForeignGear } from "./mgcp-asker.ts";
import { type OptionsPing, startOptionsPing } from "./options-ping.ts";
import { createOsmoMgwAuditor, osmoGoneCodes } from "./osmo-mgw.ts";
import { createSipAuditor } from "./sip-audit.ts";
import { profileNamed, withShipped } from "./snmp/shipped-profiles.ts";
import { createSnmpAuditor } from "./snmp/snmp-audit.ts";
import { createSnmpClient } from "./snmp/snmp-client.ts";
import type { SnmpProfile } from "./snmp/snmp-profile.ts";

export interface GearDriver {
  readonly auditor: Auditor;
  /** Whether it answers between the audits; null: it is not asked. */
  readonly ping: OptionsPing | null;
  /** What its SNMP agent is asked with, which proves its notifications too; null: it is not audited over SNMP. */
  readonly snmp: SnmpCredentials | null;
  /** Null: it takes no command. */
  readonly connect: ((authority: CommandAuthority) => Promise<ConnectResult>) | null;
  /** Whom it believes to be in charge; null = it cannot say, or did not answer. */
  notifiedEntity(): Promise<string | null>;
  close(): Promise<void>;
}

export interface GearDriverOptions {
  readonly spec: GearSpec;
  readonly ports: AuditPorts;
  /** The site's own profiles, before the shipped ones. */
  readonly profiles: readonly SnmpProfile[];
  /** Null while this server does not hold the title. */
  authority(): CommandAuthority | null;
  /** It began to answer OPTIONS, or ceased to. */
  onReachability(now: Reachability): void;
}

export async function createGearDriver(options: GearDriverOptions): Promise<GearDriver> {
  const { spec, ports } = options;
  const { audit, name } = spec;
  switch (audit.protocol) {
    case "mgcp":
      return createMgcpGear(options, audit);
    case "snmp":
      return createSnmpGear(options, audit);
    case "sip":
      return readOnly(createSipGear(options, audit), { ping: startPing(options, audit) });
    case "rpc":
      return readOnly(createKamailioRpcAuditor({ gateway: name, clock: ports.clock, url: audit.url, authorization: null }));
  }
}

function readOnly(auditor: Auditor, { snmp = null, ping = null }: Partial<Pick<GearDriver, "snmp" | "ping">> = {}): GearDriver {
  return {
    auditor,
    snmp,
    ping,
    connect: null,
    notifiedEntity: async () => null,
    async close() {
      ping?.close();
      auditor.close();
    },
  };
}

function startPing({ ports, onReachability }: GearDriverOptions, { address, transport, optionsSeconds }: SipAudit) {
  if (ports.sip === null || optionsSeconds === null) return null;
  const { host, port } = address;
  return startOptionsPing({
    socket: ports.sip,
    clock: ports.clock,
    to: { host, port, transport },
    // Without a user: the element itself, not somebody behind it (RFC 3261 11).
    uri: `sip:${host.includes(":") ? `[${host}]` : host}:${port}`,
    sourceName: ports.self,
    intervalMs: optionsSeconds * 1_000,
    onPing: (now, changed) => {
      if (changed) onReachability(now);
    },
  });
}

function createSnmpGear({ spec: { name }, ports, profiles }: GearDriverOptions, audit: SnmpAudit): GearDriver {
  const { access, address, context } = audit;
  const told = credentialsOf(access, ports.reveal);
  const credentials = told.version === "3" ? { ...told, context } : told;
  const client = createSnmpClient({ socket: ports.snmp, node: name, agent: address, credentials, timeoutMs: 1_000 });
  const known = withShipped(profiles);
  const profile = audit.profile === null ? known : profileNamed(audit.profile, known);
  const naming = { name, endpoints: null, firstNumber: null };
  return readOnly(createSnmpAuditor({ naming, client, clock: ports.clock, profile, own: false }), { snmp: credentials });
}

function createSipGear({ spec, ports }: GearDriverOptions, audit: SipAudit): Auditor {
  const { name, pollSeconds } = spec;
  const { sip, clock, counters, reveal, self } = ports;
  if (sip === null) throw new Error(`${name}: audited by SIP, and no SIP socket`);
  const { address, transport, resources, user, subscribe } = audit;
  return createSipAuditor({
    gateway: name,
    socket: sip,
    clock,
    counters,
    address,
    transport,
    resources,
    credentials: user && { user: user.name, secret: reveal(user.secret) },
    sourceName: self,
    standing: subscribe ? { expiresSeconds: 600, keptMs: 2 * pollSeconds * 1_000 } : null,
  });
}

async function createMgcpGear({ spec, ports, authority }: GearDriverOptions, audit: MgcpAudit): Promise<GearDriver> {
  const { clock, counters, faults, self, notified, range } = ports;
  const socket = await openPlainMgcpSocket({
    self,
    node: spec.name,
    from: notified.host,
    to: audit.address,
    range,
    clock,
    faults,
    counters,
  });
  const naming = { name: audit.domain, endpoints: audit.endpoints, firstNumber: null };
  const { prefix, count } = audit.endpoints;
  const hexadecimal = Array.from({ length: count }, (_, i) => `${prefix}${(i + 1).toString(16)}@${audit.domain}`);
  const gear: ForeignGear = {
    naming,
    // A VTY is named for osmo-mgw alone.
    ...(audit.vty === null ? {} : { endpointNames: hexadecimal, goneCodes: osmoGoneCodes }),
    asker: askForeignGear(socket, clock),
    clock,
    notifiedEntity: printNotifiedEntity({ local: self, host: notified.host, port: notified.port }),
  };
  const auditor =
    audit.vty === null
      ? createForeignAuditor({ gear, authority, told: () => [] })
      : createOsmoMgwAuditor({ gear, vty: audit.vty, authority, told: () => [] });
  return {
    auditor: named(auditor, spec.name),
    snmp: null,
    ping: null,
    connect: spec.control === "mgcp" ? (under) => point(gear, under) : null,
    notifiedEntity: () => notifiedEntityAt(gear, `${audit.endpoints.prefix}1@${audit.domain}`),
    async close() {
      auditor.close();
      await socket.close();
    },
  };
}

/** Its rows are known by the gear's own domain; here they go by the name that the site gives it. */
function named(auditor: Auditor, gateway: string): Auditor {
  return {
    ...auditor,
    async audit(mode, options = {}) {
      const result = await auditor.audit(mode, {
        ...options,
        onRows: options.onRows && ((rows) => options.onRows?.(rows.map((row) => ({ ...row, gateway })))),
      });
      return { ...result, rows: result.rows.map((row) => ({ ...row, gateway })) };
    },
  };
}
