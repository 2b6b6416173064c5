/**
 * What a call server says of the audits of its gateways and of gear of others: in its status (`GearHealth`), in detail (`GET /gear/NAME`), and of an audit
 * that a person asked for (`POST /gear/NAME/poll`). A gateway is gear as well here.
 */
import type { AuditProtocol, GearProfile } from "../gear/gear-profile.ts";
import type { NodeName } from "../identity.ts";
import type { PollMode } from "../polling/poll-event.ts";
import type { PastPoll, PollFigures } from "../polling/poll-figures.ts";
import type { Reachability } from "../polling/reachability.ts";
import type { GatewayKind } from "../site/site.ts";
import type { WallTime } from "../time.ts";

/** Gear of others; Tandem's own gateways are told by `GatewayHealth`. */
export interface GearHealth {
  readonly name: NodeName;
  readonly kind: GatewayKind;
  readonly protocol: AuditProtocol;
  readonly control: "mgcp" | "none";
  readonly address: string;
  /** The profile that fits, found out at first contact; null before. */
  readonly profile: string | null;
  readonly polling: PollFigures;
  /** Legs and calls that are up there, and those of the legs that look stuck; null before the first complete audit. */
  readonly legs: number | null;
  readonly calls: number | null;
  readonly stuck: number | null;
  /** Whether it answers OPTIONS between the audits; null: it is not asked. */
  readonly reachability: GearReachability | null;
}

export interface GearReachability {
  readonly state: Reachability["state"];
  /** So long it has been in that state. */
  readonly forMs: number;
  /** Pings in a row without an answer. */
  readonly misses: number;
}

/** Where gateway and server disagree. */
export interface Difference {
  /** ghost: the gateway has it, the server does not; orphan: the other way about. */
  readonly kind: "ghost" | "orphan";
  readonly endpoint: string | null;
  readonly callId: string;
  readonly sinceMs: number;
}

export interface StuckConnection {
  readonly endpoint: string | null;
  readonly legName: string | null;
  readonly callId: string | null;
  readonly reason: "counters-still" | "old";
  readonly text: string;
  readonly forMs: number;
}

export interface GearDetail {
  readonly name: NodeName;
  readonly at: WallTime;
  readonly source: NodeName;
  /** False: gear of others. */
  readonly own: boolean;
  readonly protocol: AuditProtocol;
  readonly address: string;
  readonly profile: GearProfile | null;
  readonly polling: PollFigures | null;
  /** The newest last, at most fifty. */
  readonly past: readonly PastPoll[];
  readonly differences: readonly Difference[];
  readonly stuck: readonly StuckConnection[];
  /** Whom the gear believes to be in charge, as it says itself; null: it cannot say, or was not asked yet. */
  readonly notifiedEntity: string | null;
}

/** One datagram, or message, of the exchange. */
export interface ExchangeLine {
  /** Since the audit began. */
  readonly atMs: number;
  readonly sent: boolean;
  readonly text: string;
}

export interface PollTranscript {
  readonly name: NodeName;
  readonly at: WallTime;
  readonly source: NodeName;
  readonly mode: PollMode;
  readonly complete: boolean;
  readonly because: string | null;
  /** Null: nobody knows, for nothing was told. */
  readonly rows: number | null;
  readonly packets: number;
  readonly rttMs: number | null;
  readonly durationMs: number;
  readonly exchange: readonly ExchangeLine[];
  /** Lines beyond the bound were left out. */
  readonly leftOut: number;
}
