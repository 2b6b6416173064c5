/**
 * A piece of a gateway's active table as it was when it was read. Answers wait for their links and for the end of their walk by the
 * thousand: what of a row can change is kept beside it, and rows are written out only when they are told.
 */
import type { GatewayConnection } from "../../core/gateway/connection-table.ts";
import type { Gateway } from "../../core/gateway/gateway.ts";
import { placeOf, type RowKey } from "../../core/gateway/row-key.ts";
import type { Instant } from "../../core/time.ts";
import { activeRow, type Moment } from "./mib-rows.ts";

export interface ReadPiece {
  readonly gateway: Gateway;
  readonly moment: Omit<Moment, "seenAt">;
  readonly rows: readonly GatewayConnection[];
  readonly connectTicks: readonly number[];
  readonly remoteAddresses: readonly (string | null)[];
}

/** The rows from `after` on. */
export function readPiece(gateway: Gateway, after: RowKey, most: number, moment: Omit<Moment, "seenAt">): ReadPiece {
  const { rows: all } = gateway.table;
  const place = placeOf(all, after);
  const rows = all.slice(place, place + most);
  return {
    gateway,
    moment,
    rows,
    connectTicks: rows.map((row) => row.connectTicks),
    remoteAddresses: rows.map((row) => row.remote?.address ?? null),
  };
}

export function rowsOf({ gateway, moment, rows, connectTicks, remoteAddresses }: ReadPiece, seenAt: Instant) {
  const seen = { ...moment, seenAt };
  return rows.map((row, place) => activeRow(gateway, row, seen, connectTicks[place]!, remoteAddresses[place]!));
}
