/**
 * One query object becomes one WHERE, for the page, the count, the histogram and the export alike:
 * what is exported is what was on the screen.
 */
import { and, eq, gte, lt, or, type SQL, sql } from "drizzle-orm";
import type { RecordQuery } from "../../server/core/calls/record-query.ts";
import { callRecords } from "../schema/call-records.ts";

/** Undefined: no condition, all records. */
export function recordFilter(query: RecordQuery): SQL | undefined {
  return and(
    query.from === null ? undefined : gte(callRecords.startAt, query.from),
    query.to === null ? undefined : lt(callRecords.startAt, query.to),
    query.gateway === null ? undefined : or(eq(callRecords.callingGateway, query.gateway), eq(callRecords.calledGateway, query.gateway)),
    query.outcome === null ? undefined : eq(callRecords.outcome, query.outcome),
    query.origin === null ? undefined : eq(callRecords.origin, query.origin),
    query.number === null ? undefined : numberFilter(query.number),
  );
}

function numberFilter(prefix: string): SQL | undefined {
  const end = prefixEnd(prefix);
  return or(
    and(gte(callRecords.callingNumber, prefix), lt(callRecords.callingNumber, end)),
    and(gte(callRecords.calledNumber, prefix), lt(callRecords.calledNumber, end)),
  );
}

/** Prefix search by range, which an index serves; LIKE does not. */
export function prefixEnd(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}

/** The place after which a page goes on: (start, call id), newest first. */
export interface RecordCursor {
  readonly startAt: number;
  readonly callId: string;
}

/** Row values compare as one key, so the index is entered at exactly that row; there is no OFFSET anywhere. */
export function afterCursor(cursor: RecordCursor | null): SQL | undefined {
  return cursor === null ? undefined : sql`(${callRecords.startAt}, ${callRecords.callId}) < (${cursor.startAt}, ${cursor.callId})`;
}
