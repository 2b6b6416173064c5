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

/** About 8 kB of a column of small numbers; an agent that cannot say so much in one datagram says less. */
const mostRepetitions = 360;
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
  /** How many rows are still wanted; null: as many as there are. */
  readonly left: number | null;
  /** False: its index is none. */
  keep(bindings: Bindings, prefixOctets: number): boolean;
}

class ValuesByIndex implements ColumnSink {
  readonly values: ColumnValues = new Map();
  readonly left = null;

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
  ended = false;
  failure: string | null = null;
  /** About how many rows the column has from where it began: what lies behind them is not asked for. */
  expected: number | null = null;
  /** Where the last name met lies: the next one must come after it. */
  #octets: Uint8Array;
  #from = 0;
  #to: number;

  constructor(column: Oid, after: string | null = null, sink: ColumnSink | null = null) {
    const byIndex = new ValuesByIndex();
    this.values = byIndex.values;
    this.#sink = sink ?? byIndex;
    this.column = column;
    this.prefix = octetsOfOid(column);
    const arcs = after === null ? null : parseOid(after);
    this.#octets = arcs === null ? this.prefix : Buffer.concat([this.prefix, suffixOctets(arcs)]);
    this.#to = this.#octets.length;
  }

  /** Content octets of the last name met. */
  get name(): Uint8Array {
    return this.#octets.subarray(this.#from, this.#to);
  }

  /** How many to ask for: one more than is expected, to see the end. */
  repetitions(most: number): number {
    const { left, size } = this.#sink;
    if (left === null && this.expected === null) return most;
    const expected = this.expected === null ? 0 : this.expected - size + (left === null ? 1 : 0);
    return Math.min(most, Math.max(left ?? fewestRepetitions, expected, 1));
  }

  /** Takes the bindings that belong here, until the end of the answer or of the column. */
  take(bindings: Bindings): void {
    let moved = false;
    while (!this.ended && bindings.next()) {
      moved = true;
      this.takeOne(bindings);
    }
    if (!moved) this.fail("empty answer");
    this.letGo();
  }

  /** The answer is read: what is kept of it is a copy, for its buffer may be used again. */
  letGo(): void {
    this.#octets = Uint8Array.from(this.name);
    this.#from = 0;
    this.#to = this.#octets.length;
  }

  /** The present binding. */
  takeOne(bindings: Bindings): void {
    if (bindings.isEnd) this.ended = true;
    else if (compareNames(bindings.octets, bindings.nameFrom, bindings.nameTo, this.#octets, this.#from, this.#to) <= 0)
      this.fail("the agent does not move on");
    else if (!bindings.under(this.prefix)) this.ended = true;
    else {
      this.#octets = bindings.octets;
      this.#from = bindings.nameFrom;
      this.#to = bindings.nameTo;
      this.#keep(bindings);
    }
  }

  #keep(bindings: Bindings): void {
    if (!this.#sink.keep(bindings, this.prefix.length)) this.fail("an index that is none");
    else if (this.#sink.size > maxRows) this.fail(`more than ${maxRows} rows`);
    else if (this.#sink.left === 0) this.ended = true;
  }

  fail(what: string): void {
    this.ended = true;
    this.failure = `${this.column}: ${what}`;
  }
}

/** What asked for so many was too much, or was lost. */
export function slower(pace: Pace, asked: number, reason: Extract<SnmpAnswer, { ok: false }>["reason"]): void {
  const fewest = reason === "too-big" ? 1 : fewestRepetitions;
  pace.maxRepetitions = Math.max(fewest, Math.floor(Math.min(asked, pace.maxRepetitions) / 2));
}

/** Walks from where the cursor stands to the end of its column. */
export async function goOn(client: SnmpClient, pace: Pace, cursor: ColumnCursor): Promise<ColumnWalk> {
  const [walk] = await goOnTogether(client, pace, [cursor]);
  return walk!;
}

/** In one question. */
export const mostBindings = 400;

/** Walks several columns side by side: of a table with few rows one answer holds all of them. */
export async function goOnTogether(client: SnmpClient, pace: Pace, cursors: readonly ColumnCursor[]): Promise<ColumnWalk[]> {
  let failures = 0;
  let reason: ColumnWalk["reason"] = null;
  for (let open = cursors; ; open = open.filter(({ ended }) => !ended)) {
    const [first] = open;
    if (first === undefined) break;
    if (first.ended) continue;
    const rows = open.length === 1 ? pace.maxRepetitions : Math.min(pace.maxRepetitions, Math.floor(mostBindings / open.length));
    const asked = Math.max(...open.map((cursor) => cursor.repetitions(Math.max(1, rows))));
    const names = open.map(({ name }) => name);
    const answer = await client.request({ kind: "get-bulk", names, nonRepeaters: 0, maxRepetitions: asked });
    if (answer.ok) {
      failures = 0;
      pace.maxRepetitions = Math.min(mostRepetitions, pace.maxRepetitions + 2);
      if (open.length === 1) first.take(answer.bindings);
      else takeTogether(open, answer.bindings);
      continue;
    }
    // Too big is no loss: the answer to it is to ask for less, down to one.
    if (answer.reason !== "too-big" || asked === 1) failures += 1;
    slower(pace, asked, answer.reason);
    if (failures < attemptsPerStep && (answer.reason === "timeout" || answer.reason === "too-big")) continue;
    reason = reasonOf(answer);
    for (const cursor of open) if (!cursor.ended) cursor.fail(answer.text);
  }
  return cursors.map(({ values, failure }) => ({ values, failure, reason: failure === null ? null : (reason ?? "loop") }));
}

/** Row by row, each a binding for each column (RFC 3416 4.2.3); the last row may be cut. */
function takeTogether(cursors: readonly ColumnCursor[], bindings: Bindings): void {
  let at = 0;
  for (; bindings.next(); at += 1) {
    const cursor = cursors[at % cursors.length]!;
    if (!cursor.ended) cursor.takeOne(bindings);
  }
  for (const cursor of cursors) {
    if (at === 0) cursor.fail("empty answer");
    cursor.letGo();
  }
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
