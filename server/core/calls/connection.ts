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
  readonly packetsSent: number;
  readonly octetsSent: number;
  readonly packetsReceived: number;
  readonly octetsReceived: number;
  readonly packetsLost: number | null;
  readonly jitterMs: number | null;
  readonly longestSilenceMs: number | null;
  readonly modelled: boolean;
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
  readonly source: "signalling" | "snmp" | "mgcp" | "sip";
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
