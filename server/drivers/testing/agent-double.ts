/** A scripted SNMP agent behind the client's face, for tests: rows are set by hand, and a test can make it lose, cut or repeat answers. */

import type { SnmpValue } from "../../protocols/snmp/leg-row.ts";
import { compareArcs, type Oid, parseOid } from "../../protocols/snmp/oid.ts";
import type { SnmpClient, SnmpResult, Varbind } from "../snmp-client.ts";

export interface AgentDouble extends SnmpClient {
  set(oid: Oid, value: SnmpValue): void;
  remove(prefix: Oid): void;
  /** Called before each answer; a result that it gives is answered instead. */
  intercept: (asked: { readonly kind: "get" | "bulk"; readonly oids: readonly Oid[] }) => SnmpResult | null;
}

export function createAgentDouble(): AgentDouble {
  const values = new Map<Oid, SnmpValue>();
  const arcs = new Map<Oid, number[]>();
  let sorted: Oid[] | null = null;
  let packets = 0;
  const rttMs = 2;
  const arcsOf = (oid: Oid): number[] => {
    const known = arcs.get(oid) ?? parseOid(oid) ?? [];
    arcs.set(oid, known);
    return known;
  };
  const compare = (a: Oid, b: Oid) => compareArcs(arcsOf(a), arcsOf(b));
  const order = () => (sorted ??= [...values.keys()].sort(compare));
  const answer = (varbinds: Varbind[]): SnmpResult => ({ ok: true, varbinds, rttMs });

  const double: AgentDouble = {
    set(oid, value) {
      values.set(oid, value);
      sorted = null;
    },
    remove(prefix) {
      for (const oid of [...values.keys()]) if (oid === prefix || oid.endsWith(prefix)) values.delete(oid);
      sorted = null;
    },
    intercept: () => null,
    async get(oids) {
      packets += 1;
      const instead = double.intercept({ kind: "get", oids });
      return instead ?? answer(oids.map((oid) => ({ oid, value: values.get(oid) ?? null, endOfMib: false })));
    },
    async getBulk(after, maxRepetitions) {
      packets += 1;
      const instead = double.intercept({ kind: "bulk", oids: [after] });
      if (instead !== null) return instead;
      const all = order();
      let low = 0;
      let high = all.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (compare(all[middle] as Oid, after) <= 0) low = middle + 1;
        else high = middle;
      }
      const found = all.slice(low, low + maxRepetitions).map((oid) => ({ oid, value: values.get(oid) ?? null, endOfMib: false }));
      return answer(found.length < maxRepetitions ? [...found, { oid: after, value: null, endOfMib: true }] : found);
    },
    get packets() {
      return packets;
    },
    close: () => undefined,
  };
  return double;
}
