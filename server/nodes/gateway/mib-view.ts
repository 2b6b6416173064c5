/**
 * A sorted view of SNMP objects over rows that live elsewhere: nothing is copied, values are read when they are asked for.
 * A column is found by binary search, a row by the table's own order, so that a walk costs the same however large the tables grow.
 */

import { nameOctets, tags } from "../../protocols/snmp/ber.ts";
import { compareArcs, parseOid } from "../../protocols/snmp/oid.ts";
import type { ResponseWriter, SnmpRequest, Value } from "../../protocols/snmp/response-writer.ts";

export interface MibTable<Row> {
  length(): number;
  row(position: number): Row | undefined;
  index(row: Row): readonly number[];
  /** The first position whose index is not below these arcs. */
  placeOf(arcs: readonly number[]): number;
}

export interface MibColumn<Row> {
  readonly oid: string;
  readonly tag: number;
  readonly value: (row: Row) => Value;
}

interface Placed {
  readonly arcs: readonly number[];
  readonly prefix: Uint8Array;
  readonly tag: number;
  readonly table: MibTable<unknown>;
  readonly value: (row: unknown) => Value;
}

/** One object instance: a column and the position of a row in its table. */
interface Cursor {
  column: number;
  position: number;
}

export class MibView {
  private readonly columns: Placed[] = [];

  add<Row>(table: MibTable<Row>, columns: readonly MibColumn<Row>[]): void {
    for (const column of columns) {
      const arcs = parseOid(column.oid);
      if (arcs === null) throw new Error(`not an OID: ${column.oid}`);
      const value = column.value as (row: unknown) => Value;
      this.columns.push({ arcs, prefix: nameOctets(arcs), tag: column.tag, table: table as MibTable<unknown>, value });
    }
    this.columns.sort((a, b) => compareArcs(a.arcs, b.arcs));
  }

  /** A single instance `<oid>.<last arc>`. */
  addScalar(oid: string, tag: number, value: () => Value): void {
    const arcs = parseOid(oid);
    const last = arcs?.[arcs.length - 1] ?? 0;
    const table: MibTable<null> = {
      length: () => 1,
      row: () => null,
      index: () => [last],
      placeOf: (given) => (compareArcs([last], given) < 0 ? 1 : 0),
    };
    this.add(table, [{ oid: oid.slice(0, oid.lastIndexOf(".")), tag, value }]);
  }

  /** Writes the answer's bindings; returns [error status, error index] (RFC 3416 4.2). */
  answer(request: SnmpRequest, writer: ResponseWriter): readonly [number, number] {
    switch (request.kind) {
      case "set":
        writer.addRaw(request.bindings);
        return [notWritable, Math.min(1, request.names.length)];
      case "get":
        for (const name of request.names) if (!this.writeExact(name, writer)) return tooBig(writer);
        return [0, 0];
      case "get-next":
        for (const name of request.names) if (!this.writeAt(this.after(name), name, writer)) return tooBig(writer);
        return [0, 0];
      case "get-bulk":
        return this.answerBulk(request, writer);
    }
  }

  private answerBulk(request: SnmpRequest, writer: ResponseWriter): readonly [number, number] {
    const single = request.names.slice(0, request.nonRepeaters);
    for (const name of single) if (!this.writeAt(this.after(name), name, writer)) return tooBig(writer);
    const repeated = request.names.slice(request.nonRepeaters);
    const cursors = repeated.map((name) => this.after(name));
    // The last name met by each cursor: what endOfMibView is told for.
    const last: (Cursor | null)[] = repeated.map(() => null);
    for (let repetition = 0; repetition < Math.min(request.maxRepetitions, maxRepetitions); repetition++) {
      let ended = true;
      for (let i = 0; i < cursors.length; i++) {
        const cursor = cursors[i] ?? null;
        const before = last[i];
        const name = cursor !== null ? nothing : before == null ? repeated[i]! : this.nameAt(before);
        if (!this.writeAt(cursor, name, writer)) return writer.bindings > 0 ? [0, 0] : tooBig(writer);
        if (cursor === null) continue;
        ended = false;
        last[i] = cursor;
        cursors[i] = this.following(cursor);
      }
      if (ended) break;
    }
    return [0, 0];
  }

  private writeExact(name: readonly number[], writer: ResponseWriter): boolean {
    const at = this.columnOf(name);
    const column = this.columns[at];
    const whole = { prefix: nameOctets(name), suffix: [] };
    if (column === undefined || !startsWith(name, column.arcs)) return writer.add(whole, tags.noSuchObject, 0);
    const suffix = name.slice(column.arcs.length);
    const row = column.table.row(column.table.placeOf(suffix));
    if (row === undefined || compareArcs(column.table.index(row), suffix) !== 0) return writer.add(whole, tags.noSuchInstance, 0);
    return writer.add(whole, column.tag, column.value(row));
  }

  private writeAt(cursor: Cursor | null, asked: readonly number[], writer: ResponseWriter): boolean {
    const column = cursor === null ? undefined : this.columns[cursor.column];
    const row = cursor === null ? undefined : column?.table.row(cursor.position);
    if (column === undefined || row === undefined) return writer.add({ prefix: nameOctets(asked), suffix: [] }, tags.endOfMibView, 0);
    return writer.add({ prefix: column.prefix, suffix: column.table.index(row) }, column.tag, column.value(row));
  }

  private nameAt(cursor: Cursor): readonly number[] {
    const column = this.columns[cursor.column];
    const row = column?.table.row(cursor.position);
    return column === undefined || row === undefined ? [] : [...column.arcs, ...column.table.index(row)];
  }

  /** The instance that follows this name in the order of the tree; null at the end. */
  private after(name: readonly number[]): Cursor | null {
    const at = this.columnOf(name);
    const column = this.columns[at];
    if (column === undefined) return this.firstFrom(0);
    if (!startsWith(name, column.arcs)) return this.firstFrom(at + 1);
    const suffix = name.slice(column.arcs.length);
    let position = column.table.placeOf(suffix);
    const row = column.table.row(position);
    if (row !== undefined && compareArcs(column.table.index(row), suffix) === 0) position += 1;
    return position < column.table.length() ? { column: at, position } : this.firstFrom(at + 1);
  }

  private following(cursor: Cursor): Cursor | null {
    const length = this.columns[cursor.column]?.table.length() ?? 0;
    return cursor.position + 1 < length ? { column: cursor.column, position: cursor.position + 1 } : this.firstFrom(cursor.column + 1);
  }

  private firstFrom(from: number): Cursor | null {
    for (let column = from; column < this.columns.length; column++) {
      if ((this.columns[column]?.table.length() ?? 0) > 0) return { column, position: 0 };
    }
    return null;
  }

  /** The last column that is not above the name; -1 where all are. */
  private columnOf(name: readonly number[]): number {
    let low = 0;
    let high = this.columns.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareArcs(this.columns[middle]?.arcs ?? [], name) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

const notWritable = 17;
const nothing: readonly number[] = [];
const maxRepetitions = 500;

function tooBig(writer: ResponseWriter): readonly [number, number] {
  writer.clear();
  return [1, 0];
}

function startsWith(arcs: readonly number[], prefix: readonly number[]): boolean {
  return arcs.length >= prefix.length && prefix.every((arc, i) => arcs[i] === arc);
}
