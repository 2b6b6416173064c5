/**
 * What the call engine asks of a gateway, in the abstract: a driver turns each command into its protocol (MGCP: CRCX, MDCX, DLCX, RQNT)
 * and reports exactly one result for each `commandId`, at the latest when its retransmissions are over.
 * Commands for one endpoint are performed in the order given (the driver keeps one outstanding per endpoint), so a delete may follow a create at once.
 *
 * How the engine uses connections, so that a gateway's own table tells the phase of a call to whoever audits it later:
 * the calling leg is `recvonly` and the called leg `inactive` until the called party answers, then both become `sendrecv`.
 * A gateway stamps a leg connected when its own party answers (off-hook while ringing, MS/ans from the network), or,
 * for the calling leg, when its mode first becomes `sendrecv`.
 */
import type { NodeName } from "../identity.ts";
import type { MediaCounters, QosService } from "./connection.ts";
import type { NotificationRequest } from "./endpoint-event.ts";

/** Rises by one within one engine; never sent over the wire (the driver has its own transaction ids). */
export type CommandId = number;

export type ConnectionMode = "recvonly" | "sendrecv" | "inactive";

/** MGCP LocalConnectionOptions `a:`, `p:`, `r:`. */
export interface MediaOptions {
  readonly codec: "PCMU";
  readonly ptimeMs: 20;
  readonly qos: QosService;
}

export const defaultMediaOptions: MediaOptions = { codec: "PCMU", ptimeMs: 20, qos: "bestEffort" };

interface CommandTo {
  readonly commandId: CommandId;
  readonly gateway: NodeName;
  readonly endpoint: string;
  /** A request piggybacked on the same command, or the whole of it; null leaves the standing one as it is. */
  readonly request: NotificationRequest | null;
}

export interface CreateConnection extends CommandTo {
  readonly kind: "create-connection";
  /** The call's GUID, 32 hex digits: the MGCP CallId on both legs and both gateways. */
  readonly callId: string;
  readonly mode: ConnectionMode;
  readonly media: MediaOptions;
  /** Media address of the other leg, `host:port`; null while not known. */
  readonly remoteAddress: string | null;
}

export interface ModifyConnection extends CommandTo {
  readonly kind: "modify-connection";
  readonly callId: string;
  readonly connectionId: string;
  readonly mode: ConnectionMode;
  /** Null leaves it as it is. */
  readonly remoteAddress: string | null;
}

export interface DeleteConnection extends CommandTo {
  readonly kind: "delete-connection";
  readonly callId: string;
  /** Null: every connection of this call at this endpoint (RFC 3435 2.3.6). */
  readonly connectionId: string | null;
}

export interface RequestNotification extends CommandTo {
  readonly kind: "request-notification";
  readonly request: NotificationRequest;
}

export type GatewayCommand = CreateConnection | ModifyConnection | DeleteConnection | RequestNotification;

export type CommandResult =
  /** `connectionId` and `localAddress` with create; `media` with delete of one connection; null otherwise. */
  | {
      readonly kind: "done";
      readonly commandId: CommandId;
      readonly connectionId: string | null;
      readonly localAddress: string | null;
      readonly media: MediaCounters | null;
    }
  /** `code` = MGCP return code 4xx or 5xx. */
  | { readonly kind: "refused"; readonly commandId: CommandId; readonly code: number; readonly comment: string }
  /** Every retransmission went unanswered. */
  | { readonly kind: "timed-out"; readonly commandId: CommandId }
  /** Never left this server: it does not own the gateway (any more), or its lease has run out. */
  | { readonly kind: "not-sent"; readonly commandId: CommandId; readonly reason: string };
