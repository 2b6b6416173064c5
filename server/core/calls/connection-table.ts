/**
 * The connections that audits found, by leg key, by gateway and by call. Both the primary and the standby keep one;
 * on a standby it is all there is to know about calls. Rows are only added here on evidence and only removed on evidence.
 */
import type { NodeName } from "../identity.ts";
import type { Instant } from "../time.ts";
import { CallDigest } from "./call-digest.ts";
import type { Connection, LegKey } from "./connection.ts";
import { LegSet } from "./leg-set.ts";
import { isRepeated } from "./repeated-row.ts";

export class ConnectionTable {
  readonly #gateways = new Map<NodeName, LegSet>();
  readonly #calls = new Map<string, readonly Connection[]>();
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

  get(key: LegKey): Connection | null {
    return this.#gateways.get(key.gateway)?.get(key) ?? null;
  }

  ofGateway(gateway: NodeName): Pick<LegSet, "size" | "find" | "values"> {
    return this.#gateways.get(gateway) ?? empty;
  }

  countOf(gateway: NodeName): number {
    return this.#gateways.get(gateway)?.size ?? 0;
  }

  ofCall(callId: string): readonly Connection[] {
    return this.#calls.get(callId) ?? none;
  }

  /** The newest connection known at an endpoint: asked so rarely that its gateway's legs are looked through for it. */
  atEndpoint({ gateway, endpoint }: { readonly gateway: NodeName; readonly endpoint: string }): Connection | null {
    let newest: Connection | null = null;
    for (const leg of this.ofGateway(gateway).values()) {
      if (leg.endpoint === endpoint && (newest === null || leg.seenAt >= newest.seenAt)) newest = leg;
    }
    return newest;
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

  /**
   * Adds the row, or joins it to what is known of the same leg: a null never overwrites a value. A row that tells nothing new leaves the
   * known one in place, seen again: nearly every row of an audit is such a one.
   */
  upsert(row: Connection): Connection {
    const legs = this.#gateways.get(row.gateway);
    const before = legs?.get(row) ?? null;
    if (before === null) {
      this.#add(legs, row);
      return row;
    }
    if (before === row) return row;
    if (isRepeated(before, row)) {
      if (row.seenAt > before.seenAt) (before as { seenAt: Instant }).seenAt = row.seenAt;
      return before;
    }
    const merged = merge(before, row);
    legs!.put(merged);
    this.#unlink(before);
    this.#link(merged);
    return merged;
  }

  /** Every stamp is off by so much more, and each row was seen that much earlier. */
  doubt(byMs: number, earlierMs: number): void {
    for (const row of this.all()) {
      const doubted = row as { clockErrorMs: number; seenAt: Instant };
      doubted.clockErrorMs += byMs;
      doubted.seenAt -= earlierMs;
    }
  }

  remove(row: Connection): void {
    const legs = this.#gateways.get(row.gateway);
    const known = legs?.get(row) ?? null;
    if (known === null) return;
    this.#unlink(known);
    legs!.delete(known);
    this.#size -= 1;
  }

  #add(legs: LegSet | undefined, row: Connection): void {
    let those = legs;
    if (those === undefined) {
      those = new LegSet();
      this.#gateways.set(row.gateway, those);
    }
    those.put(row);
    this.#size += 1;
    this.#link(row);
  }

  #link(row: Connection): void {
    if (row.callId === null) return;
    const legs = this.#calls.get(row.callId);
    // Two to a call: written out, an array has room for no more.
    const grown = legs === undefined ? [row] : legs.length === 1 ? [legs[0]!, row] : [...legs, row];
    this.#calls.set(row.callId, grown);
    if (legs !== undefined && !isEstablished(legs) && isEstablished(grown)) this.#digest.add(row.callId);
  }

  #unlink(row: Connection): void {
    if (row.callId === null) return;
    const legs = this.#calls.get(row.callId)!;
    const left = legs.filter((leg) => leg !== row);
    if (isEstablished(legs) && !isEstablished(left)) this.#digest.remove(row.callId);
    if (left.length === 0) this.#calls.delete(row.callId);
    else this.#calls.set(row.callId, left);
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
const empty = new LegSet();

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
    detail: row.detail ?? before.detail,
    seenAt: Math.max(before.seenAt, row.seenAt),
  };
}
