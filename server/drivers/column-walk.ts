/**
 * Walks one column of an SNMP table. GETBULK starts behind the given instance (exclusive, as the protocol has it).
 * The number of repetitions adapts: halved when an answer is lost or too big, raised slowly again. An answer that does not move on ends
 * the walk as failed, so a broken agent cannot hold it for ever.
 */
import type { SnmpValue } from "../protocols/snmp/leg-row.ts";
import { compareArcs, type Oid, parseOid, suffixOf } from "../protocols/snmp/oid.ts";
import type { SnmpClient } from "./snmp-client.ts";

/** Values by the text of the row's index, for example `1234.17`, in the agent's order. */
export type ColumnValues = Map<string, SnmpValue>;

export interface ColumnWalk {
  readonly values: ColumnValues;
  /** Null: the walk reached the column's end. */
  readonly failure: string | null;
}

/** Shared by the walks of one gateway, so that one of them learns for all. */
export interface Pace {
  maxRepetitions: number;
}

/** About 4 kB of varbinds; an agent that cannot say so much in one datagram says less. */
const mostRepetitions = 100;
const fewestRepetitions = 5;
const maxRows = 50_000;
const attemptsPerStep = 3;

export function createPace(): Pace {
  return { maxRepetitions: mostRepetitions };
}

export async function walkColumn(client: SnmpClient, pace: Pace, column: Oid, after: string | null = null): Promise<ColumnWalk> {
  const values: ColumnValues = new Map();
  let cursor = after === null ? column : `${column}.${after}`;
  let failures = 0;
  for (;;) {
    const result = await client.getBulk(cursor, pace.maxRepetitions);
    if (!result.ok) {
      // Too big is no loss: the answer to it is to ask for less, down to one.
      if (result.reason !== "too-big" || pace.maxRepetitions === 1) failures += 1;
      const fewest = result.reason === "too-big" ? 1 : fewestRepetitions;
      pace.maxRepetitions = Math.max(fewest, Math.floor(pace.maxRepetitions / 2));
      if (failures >= attemptsPerStep || result.reason === "error") return { values, failure: `${column}: ${result.text}` };
      continue;
    }
    failures = 0;
    pace.maxRepetitions = Math.min(mostRepetitions, pace.maxRepetitions + 1);
    if (result.varbinds.length === 0) return { values, failure: `${column}: empty answer` };
    for (const { oid, value, endOfMib } of result.varbinds) {
      if (endOfMib) return { values, failure: null };
      if (!risesAbove(oid, cursor)) return { values, failure: `${column}: the agent does not move on` };
      const suffix = suffixOf(column, oid);
      if (suffix === null) return { values, failure: null };
      if (value !== null) values.set(suffix.join("."), value);
      if (values.size > maxRows) return { values, failure: `${column}: more than ${maxRows} rows` };
      cursor = oid;
    }
  }
}

function risesAbove(oid: Oid, cursor: Oid): boolean {
  const arcs = parseOid(oid);
  const before = parseOid(cursor);
  return arcs !== null && before !== null && compareArcs(arcs, before) > 0;
}

/** Several columns at once; the client bounds what is in flight. */
export function walkColumns(client: SnmpClient, pace: Pace, columns: readonly Oid[], after: string | null = null): Promise<ColumnWalk[]> {
  return Promise.all(columns.map((column) => walkColumn(client, pace, column, after)));
}

const varbindsPerGet = 36;

/** Reads whole rows by their exact index. A row's missing columns are simply absent in its map. */
export async function readRows(
  client: SnmpClient,
  columns: readonly Oid[],
  indexes: readonly string[],
): Promise<{ rows: Map<string, Map<Oid, SnmpValue>>; failure: string | null }> {
  const rows = new Map<string, Map<Oid, SnmpValue>>(indexes.map((index) => [index, new Map()]));
  const wanted = indexes.flatMap((index) => columns.map((column) => ({ index, column, oid: `${column}.${index}` })));
  const batches: (typeof wanted)[] = [];
  for (let at = 0; at < wanted.length; at += varbindsPerGet) batches.push(wanted.slice(at, at + varbindsPerGet));
  const results = await Promise.all(batches.map((batch) => client.get(batch.map((one) => one.oid))));
  let failure: string | null = null;
  for (const [i, result] of results.entries()) {
    if (!result.ok) failure = `reading rows: ${result.text}`;
    else for (const [j, varbind] of result.varbinds.entries()) keep(rows, batches[i]?.[j], varbind.oid, varbind.value);
  }
  return { rows, failure };
}

function keep(
  rows: Map<string, Map<Oid, SnmpValue>>,
  asked: { readonly index: string; readonly column: Oid; readonly oid: Oid } | undefined,
  oid: Oid,
  value: SnmpValue | null,
): void {
  if (asked !== undefined && asked.oid === oid && value !== null) rows.get(asked.index)?.set(asked.column, value);
}
