"use client";
/** Nothing matches: says which filter removed the rows, by asking what each would let through if it were dropped. */
import { useQueries } from "@tanstack/react-query";
import type { RecordPage, RecordQuery } from "../../../server/operations/console-view.ts";
import { api } from "../../_trpc/client.ts";
import { Button } from "../../_ui/Button.tsx";
import { EmptyState } from "../../_ui/EmptyState.tsx";
import { activeFilters } from "../_query/record-filters.ts";
import { countText } from "./QueryBar.tsx";

export function NoRecords({
  query,
  page,
  onQuery,
}: {
  readonly query: RecordQuery;
  readonly page: RecordPage;
  readonly onQuery: (query: RecordQuery) => void;
}) {
  const filters = activeFilters(query);
  const without = useQueries({
    queries: filters.map((filter) => ({
      queryKey: ["records without", filter.without],
      queryFn: () => api().records.search.query({ query: filter.without, limit: 1 }),
    })),
  });
  if (page.stored === 0) {
    return (
      <EmptyState title="No call records yet.">
        A record is written when an answered call has ended; the first one appears here within seconds.
      </EmptyState>
    );
  }
  if (filters.length === 0) return <EmptyState title="No older records.">This page lies behind the last record.</EmptyState>;
  const counts = without.map((asked) => asked.data?.matched ?? null);
  const most = counts.reduce((best, matched, index) => ((matched?.count ?? 0) > (counts[best]?.count ?? 0) ? index : best), 0);
  const blamed = filters[most];
  const matched = counts[most];
  if (blamed === undefined || !matched || matched.count === 0) {
    const none = { from: null, to: null, number: null, gateway: null, outcome: null, origin: null };
    return (
      <EmptyState title="No records match." step={<Button onClick={() => onQuery(none)}>Drop all filters</Button>}>
        No single filter is to blame: {filters.map((filter) => `“${filter.words}”`).join(" and ")} together leave nothing.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No records match." step={<Button onClick={() => onQuery(blamed.without)}>{`Drop “${blamed.words}”`}</Button>}>
      The filter “{blamed.words}” removed the last {countText(matched)}.
    </EmptyState>
  );
}
