/** How many records per stretch of time, over the whole filtered set, with the failovers that lie in it. */
import { countByBucket, recordSpan } from "../../db/call-records/record-histogram.ts";
import { failoverMarks } from "../../db/failovers.ts";
import type { RecordHistogram, RecordQuery } from "./console-view.ts";
import { type OperationsContext, requireDatabase } from "./context.ts";
import { checkedQuery } from "./record-query.ts";

export interface HistogramRequest {
  readonly query: RecordQuery;
  readonly buckets: number;
}

/** Widths that a person can read off an axis. */
const widthsMs = [1, 2, 5, 10, 15, 30]
  .map((s) => s * 1000)
  .concat([1, 2, 5, 10, 15, 30].map((m) => m * 60_000))
  .concat([1, 2, 3, 6, 12].map((h) => h * 3_600_000))
  .concat([1, 2, 7, 14, 28].map((d) => d * 86_400_000));

export async function recordHistogram(context: OperationsContext, request: HistogramRequest): Promise<RecordHistogram> {
  const database = requireDatabase(context);
  const query = checkedQuery(request.query);
  const span = query.from !== null && query.to !== null ? null : await recordSpan(database, query);
  const from = query.from ?? span?.first ?? context.now() - 3_600_000;
  const to = query.to ?? Math.max(context.now(), (span?.last ?? 0) + 1);
  const bucketMs = bucketWidth(Math.max(1, to - from), request.buckets);
  const start = Math.floor(from / bucketMs) * bucketMs;
  const buckets = Math.max(1, Math.min(request.buckets + 1, Math.ceil((to - start) / bucketMs)));
  return {
    bucketMs,
    from: start,
    buckets: await countByBucket(database, query, start, bucketMs, buckets),
    failovers: await failoverMarks(database, start, start + buckets * bucketMs),
  };
}

/** The narrowest readable width that needs at most `buckets` buckets. */
export function bucketWidth(spanMs: number, buckets: number): number {
  return widthsMs.find((width) => spanMs / width <= buckets) ?? Math.ceil(spanMs / buckets);
}
