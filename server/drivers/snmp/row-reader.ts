/** Reads whole rows of a table: by walking its columns where that costs fewer datagrams, else by exact index; and the tables beside it. */
import type { Oid, SnmpValue } from "../../protocols/snmp/oid.ts";
import {
  ColumnCursor,
  type ColumnWalk,
  firstRepetitions,
  goOnTogether,
  mostBindings,
  type Pace,
  type ReadFailure,
  readRows,
  varbindsPerGet,
} from "./column-walk.ts";
import type { RawRow } from "./profile-row.ts";
import { RowStore, StoredRow, StoreSink } from "./row-store.ts";
import type { SnmpClient } from "./snmp-client.ts";
import type { TablePlan } from "./snmp-plan.ts";

/** Of so few all columns are walked side by side: what one answer holds of all of them is more than one column has. */
const fewRows = 50;
/** Of the last rows of a table so many columns: an answer is full, where one column has too little for it, and few answers wait for each other. */
const columnsOfTail = 6;

/** What an audit notes of each column that it walked. */
export interface Walked {
  readonly column: string;
  readonly reachedEnd: boolean;
}

export interface RowsRead {
  /** Each row that the agent has; null: a required column of it could not be read. A row is valid until the next one is asked for. */
  readonly rows: Iterable<readonly [index: string, row: RawRow | null]>;
  readonly failure: ReadFailure | null;
}

export interface RowsAsked {
  /** A column that was walked already, by index. */
  readonly known: { readonly column: Oid; readonly values: ReadonlyMap<string, SnmpValue> } | null;
  /** Rows of the table. */
  readonly total: number;
  /** The rows that are wanted are the last ones of the table, behind this index; null: they may be anywhere. */
  readonly after: string | null;
  readonly walked: Walked[];
}

export class RowReader {
  readonly client: SnmpClient;
  readonly pace: Pace;

  constructor(client: SnmpClient, pace: Pace) {
    this.client = client;
    this.pace = pace;
  }

  async read(plan: TablePlan, wanted: readonly string[], asked: RowsAsked): Promise<RowsRead> {
    if (wanted.length === 0) return { rows: [], failure: null };
    const store = new RowStore(plan, wanted);
    const byIndex = Math.ceil((wanted.length * plan.columns.length) / varbindsPerGet) <= this.#walkCost(plan, wanted, asked);
    // By index the watched column is read as well: a row that is gone by now shall not look as if it were there.
    const failure = byIndex ? await this.#byIndex(store, [...wanted.keys()], asked.walked) : await this.#byWalk(store, asked);
    const beside = await this.#beside(store, asked.walked);
    return { rows: rowsOf(store, beside.values), failure: failure ?? beside.failure };
  }

  /** Datagrams, about. */
  #walkCost(plan: TablePlan, wanted: readonly string[], { known, total, after }: RowsAsked): number {
    const rows = after === null ? total : wanted.length;
    const columns = plan.columns.length - (known === null ? 0 : 1);
    const each = Math.min(firstRepetitions, this.pace.maxRepetitions);
    if (rows <= fewRows) return Math.ceil((rows * columns) / each);
    if (after === null) return columns * Math.ceil((rows + 1) / each);
    const rowsAtOnce = Math.min(this.pace.maxRepetitions, Math.floor(mostBindings / columnsOfTail));
    return Math.ceil(columns / columnsOfTail) * Math.ceil(rows / rowsAtOnce);
  }

  /** The walks that go on at once; the client bounds what is in flight. */
  async #walks(cursors: readonly ColumnCursor[], rows: number, isTail: boolean): Promise<ColumnWalk[]> {
    const together = rows <= fewRows ? cursors.length : isTail ? columnsOfTail : 1;
    const groups: Promise<ColumnWalk[]>[] = [];
    for (let at = 0; at < cursors.length; at += together) {
      groups.push(goOnTogether(this.client, this.pace, cursors.slice(at, at + together)));
    }
    return (await Promise.all(groups)).flat();
  }

  /** A failure is also told among the columns, so that no reader of the result takes unread rows for gone ones. */
  async #byIndex(store: RowStore, places: readonly number[], walked: Walked[]): Promise<ReadFailure | null> {
    const oids = store.plan.columns.map(({ oid }) => oid);
    const columns = oids.map((oid) => store.column(oid));
    const indexes = places.map((place) => store.indexes[place]!);
    const failure = await readRows(this.client, oids, indexes, (row, column, value) => {
      columns[column]![places[row]!] = value;
    });
    if (failure !== null) walked.push({ column: "rows by index", reachedEnd: false });
    return failure;
  }

  async #byWalk(store: RowStore, { known, total, after, walked }: RowsAsked): Promise<ReadFailure | null> {
    const { columns } = store.plan;
    if (known !== null) {
      const values = store.column(known.column);
      for (const [place, index] of store.indexes.entries()) values[place] = known.values.get(index);
    }
    const missing = columns.filter(({ oid }) => oid !== known?.column);
    const cursors = missing.map(({ oid }) => new ColumnCursor(oid, after, new StoreSink(store, oid)));
    for (const cursor of cursors) cursor.expected = after === null ? total : store.indexes.length;
    const walks = await this.#walks(cursors, store.indexes.length, after !== null);
    let failed: ReadFailure | null = null;
    for (const [i, { failure, reason }] of walks.entries()) {
      walked.push({ column: missing[i]!.object, reachedEnd: failure === null });
      if (failure !== null) failed ??= { failure, reason };
    }
    const partial = [...store.indexes.keys()].filter((place) => !store.isWhole(place));
    if (partial.length === 0) return failed;
    for (const place of partial) store.clear(place);
    const again = await this.#byIndex(store, partial, walked);
    return failed ?? again;
  }

  /** Rows of other tables, once for each of their indexes. */
  async #beside(store: RowStore, walked: Walked[]) {
    const values = new Map<string, Map<Oid, SnmpValue>>();
    let failure: ReadFailure | null = null;
    const row = new StoredRow(store, values);
    for (const { by, columns } of store.plan.beside) {
      const others = new Map<string, string[]>();
      for (const [place, index] of store.indexes.entries()) {
        if (store.isEmpty(place)) continue;
        row.place = place;
        const other = by === "join" ? row.get("join")?.value : index.split(".").slice(0, by.first).join(".");
        if (other !== undefined) others.set(String(other), [...(others.get(String(other)) ?? []), index]);
      }
      const asked = [...others.keys()];
      const oids = columns.map(({ oid }) => oid);
      const failed = await readRows(this.client, oids, asked, (at, column, value) => {
        for (const index of others.get(asked[at]!) ?? []) {
          const mine = values.get(index) ?? new Map<Oid, SnmpValue>();
          mine.set(oids[column]!, value);
          values.set(index, mine);
        }
      });
      if (failed !== null) walked.push({ column: "rows by index", reachedEnd: false });
      failure ??= failed;
    }
    return { values, failure };
  }
}

function* rowsOf(store: RowStore, beside: ReadonlyMap<string, ReadonlyMap<Oid, SnmpValue>>): Generator<readonly [string, RawRow | null]> {
  const row = new StoredRow(store, beside);
  for (const [place, index] of store.indexes.entries()) {
    if (store.isEmpty(place)) continue;
    row.place = place;
    yield [index, store.isWhole(place) ? row : null];
  }
}
