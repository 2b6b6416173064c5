/**
 * Call records, flattened for searching; one row per answered call, whatever happened to the servers meanwhile.
 * Every index ends in (start, call id), so that each filtered page can be cut off by key and nothing is sorted.
 */
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const callRecords = sqliteTable(
  "call_records",
  {
    callId: text("call_id").primaryKey(),
    startAt: integer("start_at").notNull(),
    answerAt: integer("answer_at").notNull(),
    endAt: integer("end_at").notNull(),
    durationMs: integer("duration_ms").notNull(),
    durationErrorMs: integer("duration_error_ms").notNull(),
    callingNumber: text("calling_number"),
    callingGateway: text("calling_gateway"),
    calledNumber: text("called_number"),
    calledGateway: text("called_gateway"),
    dialled: text("dialled"),
    cause: integer("cause"),
    releasedBy: text("released_by"),
    outcome: text("outcome").notNull(),
    origin: text("origin").notNull(),
    codec: text("codec"),
    writtenBy: text("written_by").notNull(),
    writtenAt: integer("written_at").notNull(),
    /** The whole CallRecord as JSON: what is shown and exported; the columns above only find it. */
    record: text("record").notNull(),
  },
  (table) => [
    index("call_records_start").on(table.startAt, table.callId),
    index("call_records_caller").on(table.callingNumber, table.startAt, table.callId),
    index("call_records_callee").on(table.calledNumber, table.startAt, table.callId),
    index("call_records_calling_gateway").on(table.callingGateway, table.startAt, table.callId),
    index("call_records_called_gateway").on(table.calledGateway, table.startAt, table.callId),
    index("call_records_outcome").on(table.outcome, table.startAt, table.callId),
    index("call_records_origin").on(table.origin, table.startAt, table.callId),
  ],
);
