/**
 * Counts per time bucket over the whole filtered set. Buckets by integer division, which needs no date arithmetic;
 * done in slices of time, so that other work of the process gets its turn in between.
 */
import { and, count, gte, lt, max, min, sql } from "drizzle-orm";
import type { RecordQuery } from "../../server/core/calls/record-query.ts";
import type { Database } from "../database.ts";
import { callRecords } from "../schema/call-records.ts";
import { recordFilter } from "./record-filter.ts";

export interface HistogramBucket {
  readonly at: number;
  readonly answered: number;
  readonly adopted: number;
  readonly history: number;
  readonly lost: number;
}

const slices = 12;

/** First and last start of the matching records; null when there are none. */
export async function recordSpan(database: Database, query: RecordQuery): Promise<{ first: number; last: number } | null> {
  const row = database.orm
    .select({ first: min(callRecords.startAt), last: max(callRecords.startAt) })
    .from(callRecords)
    .where(recordFilter(query))
    .get();
  return row === undefined || row.first === null || row.last === null ? null : { first: row.first, last: row.last };
}

export async function countByBucket(
  database: Database,
  query: RecordQuery,
  from: number,
  bucketMs: number,
  buckets: number,
): Promise<HistogramBucket[]> {
  const counted: Record<"answered" | "adopted" | "history" | "lost", number>[] = Array.from({ length: buckets }, () => ({
    answered: 0,
    adopted: 0,
    history: 0,
    lost: 0,
  }));
  // Inlined as integers: bound numbers arrive as reals, and real division would not bucket.
  const bucket = sql<number>`(${callRecords.startAt} - ${sql.raw(String(Math.trunc(from)))}) / ${sql.raw(String(Math.trunc(bucketMs)))}`;
  const step = Math.max(1, Math.ceil(buckets / slices));
  for (let first = 0; first < buckets; first += step) {
    const end = Math.min(buckets, first + step);
    const rows = database.orm
      .select({ bucket, outcome: callRecords.outcome, origin: callRecords.origin, count: count() })
      .from(callRecords)
      .where(and(recordFilter(query), gte(callRecords.startAt, from + first * bucketMs), lt(callRecords.startAt, from + end * bucketMs)))
      .groupBy(bucket, callRecords.outcome, callRecords.origin)
      .all();
    for (const row of rows) {
      const into = counted[row.bucket];
      if (into) into[kindOf(row.outcome, row.origin)] += row.count;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return counted.map((bucket, index) => ({ at: from + index * bucketMs, ...bucket }));
}

/** The four parts of a bucket's stack are disjoint: lost calls first, then how the others were recorded. */
function kindOf(outcome: string, origin: string): "answered" | "adopted" | "history" | "lost" {
  if (outcome === "lost") return "lost";
  return origin === "adopted" || origin === "history" ? origin : "answered";
}
