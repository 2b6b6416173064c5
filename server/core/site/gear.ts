/**
 * Gear that Tandem did not make, as `tandem.yaml` names it. It does not speak Tandem's link, so it neither votes nor fences: it is read by every server,
 * and follows the title.
 */
import type { NodeName } from "../identity.ts";
import type { GatewayKind, HostPort } from "./host-port.ts";
import type { SecretRef } from "./secret-ref.ts";
import type { SnmpAccess } from "./snmp-access.ts";

export interface SnmpAudit {
  readonly protocol: "snmp";
  readonly address: HostPort;
  readonly access: SnmpAccess;
  /** The SNMPv3 context, empty as a rule. */
  readonly context: string;
  /** A profile's name; null: found out at first contact. */
  readonly profile: string | null;
}

export interface MgcpAudit {
  readonly protocol: "mgcp";
  readonly address: HostPort;
  /** What stands behind the @ in the names of its endpoints. */
  readonly domain: string;
  /** Endpoints are `<prefix>1@<domain>` … `<prefix><count>@<domain>`. */
  readonly endpoints: { readonly prefix: string; readonly count: number };
  /** The VTY of an osmo-mgw, which alone lists its connections; null: there is none. */
  readonly vty: HostPort | null;
}

export interface SipAudit {
  readonly protocol: "sip";
  readonly address: HostPort;
  readonly transport: "udp" | "tcp";
  /** Whom to ask about: URIs. */
  readonly resources: readonly string[];
  /** For digest authentication; null: none. */
  readonly user: { readonly name: string; readonly secret: SecretRef } | null;
  /** A standing subscription between the polls. */
  readonly subscribe: boolean;
  /** Seconds between two OPTIONS (RFC 3261 11) that ask whether it is alive; null: it is not asked. */
  readonly optionsSeconds: number | null;
}

/** JSON-RPC of a SIP server over HTTP: Kamailio's `dlg.list`. */
export interface RpcAudit {
  readonly protocol: "rpc";
  readonly url: string;
}

export type GearAudit = SnmpAudit | MgcpAudit | SipAudit | RpcAudit;

export interface GearSpec {
  readonly name: NodeName;
  readonly kind: GatewayKind;
  /** 1 is taken over first. */
  readonly priority: number;
  readonly audit: GearAudit;
  /** mgcp: the title holder points it at itself and may ask by commands; none: it is only read. */
  readonly control: "mgcp" | "none";
  /** Seconds between two audits by each call server. */
  readonly pollSeconds: number;
  /** At most so many requests a second from each call server. */
  readonly packetsPerSecond: number;
  /** False: it is not asked. */
  readonly polled: boolean;
}
