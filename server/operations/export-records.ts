/**
 * All records of a query as CSV, row by row: the same query object as the screen, times in ISO 8601 UTC with milliseconds.
 * Read page by page with a pause between, so that a long export never holds up the collector.
 */

import type { RecordCursor } from "../../db/call-records/record-filter.ts";
import { countRecords, searchRecords } from "../../db/call-records/search-records.ts";
import type { CallRecord, RecordedInstant } from "../core/calls/call-record.ts";
import { epochText } from "../core/identity.ts";
import type { RecordQuery } from "./console-view.ts";
import { type OperationsContext, requireDatabase } from "./context.ts";
import { checkedQuery } from "./record-query.ts";

type Cell = string | number | null;

const columns: readonly (readonly [string, (record: CallRecord) => Cell])[] = [
  ["callId", (r) => r.callId],
  ["startAt", (r) => iso(r.start)],
  ["startSource", (r) => r.start.source],
  ["startErrorMs", (r) => r.start.errorMs],
  ["answerAt", (r) => iso(r.answer)],
  ["answerSource", (r) => r.answer.source],
  ["answerErrorMs", (r) => r.answer.errorMs],
  ["endAt", (r) => iso(r.end)],
  ["endSource", (r) => r.end.source],
  ["endErrorMs", (r) => r.end.errorMs],
  ["durationMs", (r) => r.durationMs],
  ["durationErrorMs", (r) => r.durationErrorMs],
  ["callingNumber", (r) => r.calling.number],
  ["callingGateway", (r) => r.calling.gateway],
  ["callingEndpoint", (r) => r.calling.endpoint],
  ["callingAddress", (r) => r.calling.address],
  ["calledNumber", (r) => r.called.number],
  ["calledGateway", (r) => r.called.gateway],
  ["calledEndpoint", (r) => r.called.endpoint],
  ["calledAddress", (r) => r.called.address],
  ["dialled", (r) => r.dialled],
  ["carries", (r) => r.carries],
  ["codec", (r) => r.codec],
  ["qos", (r) => r.qos],
  ["cause", (r) => r.cause],
  ["releasedBy", (r) => r.releasedBy],
  ["outcome", (r) => r.outcome],
  ["origin", (r) => r.origin],
  ["epochs", (r) => r.epochs.map(epochText).join(" ")],
  ["writtenBy", (r) => r.writtenBy],
  ["writtenAt", (r) => new Date(r.writtenAt).toISOString()],
];

function iso(instant: RecordedInstant): string {
  return new Date(instant.at).toISOString();
}

/**
 * One cell. A text that begins like a formula gets an apostrophe, because spreadsheets run formulas from strangers' numbers;
 * `+` followed by digits only is a telephone number and still guarded: a spreadsheet would turn it into a sum.
 */
export function csvCell(value: Cell): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const guarded = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

const pageRows = 500;

export async function* exportRecords(context: OperationsContext, wanted: RecordQuery): AsyncGenerator<string, void, undefined> {
  const database = requireDatabase(context);
  const query = checkedQuery(wanted);
  yield `${columns.map(([name]) => name).join(",")}\r\n`;
  const { exact } = await countRecords(database, query);
  let cursor: RecordCursor | null = null;
  for (;;) {
    const rows = await searchRecords(database, query, cursor, pageRows, exact);
    if (rows.length > 0) yield rows.map(({ record }) => `${columns.map(([, cell]) => csvCell(cell(record))).join(",")}\r\n`).join("");
    cursor = rows[rows.length - 1]?.cursor ?? null;
    if (rows.length < pageRows || cursor === null) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
