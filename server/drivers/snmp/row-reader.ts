/** Reads whole rows of a table: by walking its columns where that costs fewer datagrams, else by exact index; and the tables beside it. */
import type { Oid, SnmpValue } from "../../protocols/snmp/oid.ts";
import { type ColumnWalk, type Pace, readRows, walkColumns } from "./column-walk.ts";
import type { RawRow } from "./profile-row.ts";
import type { SnmpClient } from "./snmp-client.ts";
import { isWhole, type PlannedColumn, rawRow, type TablePlan } from "./snmp-plan.ts";

/** From this share of unknown rows on, walking whole columns costs fewer datagrams than reading rows by index. */
const walkShare = 0.4;
const walkFromRows = 24;

type Values = ReadonlyMap<Oid, SnmpValue>;
const nothing: Values = new Map();

/** What an audit notes of each column that it walked. */
export interface Walked {
  readonly column: string;
  readonly reachedEnd: boolean;
}

export interface RowsRead {
  /** Null: the row is there, but a required column of it could not be read. */
  readonly rows: ReadonlyMap<string, RawRow | null>;
  readonly failure: Pick<ColumnWalk, "failure" | "reason"> | null;
}

export class RowReader {
  readonly client: SnmpClient;
  readonly pace: Pace;

  constructor(client: SnmpClient, pace: Pace) {
    this.client = client;
    this.pace = pace;
  }

  /**
   * @param known columns that were walked already, by index
   * @param total rows of the table
   * @param after where in the index walks may begin
   */
  async read(
    plan: TablePlan,
    wanted: readonly string[],
    {
      known,
      total,
      after,
      walked,
    }: { known: { column: Oid; values: Values } | null; total: number; after: string | null; walked: Walked[] },
  ): Promise<RowsRead> {
    if (wanted.length === 0) return { rows: new Map(), failure: null };
    const missing = plan.columns.filter((column) => column.oid !== known?.column);
    const byIndex = wanted.length < walkFromRows || wanted.length < total * walkShare;
    // By index the watched column is read as well: a row that is gone by now shall not look as if it were there.
    const read = byIndex
      ? await this.#byIndex(plan.columns, wanted, walked)
      : await this.#byWalk(plan, missing, wanted, after, known, walked);
    const whole = new Map([...read.values].filter(([, values]) => values.size > 0));
    const beside = await this.#beside(plan, whole, walked);
    const rows = new Map<string, RawRow | null>();
    for (const [index, values] of whole) {
      const row = rawRow(plan, index, values, beside.values.get(index) ?? nothing);
      rows.set(index, isWhole(plan, values) ? row : null);
    }
    return { rows, failure: read.failure ?? beside.failure };
  }

  /** A failure is also told among the columns, so that no reader of the result takes unread rows for gone ones. */
  async #byIndex(columns: readonly PlannedColumn[], indexes: readonly string[], walked: Walked[]) {
    const read = await readRows(
      this.client,
      columns.map((column) => column.oid),
      indexes,
    );
    if (read.failure !== null) walked.push({ column: "rows by index", reachedEnd: false });
    return { values: read.rows, failure: read.failure === null ? null : { failure: read.failure, reason: read.reason } };
  }

  async #byWalk(
    plan: TablePlan,
    columns: readonly PlannedColumn[],
    wanted: readonly string[],
    after: string | null,
    known: { column: Oid; values: Values } | null,
    walked: Walked[],
  ) {
    const values = new Map(wanted.map((index) => [index, new Map<Oid, SnmpValue>()]));
    if (known !== null) {
      for (const index of wanted) {
        const value = known.values.get(index);
        if (value !== undefined) values.get(index)!.set(known.column, value);
      }
    }
    let failure: RowsRead["failure"] = null;
    const walks = await walkColumns(
      this.client,
      this.pace,
      columns.map((column) => column.oid),
      after,
    );
    for (const [i, walk] of walks.entries()) {
      const { oid, object } = columns[i]!;
      walked.push({ column: object, reachedEnd: walk.failure === null });
      if (walk.failure !== null) failure ??= walk;
      for (const [index, value] of walk.values) values.get(index)?.set(oid, value);
    }
    const partial = wanted.filter((index) => !isWhole(plan, values.get(index)));
    const again = await this.#byIndex(plan.columns, partial, walked);
    for (const [index, row] of again.values) values.set(index, row);
    return { values, failure: failure ?? again.failure };
  }

  /** Rows of other tables, once for each of their indexes. */
  async #beside(plan: TablePlan, rows: ReadonlyMap<string, Values>, walked: Walked[]) {
    const values = new Map<string, Map<Oid, SnmpValue>>();
    let failure: RowsRead["failure"] = null;
    for (const { by, columns } of plan.beside) {
      const indexes = new Map<string, string>();
      for (const [index, row] of rows) {
        const other = by === "join" ? rawRow(plan, index, row, nothing).get("join")?.value : index.split(".").slice(0, by.first).join(".");
        if (other !== undefined) indexes.set(index, String(other));
      }
      const read = await this.#byIndex(columns, [...new Set(indexes.values())], walked);
      failure ??= read.failure;
      for (const [index, other] of indexes) {
        const mine = values.get(index) ?? new Map<Oid, SnmpValue>();
        for (const [oid, value] of read.values.get(other) ?? nothing) mine.set(oid, value);
        values.set(index, mine);
      }
    }
    return { values, failure };
  }
}
