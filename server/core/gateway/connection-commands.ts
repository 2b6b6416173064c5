/**
 * What CRCX, MDCX and DLCX do to a gateway (RFC 3435 2.3.5 to 2.3.9), without their wire form.
 * Refusals carry the return code of RFC 3435 2.4.
 */
import type { QosService } from "../calls/connection.ts";
import type { Now } from "../time.ts";
import { type HistoryRow, recentHistoryOf } from "./call-history.ts";
import {
  addConnection,
  type ConnectionMode,
  connectionByText,
  type GatewayConnection,
  mediaAddress,
  stampConnected,
} from "./connection-table.ts";
import { type Endpoint, observe, type Stimulus } from "./endpoint.ts";
import { endConnection, type Gateway, type GatewayEffect, partyReleased } from "./gateway.ts";
import { takePort, yieldRealPort } from "./media-ports.ts";
import { setFlowing } from "./media-state.ts";

export interface Refused {
  readonly ok: false;
  readonly code: number;
  readonly comment: string;
}

export type Done<T> = { readonly ok: true; readonly value: T; readonly effects: readonly GatewayEffect[] } | Refused;

export function refused(code: number, comment: string): Refused {
  return { ok: false, code, comment };
}

export interface RemoteMedia {
  readonly host: string;
  readonly port: number;
  /** Whether a real stream can come from there. */
  readonly real: boolean;
}

export interface CreateRequest {
  readonly callId: string;
  readonly mode: ConnectionMode;
  readonly codecs: readonly string[];
  readonly ptimeMs: number;
  readonly qos: QosService;
  /** The DiffServ octet; null where none was asked for. */
  readonly tos: number | null;
  readonly remote: RemoteMedia | null;
  /** Number of the other party, where a signal told it. */
  readonly peerNumber: string | null;
}

/** A line may hold two (call waiting); a trunk channel carries one. */
function connectionLimit(endpoint: Endpoint): number {
  return endpoint.kind === "line" ? 2 : 1;
}

export function createConnection(gateway: Gateway, endpoint: Endpoint, request: CreateRequest, now: Now): Done<GatewayConnection> {
  if (!endpoint.inService) return refused(501, "the endpoint is out of service");
  if (!/^[0-9A-Fa-f]{1,32}$/.test(request.callId)) return refused(516, "the call id must be 1 to 32 hex digits");
  if (endpoint.connections.length >= connectionLimit(endpoint)) return refused(540, "no further connection at this endpoint");
  if (request.codecs.length > 0 && !request.codecs.includes("PCMU")) return refused(534, "only PCMU is spoken here");
  if (request.mode !== "inactive" && request.mode !== "recvonly" && request.remote === null)
    return refused(527, "sending needs a remote descriptor");
  const wantsReal = request.remote === null || request.remote.real;
  const realPort = wantsReal ? takePort(gateway.ports, true) : null;
  const localPort = realPort ?? takePort(gateway.ports, false);
  if (localPort === null) return refused(403, "no media port is free");
  const numbers = partyNumbers(endpoint, request.peerNumber);
  const row = addConnection(
    gateway.table,
    {
      endpointIndex: endpoint.index,
      callId: request.callId.toUpperCase(),
      origin: endpoint.calling ? "answer" : "originate",
      localNumber: numbers.local,
      peerNumber: numbers.peer,
      localPort,
      carries: "speech",
      codec: "PCMU",
      ptimeMs: request.ptimeMs,
      qos: request.qos,
      tos: request.tos,
      mode: request.mode,
      remote: request.remote === null ? null : mediaAddress(request.remote),
      real: realPort !== null,
    },
    now,
  );
  endpoint.connections = endpoint.connections.length === 0 ? [row] : [...endpoint.connections, row];
  return modeChanged(gateway, endpoint, row, now);
}

/** The endpoint's own number and the other party's, as the hook, the dial and the signals tell them. */
function partyNumbers(endpoint: Endpoint, peerNumber: string | null): { local: string | null; peer: string | null } {
  return { local: endpoint.number ?? endpoint.localParty, peer: peerNumber ?? endpoint.otherParty };
}

export interface ModifyRequest {
  readonly callId: string | null;
  readonly connectionId: string;
  readonly mode: ConnectionMode | null;
  readonly remote: RemoteMedia | null;
}

