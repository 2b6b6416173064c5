/**
 * The live connections of one gateway, in RFC 2128's row order. By number they are found at their endpoints, which have two at most.
 * Rows are mutated in place: a thousand of them are read several times a second.
 */
import type { Carries, CountedMedia, LegOrigin, QosService } from "../calls/connection.ts";
import { flatText } from "../flat-text.ts";
import type { Instant, Now, WallTime } from "../time.ts";
import { type MediaState, mediaCounters, newMediaState } from "./media-state.ts";
import { compareRows, placeOf, type RowKey, ticksAt } from "./row-key.ts";

export type ConnectionMode = "sendrecv" | "recvonly" | "sendonly" | "inactive";

export interface MediaAddress {
  readonly host: string;
  readonly port: number;
  /** `host:port`, put together once: every audit of the row tells it. */
  readonly address: string;
}

export function mediaAddress({ host, port }: Pick<MediaAddress, "host" | "port">): MediaAddress {
  return { host, port, address: flatText(host, ":", port) };
}

export interface GatewayConnection extends RowKey {
  /** The number as 8 upper-case hex digits: the MGCP ConnectionId. */
  readonly id: string;
  readonly endpointIndex: number;
  readonly callId: string;
  readonly setupAt: WallTime;
  readonly origin: LegOrigin;
  readonly localNumber: string | null;
  readonly peerNumber: string | null;
  readonly localPort: number;
  readonly carries: Carries;
  readonly codec: string;
  readonly ptimeMs: number;
  readonly qos: QosService;
  /** The DiffServ octet that was asked for; null where none was. */
  readonly tos: number | null;
  /** When the description of its media changed last; rises with each change, for the version in SDP's `o=`. */
  changedAt: WallTime;
  mode: ConnectionMode;
  remote: MediaAddress | null;
  connectTicks: number;
  connectAt: WallTime | null;
  /** This endpoint's party hung up then; its media has stopped. */
  released: (Now & { readonly cause: number }) | null;
  readonly media: MediaState;
}

export interface ConnectionTable {
  readonly startedAt: Instant;
  readonly rows: GatewayConnection[];
  nextNumber: number;
}

/** @param firstNumber differs between boots, so that an identifier of an earlier one is not met again */
export function newConnectionTable(startedAt: Instant, firstNumber: number): ConnectionTable {
  return { startedAt, rows: [], nextNumber: Math.max(1, firstNumber) };
}

export type NewConnection = Omit<
  GatewayConnection,
  "number" | "id" | "setupTicks" | "setupAt" | "changedAt" | "connectTicks" | "connectAt" | "released" | "media"
> & {
  readonly real: boolean;
};

export function addConnection(table: ConnectionTable, given: NewConnection, now: Now): GatewayConnection {
  const number = table.nextNumber;
  table.nextNumber = number >= 0x7fffffff ? 1 : number + 1;
  // Written out: rows copied from parts are several times as large, and slow to read.
  const row: GatewayConnection = {
    number,
    setupTicks: ticksAt(table.startedAt, now.mono),
    id: number.toString(16).toUpperCase().padStart(8, "0"),
    endpointIndex: given.endpointIndex,
    callId: given.callId,
    setupAt: now.wall,
    origin: given.origin,
    localNumber: given.localNumber,
    peerNumber: given.peerNumber,
    localPort: given.localPort,
    carries: given.carries,
    codec: given.codec,
    ptimeMs: given.ptimeMs,
    qos: given.qos,
    tos: given.tos,
    changedAt: now.wall,
    mode: given.mode,
    remote: given.remote,
    connectTicks: 0,
    connectAt: null,
    released: null,
    media: newMediaState(given.real),
  };
  const last = table.rows[table.rows.length - 1];
  if (last === undefined || compareRows(last, row) < 0) table.rows.push(row);
  else table.rows.splice(placeOf(table.rows, row), 0, row);
  return row;
}

export function dropConnection(table: ConnectionTable, row: GatewayConnection): void {
  const place = placeOf(table.rows, row);
  if (table.rows[place] === row) table.rows.splice(place, 1);
}

/** Stamps the leg as connected, once. */
export function stampConnected(table: ConnectionTable, row: GatewayConnection, now: Now): void {
  if (row.connectAt !== null) return;
  row.connectAt = now.wall;
  // 0 means "not connected" in RFC 2128.
  row.connectTicks = Math.max(1, ticksAt(table.startedAt, now.mono));
}

/** @param rows those of the endpoint that the command names */
export function connectionByText(rows: readonly GatewayConnection[], id: string): GatewayConnection | null {
  if (!/^[0-9A-Fa-f]{1,8}$/.test(id)) return null;
  const number = Number.parseInt(id, 16);
  return rows.find((row) => row.number === number) ?? null;
}

/** Connected once, and now neither sends nor receives. */
export function isHeld(row: GatewayConnection): boolean {
  return row.connectAt !== null && row.released === null && (row.mode === "inactive" || row.mode === "sendonly");
}

export function countersOf(row: GatewayConnection, now: Instant): CountedMedia {
  return mediaCounters(row.media, row.ptimeMs, now);
}
