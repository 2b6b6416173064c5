/**
 * Every line and trunk channel of the site: what it is, whether its party is off hook, and the one call it belongs to.
 * Invariant: an endpoint belongs to at most one call, until that call's connection at it is gone.
 * Rows are mutated in place; nobody outside server/core/calls writes to them.
 */
import type { NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";
import type { EndpointEvent, EndpointKind } from "./endpoint-event.ts";
import type { EndpointSpec } from "./numbering.ts";

export const noEvents: readonly EndpointEvent[] = [];

export class EndpointRow {
  private readonly spec: EndpointSpec;
  callId: string | null = null;
  /** Null = not known in this boot. */
  offHook: boolean | null = null;
  /** When the last hook event happened. */
  hookAt: WallTime = 0;
  /** That, less how late the process was that read it: an event from before this, arriving later, is dropped. */
  hookSince: WallTime = 0;
  /**
   * What an audit since takeover found, while no event of the endpoint has come to this server: a line's hook, or whether the network holds a
   * channel. It betrays what the controller before was told and did not live to act on. Null = nothing to go by.
   */
  auditedOffHook: boolean | null = null;
  /** When that was asked. */
  auditedAt: WallTime = 0;
  /** Whether an event of this endpoint has come since its gateway was gained. */
  heard = false;
  inService = true;
  /** Events that cannot be acted on yet, oldest first: their endpoint still belongs to a call that is going, or is not audited since takeover. */
  waiting: readonly EndpointEvent[] = noEvents;

  constructor(spec: EndpointSpec) {
    this.spec = spec;
  }

  get gateway(): NodeName {
    return this.spec.gateway;
  }

  get endpoint(): string {
    return this.spec.endpoint;
  }

  get kind(): EndpointKind {
    return this.spec.kind;
  }

  get index(): number {
    return this.spec.index;
  }

  get number(): string | null {
    return this.spec.number;
  }
}

interface GatewayEndpoints {
  /** In the order of their indexes, from 1. */
  readonly rows: EndpointRow[];
  /** What stands before the index in their names. */
  readonly prefixLength: number;
  busy: number;
  /** Where the search for an idle channel goes on. */
  cursor: number;
}

export class EndpointTable {
  readonly #gateways = new Map<NodeName, GatewayEndpoints>();

  constructor(specs: readonly EndpointSpec[]) {
    for (const spec of specs) {
      const row = new EndpointRow(spec);
      let gateway = this.#gateways.get(spec.gateway);
      if (!gateway) {
        gateway = { rows: [], prefixLength: spec.endpoint.indexOf("@") - String(spec.index).length, busy: 0, cursor: 0 };
        this.#gateways.set(spec.gateway, gateway);
      }
      gateway.rows.push(row);
    }
    // The network usually offers its calls from channel 1 upwards: starting at the top keeps glare rare.
    for (const gateway of this.#gateways.values()) gateway.cursor = gateway.rows.length - 1;
  }

  find(gateway: NodeName, endpoint: string): EndpointRow | null {
    const there = this.#gateways.get(gateway);
    if (there === undefined) return null;
    const name = fullName(gateway, endpoint);
    const row = there.rows[indexIn(name, there.prefixLength) - 1];
    return row?.endpoint === name ? row : null;
  }

  ofGateway(gateway: NodeName): readonly EndpointRow[] {
    return this.#gateways.get(gateway)?.rows ?? [];
  }

  *all(): IterableIterator<EndpointRow> {
    for (const { rows } of this.#gateways.values()) yield* rows;
  }

  /** Every gateway that has endpoints. */
  gateways(): NodeName[] {
    return [...this.#gateways.keys()];
  }

  busyCount(gateway: NodeName): number {
    return this.#gateways.get(gateway)?.busy ?? 0;
  }

  claim(row: EndpointRow, callId: string): void {
    if (row.callId !== null) throw new Error(`endpoint ${row.endpoint} belongs to call ${row.callId}, not to ${callId}`);
    row.callId = callId;
    this.#gateways.get(row.gateway)!.busy += 1;
  }

  free(row: EndpointRow, callId: string): void {
    if (row.callId !== callId) throw new Error(`endpoint ${row.endpoint} belongs to call ${row.callId}, not to ${callId}`);
    row.callId = null;
    this.#gateways.get(row.gateway)!.busy -= 1;
  }

  /** An idle channel of the least used of these gateways, by their order where equal. */
  idleChannel(
    gateways: readonly NodeName[],
    usable: (gateway: NodeName) => boolean,
    held: (row: EndpointRow) => boolean = () => false,
  ): EndpointRow | null {
    const candidates = gateways.filter((name) => usable(name) && this.#gateways.has(name));
    candidates.sort((a, b) => this.busyCount(a) - this.busyCount(b)); // sort is stable: the route's order decides between equals
    for (const name of candidates) {
      const row = this.#nextIdle(this.#gateways.get(name)!, held);
      if (row) return row;
    }
    return null;
  }

  #nextIdle(gateway: GatewayEndpoints, held: (row: EndpointRow) => boolean): EndpointRow | null {
    const { rows } = gateway;
    if (gateway.busy >= rows.length) return null;
    for (let step = 0; step < rows.length; step += 1) {
      const at = (gateway.cursor - step + rows.length) % rows.length;
      const row = rows[at]!;
      if (!isFree(row) || held(row)) continue;
      gateway.cursor = (at - 1 + rows.length) % rows.length;
      return row;
    }
    return null;
  }
}

/** True where a new call may be put on it. */
export function isFree(row: EndpointRow): boolean {
  return row.callId === null && row.inService && row.offHook !== true && row.waiting.length === 0;
}

const atSign = 64;

function fullName(gateway: NodeName, endpoint: string): string {
  // Asked for every leg of every audit: nothing is put together where the name says it all.
  const named = endpoint.endsWith(gateway) && endpoint.charCodeAt(endpoint.length - gateway.length - 1) === atSign;
  return named ? endpoint : `${endpoint}@${gateway}`;
}

/** The digits behind the prefix. Names are found by their index: a table of two million names takes half as much again as the rows. */
function indexIn(name: string, prefixLength: number): number {
  let index = 0;
  for (let at = prefixLength; at < name.length; at += 1) {
    const digit = name.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    index = index * 10 + digit;
  }
  return index;
}
