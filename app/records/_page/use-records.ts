"use client";
/**
 * What the records page asks for: one page of rows, and the histogram over everything that the filters let through.
 * Rows never change under the reader: a newer page is only offered, as "12 new".
 */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { RecordHistogram, RecordPage, RecordQuery } from "../../../server/operations/console-view.ts";
import { api } from "../../_trpc/client.ts";
import { useSnapshot } from "../../_trpc/use-live.ts";

export const pageSize = 50;
const bucketsWanted = 120;

export interface Asked<Value> {
  readonly data: Value | null;
  readonly error: string | null;
  readonly pending: boolean;
  readonly again: () => void;
}

export function useRecordPage(query: RecordQuery, after: string | null): Asked<RecordPage> {
  const asked = useQuery({
    queryKey: ["records", query, after],
    queryFn: () => api().records.search.query({ query, cursor: after, limit: pageSize }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { data: asked.data ?? null, error: asked.error?.message ?? null, pending: asked.isPending, again: () => void asked.refetch() };
}

/** The brush shows the whole filtered set, so the window itself is not part of its query. */
export function useRecordHistogram(query: RecordQuery): Asked<RecordHistogram> {
  const whole = { ...query, from: null, to: null };
  const asked = useQuery({
    queryKey: ["record histogram", whole],
    queryFn: () => api().records.histogram.query({ query: whole, buckets: bucketsWanted }),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  });
  return { data: asked.data ?? null, error: asked.error?.message ?? null, pending: asked.isPending, again: () => void asked.refetch() };
}

/** How many records were stored since the page was read. */
export function useNewRecords(page: RecordPage | null): number {
  const snapshot = useSnapshot();
  if (page === null || snapshot === null) return 0;
  return Math.max(0, snapshot.records.stored - page.stored);
}
