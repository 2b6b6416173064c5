/** Pages and counts over call records: keyset paging, bounded counts, no full scan for an answer that a person waits for. */
import { and, count, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { CallRecord } from "../../server/core/calls/call-record.ts";
import type { RecordQuery } from "../../server/core/calls/record-query.ts";
import type { Database } from "../database.ts";
import { callRecords } from "../schema/call-records.ts";
import { afterCursor, type RecordCursor, recordFilter } from "./record-filter.ts";

/** Counts stop here: nobody reads "31 204 118" to decide what to do next, and counting it costs seconds. */
export const countLimit = 10_000;

export interface BoundedCount {
  readonly count: number;
  readonly exact: boolean;
}

export async function countRecords(database: Database, query: RecordQuery): Promise<BoundedCount> {
  const found = database.orm
    .select({ one: sql`1` })
    .from(callRecords)
    .where(recordFilter(query))
    .limit(countLimit + 1)
    .as("found");
  const row = database.orm.select({ count: count() }).from(found).get();
  const counted = row?.count ?? 0;
  return counted > countLimit ? { count: countLimit, exact: false } : { count: counted, exact: true };
}

/** All records stored. `max(rowid)` is instant and exact, because records are never deleted one by one. */
export async function storedRecords(database: Database): Promise<number> {
  const row = database.orm.select({ last: sql<number | null>`max(rowid)` }).from(callRecords).get();
  return row?.last ?? 0;
}

export interface FoundRecord {
  readonly cursor: RecordCursor;
  readonly record: CallRecord;
}

/**
 * The next `limit` records after the cursor, newest first.
 * A number that few calls match is looked up through the number indexes and sorted; one that many match is filtered
 * along the time index, where the next matches are near. `few` is what the bounded count said.
 */
export async function searchRecords(
  database: Database,
  query: RecordQuery,
  cursor: RecordCursor | null,
  limit: number,
  few: boolean,
): Promise<FoundRecord[]> {
  const filter = and(recordFilter(query), afterCursor(cursor));
  const condition = few && query.number !== null ? inArray(callRecords.callId, matchingCallIds(database, filter)) : filter;
  const rows = database.orm
    .select({ startAt: callRecords.startAt, callId: callRecords.callId, record: callRecords.record })
    .from(callRecords)
    .where(condition)
    .orderBy(desc(callRecords.startAt), desc(callRecords.callId))
    .limit(limit)
    .all();
  return rows.map((row) => ({ cursor: { startAt: row.startAt, callId: row.callId }, record: JSON.parse(row.record) as CallRecord }));
}

function matchingCallIds(database: Database, filter: SQL | undefined) {
  return database.orm
    .select({ callId: callRecords.callId })
    .from(callRecords)
    .where(filter)
    .limit(countLimit + 1);
}

export async function findRecord(database: Database, callId: string): Promise<CallRecord | null> {
  const row = database.orm.select({ record: callRecords.record }).from(callRecords).where(eq(callRecords.callId, callId)).get();
  return row ? (JSON.parse(row.record) as CallRecord) : null;
}
