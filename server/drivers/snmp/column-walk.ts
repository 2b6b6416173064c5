/**
 * Walks one column of an SNMP table. GETBULK starts behind the given instance (exclusive, as the protocol has it).
 * The number of repetitions adapts: halved when an answer is lost or too big, raised slowly again. An answer that does not move on ends
 * the walk as failed, so a broken agent cannot hold it for ever.
 */
import { suffixOctets } from "../../protocols/snmp/ber.ts";
import { type Bindings, compareNames } from "../../protocols/snmp/bindings.ts";
import { type Oid, parseOid, type SnmpValue } from "../../protocols/snmp/oid.ts";
import type { SnmpAnswer } from "../../runtime/snmp-socket.ts";
import { octetsOfOid, type SnmpClient } from "./snmp-client.ts";

/** Values by the text of the row's index, for example `1234.17`, in the agent's order. */
export type ColumnValues = Map<string, SnmpValue>;

export interface ColumnWalk {
  readonly values: ColumnValues;
  /** Null: the walk reached the column's end. */
  readonly failure: string | null;
  readonly reason: "timeout" | "unauthorized" | "loop" | "other" | null;
}

/** Shared by the walks of one gateway, so that one of them learns for all. */
export interface Pace {
  maxRepetitions: number;
}

/** About 8 kB of varbinds; an agent that cannot say so much in one datagram says less. */
const mostRepetitions = 250;
/** Of a walk that begins; and the most beside the scalars of a first answer. */
export const firstRepetitions = 100;
const fewestRepetitions = 5;
const maxRows = 50_000;
const attemptsPerStep = 3;

export function createPace(): Pace {
  return { maxRepetitions: firstRepetitions };
}

/** Where the values of a walk go. */
export interface ColumnSink {
  /** Bindings taken so far. */
  readonly size: number;
  /** False: its index is none. */
  keep(bindings: Bindings, prefixOctets: number): boolean;
}

class ValuesByIndex implements ColumnSink {
  readonly values: ColumnValues = new Map();

  get size(): number {
    return this.values.size;
  }

  keep(bindings: Bindings, prefixOctets: number): boolean {
    const index = bindings.index(prefixOctets);
    if (index === null) return false;
    const value = bindings.value();
    if (value !== null) this.values.set(index, value);
    return true;
  }
}

/** Where a walk through a column stands. */
export class ColumnCursor {
  /** Empty where they went elsewhere. */
  readonly values: ColumnValues;
  readonly column: Oid;
  readonly #sink: ColumnSink;
  readonly prefix: Uint8Array;
  /** Content octets of the last name met: the next answer must come after it. */
  name: Uint8Array;
  ended = false;
  failure: string | null = null;
  /** About how many rows the column has from where it began: what lies behind them is not asked for. */
  expected: number | null = null;

  constructor(column: Oid, after: string | null = null, sink: ColumnSink | null = null) {
    const byIndex = new ValuesByIndex();
    this.values = byIndex.values;
    this.#sink = sink ?? byIndex;
    this.column = column;
    this.prefix = octetsOfOid(column);
    const arcs = after === null ? null : parseOid(after);
    this.name = arcs === null ? this.prefix : Buffer.concat([this.prefix, suffixOctets(arcs)]);
  }

