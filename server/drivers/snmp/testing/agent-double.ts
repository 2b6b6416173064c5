/** A scripted SNMP agent behind the client's face, for tests: rows are set by hand, and a test can make it lose, cut or repeat answers. Its answers are real octets. */
import { arcsOf, nameOctets, Reader, tags } from "../../../protocols/snmp/ber.ts";
import { compareArcs, type Oid, parseOid, type SnmpValue } from "../../../protocols/snmp/oid.ts";
import { type RequestPdu, readPdu } from "../../../protocols/snmp/pdu.ts";
import { ResponseWriter } from "../../../protocols/snmp/response-writer.ts";
import type { SnmpAnswer } from "../../../runtime/snmp-socket.ts";
import type { SnmpClient } from "../snmp-client.ts";

export interface AgentDouble extends SnmpClient {
  set(oid: Oid, value: SnmpValue): void;
  remove(prefix: Oid): void;
  /** Called before each answer; a result that it gives is answered instead. */
  intercept: (asked: { readonly kind: RequestPdu["kind"]; readonly oids: readonly Oid[] }) => SnmpAnswer | null;
  /** An answer with these bindings. */
  answer(bindings: readonly (readonly [Oid, SnmpValue | null | "end"])[]): SnmpAnswer;
}

const rttMs = 2;

function tagOf(value: SnmpValue): number {
  return typeof value === "number" ? (value < 0 ? tags.integer : tags.gauge) : typeof value === "string" ? tags.name : tags.octets;
}

export function createAgentDouble(): AgentDouble {
  const values = new Map<Oid, SnmpValue>();
  const arcs = new Map<Oid, number[]>();
  let sorted: Oid[] | null = null;
  let packets = 0;
  const arcsOfOid = (oid: Oid): number[] => {
    const known = arcs.get(oid) ?? parseOid(oid) ?? [];
    arcs.set(oid, known);
    return known;
  };
  const compare = (a: Oid, b: Oid) => compareArcs(arcsOfOid(a), arcsOfOid(b));
  const order = () => (sorted ??= [...values.keys()].sort(compare));
  const answer: AgentDouble["answer"] = (bindings) => {
    const writer = new ResponseWriter(60_000);
    for (const [oid, value] of bindings) {
      const prefix = nameOctets(arcsOfOid(oid));
      if (value === "end" || value === null)
        writer.add({ prefix, suffix: [] }, value === "end" ? tags.endOfMibView : tags.noSuchInstance, 0);
      else writer.add({ prefix, suffix: [] }, tagOf(value), typeof value === "string" ? nameOctets(arcsOfOid(value)) : value);
    }
    const pdu = readPdu(new Reader(Uint8Array.from(writer.pdu("response", 1, 0, 0))));
    if (pdu === null) throw new Error("the double wrote no PDU");
    return { ok: true, bindings: pdu.bindings, count: pdu.count, rttMs, attempts: 1 };
  };
  /** Those behind a name, in the order of the tree. */
  const behind = (name: Oid, most: number): (readonly [Oid, SnmpValue | "end"])[] => {
    const all = order();
    let low = 0;
    let high = all.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(all[middle]!, name) <= 0) low = middle + 1;
      else high = middle;
    }
    const found: (readonly [Oid, SnmpValue | "end"])[] = all.slice(low, low + most).map((oid) => [oid, values.get(oid)!]);
    return found.length < most ? [...found, [found.at(-1)?.[0] ?? name, "end"]] : found;
  };
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
    answer,
    async request({ kind, names, nonRepeaters, maxRepetitions }) {
      packets += 1;
      const oids = names.map((name) => arcsOf(name, 0, name.length)!.join("."));
      const instead = double.intercept({ kind, oids });
      if (instead !== null) return instead;
      if (kind === "get") return answer(oids.map((oid) => [oid, values.get(oid) ?? null]));
      const single = kind === "get-next" ? oids : oids.slice(0, nonRepeaters);
      const repeated = kind === "get-next" ? [] : oids.slice(nonRepeaters);
      const columns = repeated.map((oid) => behind(oid, maxRepetitions));
      // Row by row (RFC 3416 4.2.3); behind the end of the tree its end is told again.
      const rows = Math.max(0, ...columns.map(({ length }) => length));
      const interleaved = Array.from({ length: rows }, (_, row) => columns.map((column) => column[row] ?? column.at(-1)!)).flat();
      return answer([...single.flatMap((oid) => behind(oid, 1).slice(0, 1)), ...interleaved]);
    },
    async get(oids) {
      packets += 1;
      const instead = double.intercept({ kind: "get", oids });
      if (instead !== null && !instead.ok) return instead;
      return { ok: true, values: oids.map((oid) => values.get(oid) ?? null), rttMs };
    },
    engineBoots: null,
    get packets() {
      return packets;
    },
    close: () => undefined,
  };
  return double;
}
