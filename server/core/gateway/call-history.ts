/**
 * Connections that ended, kept twice ordered: as they ended (cCallHistoryTable: an index that rises by one)
 * and by set-up (RFC 2128 callHistoryTable). Bounded: the oldest end is forgotten first.
 */
import type { CountedMedia } from "../calls/connection.ts";
import type { WallTime } from "../time.ts";
import type { GatewayConnection } from "./connection-table.ts";
import { placeOf, type RowKey } from "./row-key.ts";

export interface HistoryRow extends RowKey {
  /** cCallHistoryIndex, from 1. */
  readonly historyIndex: number;
  readonly connection: GatewayConnection;
  readonly endTicks: number;
  readonly endAt: WallTime;
  readonly cause: number;
  readonly releasedHere: boolean;
  readonly media: CountedMedia;
}

export interface CallHistory {
  readonly maxLength: number;
  nextIndex: number;
  /** Oldest end first; `byEnd[i].historyIndex` rises by one. */
  readonly byEnd: HistoryRow[];
  readonly bySetup: HistoryRow[];
  /** Rows before this place of `byEnd` are forgotten; the array is cut now and then, not every time. */
  forgotten: number;
}

export function newCallHistory(maxLength: number): CallHistory {
  return { maxLength, nextIndex: 1, byEnd: [], bySetup: [], forgotten: 0 };
}

export function addHistory(history: CallHistory, row: Omit<HistoryRow, "historyIndex">): HistoryRow {
  const added: HistoryRow = { ...row, historyIndex: history.nextIndex++ };
  history.byEnd.push(added);
  const place = placeOf(history.bySetup, added);
  history.bySetup.splice(place, 0, added);
  if (history.byEnd.length - history.forgotten > history.maxLength) forgetOldest(history);
  return added;
}

function forgetOldest(history: CallHistory): void {
  const oldest = history.byEnd[history.forgotten];
  if (oldest === undefined) return;
  history.bySetup.splice(placeOf(history.bySetup, oldest), 1);
  history.forgotten += 1;
  if (history.forgotten >= 1024 || history.forgotten > history.maxLength) {
    history.byEnd.splice(0, history.forgotten);
    history.forgotten = 0;
  }
}

export function historyLength(history: CallHistory): number {
  return history.byEnd.length - history.forgotten;
}

/** The first row whose index is above `historyIndex`; null past the end. */
export function historyAfter(history: CallHistory, historyIndex: number): HistoryRow | null {
  const first = history.byEnd[history.forgotten];
  if (first === undefined) return null;
  const place = Math.max(0, historyIndex + 1 - first.historyIndex);
  return history.byEnd[history.forgotten + place] ?? null;
}

/** The newest row of a connection, looked for among the last `within` ends. */
export function recentHistoryOf(history: CallHistory, connectionNumber: number, within: number): HistoryRow | null {
  const floor = Math.max(history.forgotten, history.byEnd.length - within);
  for (let at = history.byEnd.length - 1; at >= floor; at--) {
    const row = history.byEnd[at];
    if (row?.connection.number === connectionNumber) return row;
  }
  return null;
}
