/**
 * A gateway: its endpoints, connection table and history, and what each command of a call server does to them.
 * Who may command is not decided here (core/control/voter); how a command looks on the wire neither (nodes/gateway).
 * Mutated in place; what the host must do follows from the returned effects, in order.
 */
import type { EndpointState } from "../calls/connection.ts";
import type { EndpointKind } from "../calls/endpoint-event.ts";
import type { GatewaySpec } from "../site/site.ts";
import type { Instant, Now } from "../time.ts";
import { addHistory, type CallHistory, type HistoryRow, newCallHistory } from "./call-history.ts";
import {
  type ConnectionTable,
  countersOf,
  dropConnection,
  type GatewayConnection,
  isHeld,
  newConnectionTable,
} from "./connection-table.ts";
import { type Endpoint, endpointState, newEndpoint } from "./endpoint.ts";
import { endpointName } from "./endpoint-plan.ts";
import { isRealPort, type MediaPorts, newMediaPorts, releasePort } from "./media-ports.ts";
import { setFlowing } from "./media-state.ts";
import { ticksAt } from "./row-key.ts";

export interface Gateway {
  readonly name: string;
  readonly kind: EndpointKind;
  readonly prefix: string;
  readonly count: number;
  readonly firstNumber: string | null;
  readonly rtpHost: string;
  /** Made when first named: most endpoints of a large gateway are idle. */
  readonly endpoints: Map<number, Endpoint>;
  readonly table: ConnectionTable;
  readonly history: CallHistory;
  readonly ports: MediaPorts;
  /** Endpoints whose party acts for the first time count as idle without being made. */
  notifiedEntity: string | null;
}

export type GatewayEffect =
  /** Media of this connection must be looked at again: mode, remote side or its existence changed. */
  | { readonly kind: "media"; readonly connection: GatewayConnection }
  /** Signals or connections of the endpoint changed: its party notices. */
  | { readonly kind: "party"; readonly endpoint: Endpoint }
  | { readonly kind: "ended"; readonly row: HistoryRow };

export interface GatewaySettings {
  readonly historyRows: number;
  readonly realStreams: number;
  readonly firstConnection: number;
}

export function newGateway(spec: GatewaySpec, startedAt: Instant, settings: GatewaySettings): Gateway {
  return {
    name: spec.name,
    kind: spec.kind === "trunk" ? "trunk" : "line",
    prefix: spec.endpoints.prefix,
    count: spec.endpoints.count,
    firstNumber: spec.firstNumber,
    rtpHost: spec.rtp.host,
    endpoints: new Map(),
    table: newConnectionTable(startedAt, settings.firstConnection),
    history: newCallHistory(settings.historyRows),
    ports: newMediaPorts(spec.rtp.portFrom, spec.rtp.portTo, settings.realStreams),
    notifiedEntity: null,
  };
}

/** The endpoint with this number; null where the gateway has none. */
export function endpointAt(gateway: Gateway, index: number): Endpoint | null {
  if (!Number.isInteger(index) || index < 1 || index > gateway.count) return null;
  const known = gateway.endpoints.get(index);
  if (known !== undefined) return known;
  const number = gateway.firstNumber === null ? null : numberAt(gateway.firstNumber, index);
  const made = newEndpoint(index, endpointName(gateway, index), gateway.kind, number);
  gateway.endpoints.set(index, made);
  return made;
}

function numberAt(first: string, index: number): string {
  return String(BigInt(first) + BigInt(index - 1)).padStart(first.length, "0");
}

/** The lowest endpoint that is idle and in service; null when all are taken. */
export function idleEndpoint(gateway: Gateway): Endpoint | null {
  for (let index = 1; index <= gateway.count; index++) {
    const known = gateway.endpoints.get(index);
    if (known === undefined) return endpointAt(gateway, index);
    if (known.inService && !known.offHook && known.connections.length === 0) return known;
  }
  return null;
}

/** False once it is history. */
export function isStanding(gateway: Gateway, row: GatewayConnection): boolean {
  return gateway.endpoints.get(row.endpointIndex)?.connections.includes(row) === true;
}

export function stateOf(endpoint: Endpoint): EndpointState {
  return endpointState(endpoint, endpoint.connections.some(isHeld));
}

/** How many endpoints are in each state; those never named are idle. */
export function endpointCounts(gateway: Gateway): Record<EndpointState, number> {
  const counts: Record<EndpointState, number> = {
    idle: 0,
    active: 0,
    "on-hold": 0,
    "forwarding-set": 0,
    "transfer-set": 0,
    "out-of-service": 0,
  };
  for (const endpoint of gateway.endpoints.values()) counts[stateOf(endpoint)] += 1;
  counts.idle += gateway.count - gateway.endpoints.size;
  return counts;
}

/** Q.850 normal call clearing. */
const normalClearing = 16;

/** Takes a connection out of the table into history; an earlier hang-up of the party is its true end. */
export function endConnection(gateway: Gateway, row: GatewayConnection, cause: number | null, now: Now): GatewayEffect[] {
  const end: Now = row.released ?? now;
  setFlowing(row.media, false, end.mono);
  const endpoint = gateway.endpoints.get(row.endpointIndex);
  if (endpoint !== undefined) endpoint.connections = endpoint.connections.filter((one) => one !== row);
  dropConnection(gateway.table, row);
  // A real port that was given back earlier may be another stream's by now.
  if (row.media.real || !isRealPort(gateway.ports, row.localPort)) releasePort(gateway.ports, row.localPort);
  const ended = addHistory(gateway.history, {
    setupTicks: row.setupTicks,
    number: row.number,
    connection: row,
    endTicks: ticksAt(gateway.table.startedAt, end.mono),
    endAt: end.wall,
    cause: row.released?.cause ?? cause ?? normalClearing,
    releasedHere: row.released !== null,
    media: countersOf(row, now.mono),
  });
  const effects: GatewayEffect[] = [
    { kind: "media", connection: row },
    { kind: "ended", row: ended },
  ];
  if (endpoint !== undefined) effects.push({ kind: "party", endpoint });
  return effects;
}

/**
 * The endpoint's own party hung up: its media stops at once. Without an owner nobody will delete the connection,
 * so it ends here and now, and history keeps the instant for whoever takes over (failover.md 5).
 */
export function partyReleased(gateway: Gateway, endpoint: Endpoint, cause: number, owned: boolean, now: Now): GatewayEffect[] {
  const effects: GatewayEffect[] = [];
  for (const row of endpoint.connections) {
    if (row.released !== null) continue;
    row.released = { ...now, cause };
    setFlowing(row.media, false, now.mono);
    effects.push(...(owned ? [{ kind: "media", connection: row } as const] : endConnection(gateway, row, cause, now)));
  }
  return effects;
}

/**
 * Control ended: connections whose party had hung up, but which nobody deleted in time, end at that hang-up. Whoever was told of it cannot act
 * on it any more, and the next one is not told again.
 */
export function endReleasedConnections(gateway: Gateway, now: Now): GatewayEffect[] {
  return gateway.table.rows.filter((row) => row.released !== null).flatMap((row) => endConnection(gateway, row, null, now));
}
