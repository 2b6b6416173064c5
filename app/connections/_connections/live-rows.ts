/**
 * The order of the live list. Rows keep their place while somebody points at them: rows that end stay, marked as gone,
 * and rows that begin wait until the list may move. Pure; keys are positions of the newest columns.
 */
import type { ConnectionColumns } from "../../../server/operations/console-view.ts";

export interface LiveRow {
  readonly key: string;
  /** Row in `columns`. */
  readonly index: number;
  readonly columns: ConnectionColumns;
  /** Ended since the list last moved. */
  readonly gone: boolean;
}

export interface LiveList {
  readonly rows: readonly LiveRow[];
  /** Rows that have begun and wait for their place. */
  readonly waiting: number;
}

export const emptyList: LiveList = { rows: [], waiting: 0 };

export function rowKeys(columns: ConnectionColumns): string[] {
  return columns.callId.map((callId, row) => `${callId} ${columns.gateway[row]} ${columns.endpoint[row] ?? columns.origin[row]}`);
}

/** Newest first; equal start times keep a fixed order by key. */
function sorted(columns: ConnectionColumns, keys: readonly string[]): LiveRow[] {
  return keys
    .map((key, index) => ({ key, index, columns, gone: false }))
    .sort((a, b) => (columns.setupAt[b.index] ?? 0) - (columns.setupAt[a.index] ?? 0) || (a.key < b.key ? -1 : 1));
}

/** `mayMove` false: keep every row where it is. */
export function updateList(list: LiveList, columns: ConnectionColumns, mayMove: boolean): LiveList {
  const keys = rowKeys(columns);
  if (mayMove || list.rows.length === 0) return { rows: sorted(columns, keys), waiting: 0 };
  const positions = new Map(keys.map((key, index) => [key, index]));
  const rows = list.rows.map((row): LiveRow => {
    const index = positions.get(row.key);
    positions.delete(row.key);
    if (index === undefined) return row.gone ? row : { ...row, gone: true };
    return { key: row.key, index, columns, gone: false };
  });
  return { rows, waiting: positions.size };
}
