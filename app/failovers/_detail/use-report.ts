"use client";
/** The report of one failover: from the live snapshot while it runs there, else from the console's store. */
import { useQuery } from "@tanstack/react-query";
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { api } from "../../_trpc/client.ts";
import { useSnapshot } from "../../_trpc/use-live.ts";

export interface FoundReport {
  readonly report: FailoverReport | null;
  readonly pending: boolean;
  readonly error: string | null;
  readonly retry: () => void;
}

export function useReport(id: string): FoundReport {
  const snapshot = useSnapshot();
  const live = snapshot?.failover?.id === id ? snapshot.failover : null;
  const stored = useQuery({
    queryKey: ["failover", id],
    queryFn: () => api().failovers.get.query({ id }),
    // A finished report never changes, except that its media is watched for another minute; the live one tells that.
    enabled: live === null,
    staleTime: 60_000,
  });
  return {
    report: live ?? stored.data ?? null,
    pending: live === null && stored.isPending,
    error: stored.error?.message ?? null,
    retry: () => void stored.refetch(),
  };
}
