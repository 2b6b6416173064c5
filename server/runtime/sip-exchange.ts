/** What a SIP socket is asked and answers: destinations, requests, results, and the handlers of what comes in. */
import type { NodeName } from "../core/identity.ts";
import type { HostPort } from "../core/site/site.ts";
import type { Header, SipMessage, SipRequest, SipResponse } from "../protocols/sip/message.ts";
import type { SipReply } from "../protocols/sip/reply.ts";
import type { SipTimers } from "../protocols/sip/timers.ts";
import type { Clock } from "./clock.ts";
import type { Counters } from "./counters.ts";
import type { FaultTable } from "./faults.ts";
import type { FlowId } from "./sip-streams.ts";

export type SipTransport = "udp" | "tcp";

export interface SipDestination extends HostPort {
  readonly transport: SipTransport;
  /** A connection to use while it stands, for example that of the request which is answered by this one. */
  readonly flow?: FlowId | null;
}

/** Without Via, Max-Forwards and Content-Length, which the socket writes. */
export interface OutgoingRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly Header[];
  readonly body?: string;
}

/** Told each message as it is sent and received. */
export type MessageTrace = (sent: boolean, message: SipMessage) => void;

export interface SipRequestOptions {
  /** At most 64*T1. */
  readonly deadlineMs?: number;
  readonly trace?: MessageTrace;
}

export type SipResult =
  | { readonly kind: "response"; readonly response: SipResponse; readonly rttMs: number; readonly attempts: number }
  | { readonly kind: "timed-out"; readonly attempts: number }
  /** Its name cannot be resolved. */
  | { readonly kind: "no-address"; readonly reason: string }
  /** No connection to there. */
  | { readonly kind: "unreachable"; readonly reason: string }
  | { readonly kind: "not-sent"; readonly reason: "queue-full" | "too-large" | "closed" };

export interface SipSource extends HostPort {
  readonly transport: SipTransport;
  readonly flow: FlowId | null;
}

/** Null: no answer, and the request counts as never received. */
export type SipHandler = (request: SipRequest, from: SipSource) => SipReply | null | Promise<SipReply | null>;

export interface SipSocketOptions {
  readonly self: NodeName;
  readonly bind: HostPort;
  /** How others reach this socket, where it listens on every network of its host. */
  readonly reachedAs?: string;
  /** SIP addresses of nodes, for cuts; read at every use. */
  readonly nodes: ReadonlyMap<NodeName, HostPort>;
  readonly clock: Clock;
  readonly faults: FaultTable;
  readonly counters: Counters;
  readonly timers?: SipTimers;
  readonly maxBodyOctets?: number;
  /** Requests that no claim takes. */
  readonly onRequest: SipHandler;
}

export interface SipSocket {
  readonly address: HostPort;
  request(to: SipDestination, request: OutgoingRequest, options?: SipRequestOptions): Promise<SipResult>;
  /** Requests with this Call-ID go to this handler, until the returned function is called. */
  claim(callId: string, handler: SipHandler, trace?: MessageTrace): () => void;
  /** Unique for ever: for tags, Call-IDs, nonces. */
  newToken(): string;
  readonly pending: number;
  close(): Promise<void>;
}
