/**
 * What a piece of gear can say about its connections, and where each thing comes from: found out at first contact, shown in the console,
 * and the source of the table in docs/gateways.md. What is not listed this gear cannot say: it stays null, never a default.
 */

/** rpc: JSON-RPC of a SIP server (Kamailio `dlg.list`). */
export type AuditProtocol = "snmp" | "mgcp" | "sip" | "rpc";

/** In the order in which people ask. `origin`: whether the endpoint's own party called or was called. `end`: the exact instant of an end, told afterwards by a history table or on deletion. */
export const gearFields = [
  "callId",
  "origin",
  "localNumber",
  "peerNumber",
  "localAddress",
  "remoteAddress",
  "carries",
  "setup",
  "connect",
  "codec",
  "qos",
  "dscp",
  "counters",
  "loss",
  "jitter",
  "rtt",
  "mos",
  "end",
  "cause",
] as const;

export type GearField = (typeof gearFields)[number];

export interface GearProfile {
  /** For example `cisco-voice`, `mgcp-full`, `kamailio-rpc`. */
  readonly name: string;
  readonly title: string;
  readonly protocol: AuditProtocol;
  /** What the gear calls itself: sysDescr, a Server header; null where it says nothing. */
  readonly identity: string | null;
  /** The object, parameter or element that tells each field. */
  readonly says: Partial<Readonly<Record<GearField, string>>>;
  readonly tellsBoot: boolean;
  readonly keepsHistory: boolean;
  /** What else was found out, one sentence each: "AUCX is not answered", "rows are numbered anew every 5 s". */
  readonly notes: readonly string[];
}
