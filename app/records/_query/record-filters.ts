/** The filters in force, each in words and each droppable by itself. */
import type { RecordQuery } from "../../../server/operations/console-view.ts";
import { originWords } from "../_record/record-words.ts";

export interface ActiveFilter {
  readonly key: "window" | "number" | "gateway" | "outcome" | "origin";
  /** `gateway = gw-1`, as the empty state names it. */
  readonly words: string;
  /** The same query without it. */
  readonly without: RecordQuery;
}

export function activeFilters(query: RecordQuery): ActiveFilter[] {
  const filters: ActiveFilter[] = [];
  if (query.from !== null || query.to !== null) {
    filters.push({ key: "window", words: windowWords(query), without: { ...query, from: null, to: null } });
  }
  if (query.number !== null)
    filters.push({ key: "number", words: `number starts with ${query.number}`, without: { ...query, number: null } });
  if (query.gateway !== null) filters.push({ key: "gateway", words: `gateway = ${query.gateway}`, without: { ...query, gateway: null } });
  if (query.outcome !== null) filters.push({ key: "outcome", words: `outcome = ${query.outcome}`, without: { ...query, outcome: null } });
  if (query.origin !== null)
    filters.push({ key: "origin", words: `record = ${originWords[query.origin]}`, without: { ...query, origin: null } });
  return filters;
}

function windowWords(query: RecordQuery): string {
  const clock = (at: number): string => new Date(at).toISOString().slice(11, 19);
  if (query.from === null) return `before ${clock(query.to ?? 0)}`;
  if (query.to === null) return `from ${clock(query.from)}`;
  return `${clock(query.from)}–${clock(query.to)}`;
}