export function modifyConnection(gateway: Gateway, endpoint: Endpoint, request: ModifyRequest, now: Now): Done<GatewayConnection> {
  const found = findConnection(endpoint, request.connectionId, request.callId);
  if (!found.ok) return found;
  const row = found.value;
  const mode = request.mode ?? row.mode;
  const remote = request.remote ?? row.remote;
  if ((mode === "sendrecv" || mode === "sendonly") && remote === null) return refused(527, "sending needs a remote descriptor");
  if (request.remote !== null) {
    row.remote = mediaAddress(request.remote);
    // The far side has no room for a real stream, so none will come and none is sent.
    if (!request.remote.real && row.media.real && row.media.packetsSent === 0) {
      row.media.real = false;
      yieldRealPort(gateway.ports, row.localPort);
    }
  }
  row.mode = mode;
  row.changedAt = Math.max(now.wall, row.changedAt + 1);
  return modeChanged(gateway, endpoint, row, now);
}

function modeChanged(gateway: Gateway, endpoint: Endpoint, row: GatewayConnection, now: Now): Done<GatewayConnection> {
  // The calling leg is connected when it may first speak both ways; the called one when its own party answers.
  if (row.mode === "sendrecv" && endpoint.calling) stampConnected(gateway.table, row, now);
  setFlowing(row.media, row.mode === "sendrecv" && row.remote !== null && row.released === null, now.mono);
  const effects: GatewayEffect[] = [
    { kind: "media", connection: row },
    { kind: "party", endpoint },
  ];
  return { ok: true, value: row, effects };
}

function findConnection(endpoint: Endpoint, connectionId: string, callId: string | null): { ok: true; value: GatewayConnection } | Refused {
  const row = connectionByText(endpoint.connections, connectionId);
  if (row === null) return refused(515, "no such connection at this endpoint");
  if (callId !== null && row.callId !== callId.toUpperCase()) return refused(516, "the connection belongs to another call");
  return { ok: true, value: row };
}

export interface DeleteRequest {
  /** Null with a null call id: every connection of the endpoint. */
  readonly connectionId: string | null;
  readonly callId: string | null;
  /** Q.850 cause to keep; null = normal clearing. */
  readonly cause: number | null;
}

/** How many of the newest ends a repeated deletion may still ask for. */
const rememberedEnds = 1_000;

export function deleteConnections(gateway: Gateway, endpoint: Endpoint, request: DeleteRequest, now: Now): Done<readonly HistoryRow[]> {
  if (request.connectionId === null) {
    const wanted = request.callId?.toUpperCase() ?? null;
    const rows = endpoint.connections.filter((row) => wanted === null || row.callId === wanted);
    return ended(rows.flatMap((row) => endConnection(gateway, row, request.cause, now)));
  }
  const found = findConnection(endpoint, request.connectionId, request.callId);
  if (found.ok) return ended(endConnection(gateway, found.value, request.cause, now));
  // It ended by itself while there was no owner: deleting it again is no error, and tells what it carried.
  const past = found.code === 515 ? recentHistoryOf(gateway.history, Number.parseInt(request.connectionId, 16), rememberedEnds) : null;
  if (
    past === null ||
    past.connection.endpointIndex !== endpoint.index ||
    (request.callId !== null && past.connection.callId !== request.callId.toUpperCase())
  ) {
    return found;
  }
  return { ok: true, value: [past], effects: [] };
}

function ended(effects: readonly GatewayEffect[]): Done<readonly HistoryRow[]> {
  return { ok: true, value: effects.flatMap((effect) => (effect.kind === "ended" ? [effect.row] : [])), effects };
}

/**
 * The endpoint's party acts. Answering stamps its leg as connected, hanging up stops its media.
 * @param owned whether some server may command this gateway now
 */
export function partyActs(gateway: Gateway, endpoint: Endpoint, stimulus: Stimulus, owned: boolean, now: Now): GatewayEffect[] {
  const wasOffHook = endpoint.offHook;
  const event = observe(endpoint, stimulus, now);
  if (event === null) return [];
  const answered = event.kind === "answer" || (event.kind === "off-hook" && !endpoint.calling);
  if (answered) for (const row of endpoint.connections) stampConnected(gateway.table, row, now);
  if ((event.kind === "on-hook" || event.kind === "release") && wasOffHook) {
    return partyReleased(gateway, endpoint, event.kind === "release" ? event.cause : 16, owned, now);
  }
  return [];
}
