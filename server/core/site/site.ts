/**
 * A site as `tandem.yaml` describes it, parsed and with every default filled in.
 * One file per site; every node reads its own part of the same file.
 */
import type { ChangeRule } from "../control/change-rule.ts";
import type { NodeName } from "../identity.ts";
import type { GearSpec } from "./gear.ts";
import type { GatewayKind, HostPort } from "./host-port.ts";
import type { SecretRef } from "./secret-ref.ts";
import type { SnmpAccess } from "./snmp-access.ts";
import type { Timers } from "./timers.ts";

export type { GatewayKind, HostPort };

export interface ServerSpec {
  readonly name: NodeName;
  /** 0 is preferred as primary; equal ranks are not allowed. */
  readonly rank: number;
  /** Tandem's link. Path 1 carries keepalives; path 2 only the direct query, so that it can fail separately. */
  readonly link: { readonly path1: HostPort; readonly path2: HostPort };
  /** Where this call server sends and receives MGCP (call agent side). */
  readonly mgcp: HostPort;
  /** The node's own operator interface: HTTP with a bearer token. */
  readonly operator: HostPort;
  /** Where it hears the SNMP notifications of gear (UDP); null: it does not listen for them. */
  readonly snmpTraps: HostPort | null;
  /** Calls that the server is sized for. */
  readonly capacityCalls: number;
  /** Its own lists of takeover actions; those left out are the site's. */
  readonly actions: Partial<ActionLists>;
}

/** Where a gateway answers SIP, over UDP and TCP alike. */
export interface SipSpec extends HostPort {
  /** Who may subscribe has to prove this user and secret; null: the hosts of the call servers need no proof, and nobody else may. */
  readonly user: string | null;
  readonly secret: SecretRef | null;
}

export const ownAuditProtocols = ["snmp", "mgcp", "sip"] as const;
export type OwnAuditProtocol = (typeof ownAuditProtocols)[number];

export interface GatewaySpec {
  readonly name: NodeName;
  readonly kind: GatewayKind;
  readonly voter: boolean;
  /** 1 is taken over first. */
  readonly priority: number;
  readonly link: HostPort;
  readonly mgcp: HostPort;
  readonly snmp: HostPort & SnmpAccess;
  /** Null: it does not speak SIP. */
  readonly sip: SipSpec | null;
  readonly operator: HostPort;
  /** Where its media leaves from and arrives; even ports from `portFrom` on. */
  readonly rtp: { readonly host: string; readonly portFrom: number; readonly portTo: number };
  /** Endpoints are `<prefix>1@<name>` … `<prefix><count>@<name>`, for example `aaln/1@if-1`, `ds/e1-1/1@gw-1` has prefix `ds/e1-1/`. */
  readonly endpoints: { readonly prefix: string; readonly count: number };
  /** The telephone number of endpoint 1; endpoint i has firstNumber + i - 1. Null on trunks. */
  readonly firstNumber: string | null;
  /** How call servers read its connections; it answers all three. */
  readonly audit: OwnAuditProtocol;
  /** Seconds between two audits of this gateway by each call server. */
  readonly pollSeconds: number;
  /** Second topology (B13): this gateway hangs directly on that server, without the IP network in between. */
  readonly localTo: NodeName | null;
}

export interface WitnessSpec {
  readonly name: NodeName;
  readonly link: HostPort;
  readonly operator: HostPort;
}

/** Digits that begin with `prefix` go out on an idle channel of these trunk gateways, in this order, least used first. */
export interface RouteSpec {
  readonly prefix: string;
  readonly gateways: readonly NodeName[];
}

export interface KeySpec {
  /** 1..255, carried in each datagram; several keys allow hitless rotation. The first one signs. */
  readonly id: number;
  readonly secret: SecretRef;
}

/** Takeover actions (failover.md 11): what else moves when the role of a server changes. */
export interface ExecAction {
  readonly kind: "exec";
  /** The program by its whole path, then its arguments, each as it is. */
  readonly command: readonly string[];
}

