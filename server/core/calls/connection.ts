/**
 * One media connection (a call leg) as a gateway reports it: the internal row that every audit fills, whatever the protocol.
 * Null means "this gear cannot say"; it is never a default.
 */
import type { NodeName } from "../identity.ts";
import type { Instant, Now, WallTime } from "../time.ts";

/** RFC 2128 callActiveCallState. */
export type LegState = "unknown" | "connecting" | "connected" | "active";

/** RFC 2128 callActiveCallOrigin: `originate` = this gateway's endpoint is called (the leg goes out), `answer` = it calls. */
export type LegOrigin = "originate" | "answer" | "callback";

/** RFC 2128 callActiveInfoType, reduced to what a connection carries (A7). */
export type Carries = "speech" | "fax" | "modem" | "data" | "other";

/** INT-SERV-MIB QosService as used by CISCO-VOICE-DIAL-CONTROL-MIB SelectedQoS. */
export type QosService = "bestEffort" | "guaranteedDelay" | "controlledLoad";

/** Line and trunk states (B11). */
export type EndpointState = "idle" | "active" | "on-hold" | "forwarding-set" | "transfer-set" | "out-of-service";

/** RTP as counted at this gateway's receiver; `modelled` where no real stream runs. */
export interface MediaCounters {
  readonly packetsSent: number | null;
  readonly octetsSent: number | null;
  readonly packetsReceived: number | null;
  readonly octetsReceived: number | null;
  readonly packetsLost: number | null;
  readonly jitterMs: number | null;
  readonly longestSilenceMs: number | null;
  readonly modelled: boolean;
}

/** As gear counts that counts everything, Tandem's own gateways for one. */
export type CountedMedia = MediaCounters & {
  readonly packetsSent: number;
  readonly octetsSent: number;
  readonly packetsReceived: number;
  readonly octetsReceived: number;
};

/**
 * Where an instant of a leg comes from, the best first. signalling: this server saw it. gateway-uptime: a stamp of the gateway's own uptime (sysUpTime).
 * gateway-age: the gateway said how long ago. gateway-clock: a stamp of the gateway's wall clock (DateAndTime, an NTP stamp in SDP `o=`).
 * packets: packets × packet time, so it was no later. first-seen: the poll that first had it, so it was no later.
 */
export type TimingSource = "signalling" | "gateway-uptime" | "gateway-age" | "gateway-clock" | "packets" | "first-seen";

/** Mean opinion score as the gear itself reckons it: 1..5, and by which method; never mixed with Tandem's own. */
export interface ReportedMos {
  readonly value: number;
  readonly method: string;
}

/** What only some gear tells of a leg. */
export interface LegDetail {
  readonly setupFrom: TimingSource | null;
  readonly connectFrom: TimingSource | null;
  /** DiffServ code point of the media, 0..63 (RFC 2474). */
  readonly dscp: number | null;
  readonly rttMs: number | null;
  readonly mos: ReportedMos | null;
  /** The gear's own name of the leg: a channel, a dialog, an RTP session. */
  readonly legName: string | null;
  /** When the counters were read, where that was not with the rest of the row. */
  readonly countersAt: Instant | null;
}

/**
 * Key of a leg: a gateway that restarts re-uses setup times, so its boot epoch is part of the key.
 * `bootEpoch` is the wall time of the agent's start (now − sysUpTime) rounded to 1 s, or the link's boot id where known.
 */
export interface LegKey {
  readonly gateway: NodeName;
  readonly bootEpoch: number;
  /** RFC 2128 callActiveSetupTime: 1/100 s of sysUpTime. */
  readonly setupTicks: number;
  /** RFC 2128 callActiveIndex. */
  readonly index: number;
}

/** What told of a leg: signalling, or the protocol of the audit; rpc: JSON-RPC of a SIP server. */
export type ConnectionSource = "signalling" | "snmp" | "mgcp" | "sip" | "rpc";

export interface Connection extends LegKey {
  /** MGCP endpoint, for example `aaln/3@if-1`; null until audited by MGCP. */
  readonly endpoint: string | null;
  /** MGCP ConnectionId (RFC 3435 2.1.3.2), hex; null until audited. */
  readonly connectionId: string | null;
  /** The call's GUID = MGCP CallId, 32 hex digits, the same on both legs and gateways. */
  readonly callId: string | null;
  readonly state: LegState;
  readonly origin: LegOrigin | null;
  /** Number of the device at this endpoint. */
  readonly localNumber: string | null;
  /** callActivePeerAddress: the number that the leg is connected to. */
  readonly peerNumber: string | null;
  /** Media address of this leg, `host:port`. */
  readonly localAddress: string | null;
  readonly remoteAddress: string | null;
  readonly carries: Carries | null;
  readonly codec: string | null;
  readonly qos: QosService | null;
  readonly setupAt: WallTime | null;
  /** Null = not connected yet. */
  readonly connectAt: WallTime | null;
  /** ± ms of the two instants above. */
  readonly clockErrorMs: number;
  readonly media: MediaCounters | null;
  /** When this row was last confirmed, on the auditor's monotonic clock. */
  readonly seenAt: Instant;
  readonly source: ConnectionSource;
  /** Null: nothing of it is known. */
  readonly detail: LegDetail | null;
}

/** When the row was last confirmed, as today's wall clock shows it, whatever the wall clock showed then. */
export function seenWall({ seenAt }: Pick<Connection, "seenAt">, now: Now): WallTime {
  return now.wall - (now.mono - seenAt);
}

export function legKeyText(key: LegKey): string {
  return `${key.gateway}/${key.bootEpoch}/${key.setupTicks}.${key.index}`;
}

/** A connection that ended, as RFC 2128 callHistoryTable keeps it. */
export interface EndedConnection extends LegKey {
  readonly callId: string | null;
  readonly endpoint: string | null;
  readonly localNumber: string | null;
  readonly peerNumber: string | null;
  readonly origin: LegOrigin | null;
  readonly localAddress: string | null;
  readonly remoteAddress: string | null;
  readonly codec: string | null;
  readonly qos: QosService | null;
  readonly setupAt: WallTime;
  readonly connectAt: WallTime | null;
  readonly endAt: WallTime;
  readonly clockErrorMs: number;
  /** Q.850 cause, 1..127. */
  readonly cause: number | null;
  /** True where this endpoint's party released. */
  readonly releasedHere: boolean | null;
  readonly media: MediaCounters | null;
}
