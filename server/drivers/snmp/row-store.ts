/**
 * What was read of the rows of a table: each column a list of values in the order of the rows. Columns are walked in the order of their rows, so
 * a binding is nearly always about the row behind the last one: its index is compared octet by octet, and no text of it is made.
 */
import type { Bindings } from "../../protocols/snmp/bindings.ts";
import type { Oid, SnmpValue } from "../../protocols/snmp/oid.ts";
import type { ColumnSink } from "./column-walk.ts";
import type { RawField, RawRow } from "./profile-row.ts";
import type { Slot, TablePlan } from "./snmp-plan.ts";
import type { RowField } from "./snmp-profile.ts";

type Value = SnmpValue | undefined;
type Beside = ReadonlyMap<string, ReadonlyMap<Oid, SnmpValue>>;

export class RowStore {
  readonly plan: TablePlan;
  readonly indexes: readonly string[];
  readonly #columns: readonly Value[][];
  readonly #numbers: ReadonlyMap<Oid, number>;
  #packed: PackedIndexes | null = null;
  #places: ReadonlyMap<string, number> | null = null;

  constructor(plan: TablePlan, indexes: readonly string[]) {
    this.plan = plan;
    this.indexes = indexes;
    this.#columns = plan.columns.map(() => new Array<Value>(indexes.length).fill(undefined));
    this.#numbers = new Map(plan.columns.map(({ oid }, number) => [oid, number]));
  }

  get packed(): PackedIndexes {
    this.#packed ??= new PackedIndexes(this.indexes);
    return this.#packed;
  }

  /** Where the row of that index stands; -1: it was not asked for. */
  placeOf(index: string): number {
    this.#places ??= new Map(this.indexes.map((one, place) => [one, place]));
    return this.#places.get(index) ?? -1;
  }

  column(oid: Oid): Value[] {
    return this.#columns[this.#numbers.get(oid) ?? -1] ?? [];
  }

  get(column: number, place: number): Value {
    return this.#columns[column]?.[place];
  }

  clear(place: number): void {
    for (const values of this.#columns) values[place] = undefined;
  }

  /** The agent has nothing of it any more. */
  isEmpty(place: number): boolean {
    for (const values of this.#columns) if (values[place] !== undefined) return false;
    return true;
  }

  /** Every column is there that the row needs to be believed. */
  isWhole(place: number): boolean {
    const { required } = this.plan;
    for (const number of required) if (this.#columns[number]![place] === undefined) return false;
    return true;
  }
}

/** Takes what a walk finds in one column to the rows of the store. */
export class StoreSink implements ColumnSink {
  readonly #store: RowStore;
  readonly #values: Value[];
  #next = 0;
  size = 0;

  constructor(store: RowStore, oid: Oid) {
    this.#store = store;
    this.#values = store.column(oid);
  }

  get left(): number {
    return this.#store.indexes.length - this.#next;
  }

  keep(bindings: Bindings, prefixOctets: number): boolean {
    this.size += 1;
    let place = this.#next;
    if (!this.#store.packed.isAt(place, bindings.octets, bindings.nameFrom + prefixOctets, bindings.nameTo)) {
      const index = bindings.index(prefixOctets);
      if (index === null) return false;
      place = this.#store.placeOf(index);
      if (place < 0) return true;
    }
    this.#next = place + 1;
    const value = bindings.value();
    if (value !== null) this.#values[place] = value;
    return true;
  }
}

/** The octets of all indexes, one behind the other. */
class PackedIndexes {
  readonly #octets: Uint8Array;
  readonly #ends: Uint32Array;

  constructor(indexes: readonly string[]) {
    let most = 0;
    // An arc of n digits has at most n octets, and a dot goes with it.
    for (const index of indexes) most += index.length;
    this.#octets = new Uint8Array(most);
    this.#ends = new Uint32Array(indexes.length);
    let at = 0;
    for (const [place, index] of indexes.entries()) {
      at = this.#write(index, at);
      this.#ends[place] = at;
    }
  }

  isAt(place: number, octets: Uint8Array, from: number, to: number): boolean {
    if (place >= this.#ends.length) return false;
    const begin = place === 0 ? 0 : this.#ends[place - 1]!;
    if (this.#ends[place]! - begin !== to - from) return false;
    for (let i = to - from - 1; i >= 0; i -= 1) if (this.#octets[begin + i] !== octets[from + i]) return false;
    return true;
  }

  #write(index: string, from: number): number {
    let at = from;
    let arc = 0;
    for (let i = 0; i <= index.length; i += 1) {
      const digit = i < index.length ? index.charCodeAt(i) - 48 : -1;
      if (digit >= 0) {
        arc = arc * 10 + digit;
        continue;
      }
      if (arc >= 0x10000000) this.#octets[at++] = 0x80 | ((arc >>> 28) & 0x7f);
      if (arc >= 0x200000) this.#octets[at++] = 0x80 | ((arc >>> 21) & 0x7f);
      if (arc >= 0x4000) this.#octets[at++] = 0x80 | ((arc >>> 14) & 0x7f);
      if (arc >= 0x80) this.#octets[at++] = 0x80 | ((arc >>> 7) & 0x7f);
      this.#octets[at++] = arc & 0x7f;
      arc = 0;
    }
    return at;
  }
}

/** One row of a store at a time, by field: of several columns for one field the first that says something counts. */
export class StoredRow implements RawRow {
  readonly #store: RowStore;
  readonly #beside: Beside;
  readonly #field: { -readonly [K in keyof RawField]: RawField[K] } = { value: 0, as: "number" };
  place = 0;
  /** Of the row's index, made once for each row. */
  #arcs: readonly string[] | null = null;
  #arcsOf = -1;

  constructor(store: RowStore, beside: Beside) {
    this.#store = store;
    this.#beside = beside;
  }

  /** Valid until the next one is asked for. */
  get(field: RowField): RawField | undefined {
    const slots = this.#store.plan.slots.get(field);
    if (slots === undefined) return undefined;
    let found = false;
    for (const slot of slots) {
      const value = this.#valueAt(slot);
      if (value === undefined || (found && isEmpty(value))) continue;
      found = true;
      this.#field.value = value;
      this.#field.as = slot.as;
      if (!isEmpty(value)) break;
    }
    return found ? this.#field : undefined;
  }

  #valueAt(slot: Slot): Value {
    switch (slot.from) {
      case "column":
        return this.#store.get(slot.number, this.place);
      case "index":
        return this.#arc(slot.number);
      case "beside":
        return this.#beside.get(this.#store.indexes[this.place]!)?.get(slot.oid);
    }
  }

  #arc(number: number): Value {
    if (this.#arcs === null || this.#arcsOf !== this.place) {
      this.#arcs = this.#store.indexes[this.place]!.split(".");
      this.#arcsOf = this.place;
    }
    const arc = this.#arcs[number];
    return arc === undefined ? undefined : Number(arc);
  }
}

function isEmpty(value: SnmpValue): boolean {
  return typeof value === "object" && value.length === 0;
}
