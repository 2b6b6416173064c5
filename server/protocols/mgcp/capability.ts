/**
 * What a gateway's MGCP can do, found out at first contact, and what that means for its audits. Gear differs widely: RFC 3435 asks for
 * all of it, osmo-mgw answers AUEP like a ping and AUCX not at all. Silence to a command says that it is not supported, never that the
 * gateway is dead, as long as AUEP is answered.
 */
import type { GearProfile } from "../../core/gear/gear-profile.ts";

export interface MgcpCapability {
  /** none: not even AUEP is answered. ping: it says that the endpoint is there. full: it tells the connections (`I:`). */
  readonly auep: "none" | "ping" | "full";
  /** Null = not tried yet, for want of a connection. */
  readonly aucx: boolean | null;
  /** mdcx: a modification that changes nothing proves a connection; only the title holder may ask so. Null = not tried. */
  readonly probe: "none" | "mdcx" | null;
  readonly wildcardAudit: boolean | null;
  /** A deletion tells the counters. Null = nothing was deleted yet. */
  readonly statsOnDelete: boolean | null;
  /** Several messages in one datagram are all answered. */
  readonly piggyback: boolean | null;
  /** How many responses are kept for repeated ids; null = nobody looked. */
  readonly replayDepth: number | null;
}

export const unknownCapability: MgcpCapability = {
  auep: "none",
  aucx: null,
  probe: null,
  wildcardAudit: null,
  statsOnDelete: null,
  piggyback: null,
  replayDepth: null,
};

const fullSays: GearProfile["says"] = {
  callId: "C:",
  localNumber: "the endpoint's number in the site",
  localAddress: "local description, c= and m=",
  remoteAddress: "remote description, c= and m=",
  carries: "local description, m=",
  codec: "local description, m= and a=rtpmap",
  qos: "L: r:",
  dscp: "L: t:",
  counters: "P: PS, OS, PR, OR",
  loss: "P: PL",
  jitter: "P: JI",
};

/** @param tellsAges the gear adds X-Setup-Age and X-Connect-Age to `P:`, as Tandem's own does */
export function mgcpProfile(capability: MgcpCapability, tellsAges: boolean): GearProfile {
  const { auep, aucx, probe, wildcardAudit, statsOnDelete, piggyback, replayDepth } = capability;
  const full = auep === "full" && aucx !== false;
  const notes = [
    ...(auep === "none" ? ["AUEP is not answered"] : []),
    ...(auep === "ping" ? ["AUEP says only that the endpoint is there: connections cannot be listed"] : []),
    ...(aucx === false ? ["AUCX is not answered: what a connection carries cannot be read"] : []),
    ...(probe === "mdcx" ? ["an MDCX that changes nothing proves a connection; only the title holder asks so"] : []),
    ...(probe === "none" ? ["a connection cannot be probed"] : []),
    ...(wildcardAudit === false ? ["a wildcard audit is refused: endpoints are asked by the names that the site gives"] : []),
    ...(statsOnDelete === false ? ["a deletion tells no counters"] : []),
    ...(piggyback === false ? ["of several messages in one datagram only the first is answered"] : []),
    ...(replayDepth === null
      ? []
      : [`${replayDepth} ${replayDepth === 1 ? "response is" : "responses are"} kept for repeated ids, per endpoint`]),
    "MGCP has no word for the gateway's boot: a restart shows as connections that are gone, or as RSIP",
  ];
  const ages = tellsAges
    ? { setup: "P: X-Setup-Age", connect: "P: X-Connect-Age", origin: "P: X-Origin", peerNumber: "P: X-Peer-Number" }
    : { setup: "o= session id where it is an NTP stamp, else packets × packet time", connect: "o= version where it is an NTP stamp" };
  return {
    name: full ? (tellsAges ? "tandem-mgcp" : "mgcp-full") : auep === "full" ? "mgcp-lists" : auep === "ping" ? "mgcp-ping" : "mgcp-silent",
    title: full ? (tellsAges ? "Tandem gateway over MGCP" : "MGCP gateway with audits (RFC 3435)") : "MGCP gateway with poor audits",
    protocol: "mgcp",
    identity: null,
    says: full ? { ...fullSays, ...ages, ...(statsOnDelete === true ? { end: "the answer to DLCX" } : {}) } : {},
    tellsBoot: false,
    keepsHistory: false,
    notes,
  };
}
