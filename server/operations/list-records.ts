/** A page of call records, newest first, with how many match and how far the records are complete. */
import { countRecords, searchRecords, storedRecords } from "../../db/call-records/search-records.ts";
import { completeTo } from "./complete-to.ts";
import type { RecordPage, RecordQuery } from "./console-view.ts";
import { type OperationsContext, requireDatabase } from "./context.ts";
import { cursorText, parseCursor } from "./record-cursor.ts";
import { checkedQuery } from "./record-query.ts";

export interface RecordSearch {
  readonly query: RecordQuery;
  readonly cursor?: string | null | undefined;
  readonly limit: number;
}

export async function listRecords(context: OperationsContext, search: RecordSearch): Promise<RecordPage> {
  const database = requireDatabase(context);
  const query = checkedQuery(search.query);
  const cursor = search.cursor ? parseCursor(search.cursor) : null;
  const matched = await countRecords(database, query);
  const found = await searchRecords(database, query, cursor, search.limit + 1, matched.exact);
  const page = found.slice(0, search.limit);
  const last = found.length > search.limit ? page[page.length - 1] : undefined;
  return {
    records: page.map((row) => row.record),
    next: last ? cursorText(last.cursor) : null,
    matched,
    stored: await storedRecords(database),
    completeTo: await completeTo(context),
  };
}
