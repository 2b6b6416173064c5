/**
 * The connections that audits found, by leg key, by gateway, by call and by endpoint. Both the primary and the standby keep one;
 * on a standby it is all there is to know about calls. Rows are only added here on evidence and only removed on evidence.
 */
import type { NodeName } from "../identity.ts";
import { CallDigest } from "./call-digest.ts";
import { type Connection, legKeyText } from "./connection.ts";

export class ConnectionTable {
  readonly #gateways = new Map<NodeName, Map<string, Connection>>();
  readonly #calls = new Map<string, Connection[]>();
  readonly #endpoints = new Map<string, Connection>();
  readonly #digest = new CallDigest();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Calls of which two connected legs are known. */
  get establishedCalls(): number {
    return this.#digest.size;
  }

  /** Digest over those calls: comparable with the primary's own. */
  digest(): string {
    return this.#digest.text();
  }

  get(gateway: NodeName, key: string): Connection | null {
    return this.#gateways.get(gateway)?.get(key) ?? null;
  }

  ofGateway(gateway: NodeName): ReadonlyMap<string, Connection> {
    return this.#gateways.get(gateway) ?? empty;
  }

  countOf(gateway: NodeName): number {
    return this.#gateways.get(gateway)?.size ?? 0;
  }

  ofCall(callId: string): readonly Connection[] {
    return this.#calls.get(callId) ?? none;
  }

  /** The newest connection known at an endpoint. */
  atEndpoint(endpoint: string): Connection | null {
    return this.#endpoints.get(endpoint) ?? null;
  }

  /** Calls of which at least one leg is known. */
  get knownCalls(): number {
    return this.#calls.size;
  }

  callIds(): IterableIterator<string> {
    return this.#calls.keys();
  }

  *all(): IterableIterator<Connection> {
    for (const rows of this.#gateways.values()) yield* rows.values();
  }

  /** Adds the row, or joins it to what is known of the same leg: a null never overwrites a value. */
  upsert(row: Connection): Connection {
    const key = legKeyText(row);
    const before = this.#gateways.get(row.gateway)?.get(key);
    const merged = before ? merge(before, row) : row;
    if (before) this.#unlink(before);
    this.#link(key, merged);
    return merged;
  }

  remove(row: Connection): void {
    const key = legKeyText(row);
    const known = this.#gateways.get(row.gateway)?.get(key);
    if (!known) return;
    this.#unlink(known);
    this.#gateways.get(row.gateway)!.delete(key);
    this.#size -= 1;
  }

  #link(key: string, row: Connection): void {
    let rows = this.#gateways.get(row.gateway);
    if (!rows) {
      rows = new Map();
      this.#gateways.set(row.gateway, rows);
    }
    if (!rows.has(key)) this.#size += 1;
    rows.set(key, row);
    if (row.endpoint !== null) this.#endpoints.set(row.endpoint, row);
    if (row.callId === null) return;
    const legs = this.#calls.get(row.callId);
    if (!legs) this.#calls.set(row.callId, [row]);
    else {
      const wasEstablished = isEstablished(legs);
      legs.push(row);
      if (!wasEstablished && isEstablished(legs)) this.#digest.add(row.callId);
    }
  }

  #unlink(row: Connection): void {
    if (row.endpoint !== null && this.#endpoints.get(row.endpoint) === row) this.#endpoints.delete(row.endpoint);
    if (row.callId === null) return;
    const legs = this.#calls.get(row.callId)!;
    const wasEstablished = isEstablished(legs);
    legs.splice(legs.indexOf(row), 1);
    if (wasEstablished && !isEstablished(legs)) this.#digest.remove(row.callId);
    if (legs.length === 0) this.#calls.delete(row.callId);
  }
}

/** Two legs whose parties are connected. */
export function isEstablished(legs: readonly Connection[]): boolean {
  let connected = 0;
  for (const leg of legs) if (isConnected(leg)) connected += 1;
  return connected >= 2;
}

export function isConnected(leg: Connection): boolean {
  return leg.connectAt !== null || leg.state === "active";
}

const none: readonly Connection[] = [];
const empty: ReadonlyMap<string, Connection> = new Map();

function merge(before: Connection, row: Connection): Connection {
  // Of two readings of the same instant the more exact one stands; the error covers both instants.
  const [better, other] = row.clockErrorMs < before.clockErrorMs ? [row, before] : [before, row];
  const bothFromBetter = (better.setupAt ?? other.setupAt) === better.setupAt && (better.connectAt ?? other.connectAt) === better.connectAt;
  return {
    ...row,
    endpoint: row.endpoint ?? before.endpoint,
    connectionId: row.connectionId ?? before.connectionId,
    callId: row.callId ?? before.callId,
    state: row.state === "unknown" ? before.state : row.state,
    origin: row.origin ?? before.origin,
    localNumber: row.localNumber ?? before.localNumber,
    peerNumber: row.peerNumber ?? before.peerNumber,
    localAddress: row.localAddress ?? before.localAddress,
    remoteAddress: row.remoteAddress ?? before.remoteAddress,
    carries: row.carries ?? before.carries,
    codec: row.codec ?? before.codec,
    qos: row.qos ?? before.qos,
    setupAt: better.setupAt ?? other.setupAt,
    connectAt: better.connectAt ?? other.connectAt,
    clockErrorMs: bothFromBetter ? better.clockErrorMs : other.clockErrorMs,
    media: row.media ?? before.media,
    seenAt: Math.max(before.seenAt, row.seenAt),
  };
}
