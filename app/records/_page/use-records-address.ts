"use client";
/** The page's address as state. Filters, window and page replace; opening a record does too, so that Back leaves the page. */
import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import type { RecordQuery } from "../../../server/operations/console-view.ts";
import { addressParams, type RecordsAddress, readAddress } from "../_query/record-url.ts";

export interface AddressState extends RecordsAddress {
  /** Changing the query goes back to the newest page. */
  readonly setQuery: (query: RecordQuery) => void;
  readonly setAfter: (after: string | null) => void;
  readonly setOpen: (callId: string | null) => void;
}

export function useRecordsAddress(): AddressState {
  const params = useSearchParams();
  const address = useMemo(() => readAddress(new URLSearchParams(params.toString())), [params]);
  const change = useCallback((part: Partial<RecordsAddress>) => {
    const now = readAddress(new URLSearchParams(window.location.search));
    const search = addressParams({ ...now, ...part }).toString();
    window.history.replaceState(null, "", search === "" ? window.location.pathname : `?${search}`);
  }, []);
  const setQuery = useCallback((query: RecordQuery) => change({ query, after: null, open: null }), [change]);
  const setAfter = useCallback((after: string | null) => change({ after, open: null }), [change]);
  const setOpen = useCallback((open: string | null) => change({ open }), [change]);
  return { ...address, setQuery, setAfter, setOpen };
}