export interface HttpAction {
  readonly kind: "http";
  readonly url: string;
  readonly method: "POST" | "PUT";
  /** Signs the request; null = not signed. */
  readonly secret: SecretRef | null;
}

export type ActionSpec = (ExecAction | HttpAction) & {
  /** What lasts longer is stopped and counts as failed. */
  readonly timeoutMs: number;
  /** A failure leaves out the rest of the list and raises an alarm. */
  readonly blocking: boolean;
};

/** Each list is worked from top to bottom. */
export interface ActionLists {
  readonly onPromote: readonly ActionSpec[];
  readonly onDemote: readonly ActionSpec[];
}

/** What a program may log as; those of the kernel and of the log itself are left out. */
export const syslogFacilities = [
  "user",
  "mail",
  "daemon",
  "auth",
  "syslog",
  "lpr",
  "news",
  "uucp",
  "cron",
  "authpriv",
  "ftp",
  "local0",
  "local1",
  "local2",
  "local3",
  "local4",
  "local5",
  "local6",
  "local7",
] as const;

export type SyslogFacility = (typeof syslogFacilities)[number];

/** The socket of this host's own system log. */
export const localSyslog = "/dev/log";

export interface SyslogSpec {
  readonly to: HostPort | typeof localSyslog;
  readonly facility: SyslogFacility;
  readonly appName: string;
}

export interface WebhookSpec {
  readonly url: string;
  readonly secret: SecretRef;
  readonly timeoutMs: number;
}

export interface NotifySpec {
  readonly webhook: WebhookSpec | null;
  readonly syslog: SyslogSpec | null;
  /** How long readiness must be lost before anyone is told. */
  readonly holdOffSeconds: number;
  /** Where people reach the console, for the links in what is told. */
  readonly consoleUrl: string | null;
}

export interface Site {
  readonly site: string;
  readonly cluster: string;
  /** Version of this configuration; nodes report it, and drift between them is shown. */
  readonly version: number;
  readonly votersVersion: number;
  readonly timers: Timers;
  readonly servers: readonly ServerSpec[];
  readonly gateways: readonly GatewaySpec[];
  /** Gear that Tandem did not make. */
  readonly gear: readonly GearSpec[];
  /** A folder of SNMP profiles beside the shipped ones, relative to the file; null: none. */
  readonly snmpProfiles: string | null;
  readonly witnesses: readonly WitnessSpec[];
  readonly routes: readonly RouteSpec[];
  readonly keys: readonly KeySpec[];
  /** Bearer token of every node's operator interface. */
  readonly operatorToken: SecretRef;
  readonly console: HostPort;
  /** survive: without the title a server goes on with the gateways that still promise to it; strict: it lets go of everything. */
  readonly partition: "survive" | "strict";
  /** When the title holder takes over gateways that a server without the title controls. */
  readonly merge: ChangeRule;
  /** When control goes back by itself to the server with rank 0. */
  readonly failback: ChangeRule;
  /** hot: calls go on; cold: gateways are reset to idle when they are taken over. */
  readonly takeover: "hot" | "cold";
  /** At most this many automatic changes of role per window. */
  readonly automaticChanges: { readonly limit: number; readonly windowSeconds: number };
  /** What every server does beside Tandem when its role changes. */
  readonly actions: ActionLists;
  /** Whom the servers tell of their changes; null = nobody. */
  readonly notify: NotifySpec | null;
}

/** Names of the nodes that vote: gateways with `voter: true`, and every witness. */
export function voterNames(site: Pick<Site, "gateways" | "witnesses">): NodeName[] {
  return [...site.gateways.filter((gateway) => gateway.voter).map((gateway) => gateway.name), ...site.witnesses.map((w) => w.name)];
}

/** The smallest number of voters that is more than half of them. */
export function majorityOf(voters: number): number {
  return Math.floor(voters / 2) + 1;
}