  /** How many to ask for: one more than is expected, to see the end. */
  repetitions(most: number): number {
    if (this.expected === null) return most;
    return Math.min(most, Math.max(fewestRepetitions, this.expected - this.#sink.size + 1));
  }

  /** Takes the bindings that belong here, until the end of the answer or of the column. */
  take(bindings: Bindings): void {
    let moved = false;
    let from = -1;
    let to = -1;
    while (!this.ended && bindings.next()) {
      moved = true;
      if (bindings.isEnd) this.ended = true;
      else if (!risesAbove(bindings, from, to, this.name)) this.fail("the agent does not move on");
      else if (!bindings.under(this.prefix)) this.ended = true;
      else {
        from = bindings.nameFrom;
        to = bindings.nameTo;
        this.#keep(bindings);
      }
    }
    if (from >= 0) this.name = bindings.octets.slice(from, to);
    if (!moved) this.fail("empty answer");
  }

  #keep(bindings: Bindings): void {
    if (!this.#sink.keep(bindings, this.prefix.length)) this.fail("an index that is none");
    else if (this.#sink.size > maxRows) this.fail(`more than ${maxRows} rows`);
  }

  fail(what: string): void {
    this.ended = true;
    this.failure = `${this.column}: ${what}`;
  }
}

/** Above the binding before it, or above the cursor where it is the first one. */
function risesAbove(bindings: Bindings, from: number, to: number, name: Uint8Array): boolean {
  if (from < 0) return bindings.isAfter(name);
  return compareNames(bindings.octets, bindings.nameFrom, bindings.nameTo, bindings.octets.subarray(from, to)) > 0;
}

/** What asked for so many was too much, or was lost. */
export function slower(pace: Pace, asked: number, reason: Extract<SnmpAnswer, { ok: false }>["reason"]): void {
  const fewest = reason === "too-big" ? 1 : fewestRepetitions;
  pace.maxRepetitions = Math.max(fewest, Math.floor(Math.min(asked, pace.maxRepetitions) / 2));
}

/** Walks from where the cursor stands to the end of its column. */
export async function goOn(client: SnmpClient, pace: Pace, cursor: ColumnCursor): Promise<ColumnWalk> {
  let failures = 0;
  let reason: ColumnWalk["reason"] = null;
  while (!cursor.ended) {
    const asked = cursor.repetitions(pace.maxRepetitions);
    const answer = await client.request({ kind: "get-bulk", names: [cursor.name], nonRepeaters: 0, maxRepetitions: asked });
    if (answer.ok) {
      failures = 0;
      pace.maxRepetitions = Math.min(mostRepetitions, pace.maxRepetitions + 2);
      cursor.take(answer.bindings);
      if (cursor.failure !== null) reason = "loop";
      continue;
    }
    // Too big is no loss: the answer to it is to ask for less, down to one.
    if (answer.reason !== "too-big" || asked === 1) failures += 1;
    slower(pace, asked, answer.reason);
    if (failures < attemptsPerStep && (answer.reason === "timeout" || answer.reason === "too-big")) continue;
    reason = reasonOf(answer);
    cursor.fail(answer.text);
  }
  return { values: cursor.values, failure: cursor.failure, reason: cursor.failure === null ? null : (reason ?? "loop") };
}

export const varbindsPerGet = 36;

/** Told each value by the place of its row among the indexes, and of its column among the columns. */
export type CellListener = (row: number, column: number, value: SnmpValue) => void;

export interface ReadFailure {
  readonly failure: string;
  readonly reason: ColumnWalk["reason"];
}

/** Reads whole rows by their exact index. What a row lacks is simply not told. Null: everything was answered. */
export async function readRows(
  client: SnmpClient,
  columns: readonly Oid[],
  indexes: readonly string[],
  tell: CellListener,
): Promise<ReadFailure | null> {
  const prefixes = columns.map(octetsOfOid);
  const wanted: Wanted[] = [];
  for (const [row, index] of indexes.entries()) {
    const suffix = suffixOctets(parseOid(index) ?? []);
    for (const [column, prefix] of prefixes.entries()) wanted.push({ row, column, name: Buffer.concat([prefix, suffix]) });
  }
  const batches: (readonly Wanted[])[] = [];
  for (let at = 0; at < wanted.length; at += varbindsPerGet) batches.push(wanted.slice(at, at + varbindsPerGet));
  const failures = await Promise.all(batches.map((batch) => readBatch(client, batch, tell)));
  return failures.find((failure) => failure !== null) ?? null;
}

interface Wanted {
  readonly row: number;
  readonly column: number;
  readonly name: Uint8Array;
}

export function reasonOf({ reason }: Extract<SnmpAnswer, { ok: false }>): ColumnWalk["reason"] {
  return reason === "timeout" || reason === "unauthorized" ? reason : "other";
}

/** A batch that is too big for the agent is asked in halves. */
async function readBatch(client: SnmpClient, batch: readonly Wanted[], tell: CellListener): Promise<ReadFailure | null> {
  const names = batch.map(({ name }) => name);
  const answer = await client.request({ kind: "get", names, nonRepeaters: 0, maxRepetitions: 0 });
  if (!answer.ok) {
    if (answer.reason !== "too-big" || batch.length === 1) return { failure: `reading rows: ${answer.text}`, reason: reasonOf(answer) };
    const half = batch.length >> 1;
    const first = await readBatch(client, batch.slice(0, half), tell);
    return first ?? readBatch(client, batch.slice(half), tell);
  }
  const { bindings } = answer;
  for (const { row, column, name } of batch) {
    if (!bindings.next() || !bindings.isNamed(name))
      return { failure: "reading rows: the answer is not about what was asked", reason: "other" };
    const value = bindings.value();
    if (value !== null) tell(row, column, value);
  }
  return null;
}
