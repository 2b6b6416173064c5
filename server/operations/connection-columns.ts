/** Columns of connections: filtered by row, cut off at a limit, never turned into rows on the way. */
import type { NodeName } from "../core/identity.ts";
import { type ConnectionColumnName, connectionColumnNames } from "../core/status/connection-columns.ts";
import type { WallTime } from "../core/time.ts";
import type { ConnectionColumns } from "./console-view.ts";

export interface ConnectionFilter {
  readonly gateway?: NodeName | null | undefined;
  /** Digits at the start of either number. */
  readonly number?: string | null | undefined;
  readonly phase?: string | null | undefined;
  readonly limit: number;
}

export function noConnections(at: WallTime): ConnectionColumns {
  const empty = Object.fromEntries(connectionColumnNames.map((name) => [name, []])) as unknown as Pick<
    ConnectionColumns,
    ConnectionColumnName
  >;
  return { at, source: null, total: 0, ...empty };
}

/** `total` of the answer counts the rows that match, before the limit. */
export function filterColumns(columns: ConnectionColumns, filter: ConnectionFilter): ConnectionColumns {
  const { gateway, number, phase, limit } = filter;
  const unfiltered = !gateway && !number && !phase;
  if (unfiltered && columns.callId.length <= limit) return columns;
  const rows: number[] = [];
  let matched = 0;
  for (let row = 0; row < columns.callId.length; row += 1) {
    if (gateway && columns.gateway[row] !== gateway) continue;
    if (phase && columns.phase[row] !== phase) continue;
    if (number && !columns.localNumber[row]?.startsWith(number) && !columns.peerNumber[row]?.startsWith(number)) continue;
    matched += 1;
    if (rows.length < limit) rows.push(row);
  }
  const picked = Object.fromEntries(connectionColumnNames.map((name) => [name, rows.map((row) => columns[name][row])])) as unknown as Pick<
    ConnectionColumns,
    ConnectionColumnName
  >;
  return { at: columns.at, source: columns.source, total: unfiltered ? columns.total : matched, ...picked };
}

/** One connection with its columns' names, for people and scripts. */
export type ConnectionRow = { readonly [Name in ConnectionColumnName]: ConnectionColumns[Name][number] };

export function connectionRows(columns: ConnectionColumns): ConnectionRow[] {
  return columns.callId.map(
    (_, row) => Object.fromEntries(connectionColumnNames.map((name) => [name, columns[name][row]])) as unknown as ConnectionRow,
  );
}
