/** The rows of one page: records newest first, with each failover that lies between them as a row of its own. */
import type { CallRecord } from "../../../server/core/calls/call-record.ts";
import type { RecordHistogram, RecordQuery } from "../../../server/operations/console-view.ts";

export type FailoverMark = RecordHistogram["failovers"][number];

export type PageRow = { readonly kind: "record"; readonly record: CallRecord } | { readonly kind: "failover"; readonly mark: FailoverMark };

/** The marks that lie in the window of the query; others would stand between rows that have nothing to do with them. */
export function marksWithin(marks: readonly FailoverMark[], query: RecordQuery): FailoverMark[] {
  return marks.filter((mark) => (query.from === null || mark.at >= query.from) && (query.to === null || mark.at < query.to));
}

/** `newest` / `oldest`: whether this is the first or last page; there the marks beyond the outermost record belong to it. */
export function pageRows(
  records: readonly CallRecord[],
  marks: readonly FailoverMark[],
  edges: { readonly newest: boolean; readonly oldest: boolean },
): PageRow[] {
  const first = records[0];
  const last = records.at(-1);
  if (first === undefined || last === undefined) return [];
  const within = marks
    .filter((mark) => (edges.newest || mark.at <= first.start.at) && (edges.oldest || mark.at > last.start.at))
    .sort((a, b) => b.at - a.at);
  const rows: PageRow[] = [];
  let next = 0;
  for (const record of records) {
    for (let mark = within[next]; mark !== undefined && mark.at > record.start.at; mark = within[next]) {
      rows.push({ kind: "failover", mark });
      next++;
    }
    rows.push({ kind: "record", record });
  }
  for (const mark of within.slice(next)) rows.push({ kind: "failover", mark });
  return rows;
}
