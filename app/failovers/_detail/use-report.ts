"use client";
/** The report of one failover: from the live snapshot while it runs there, else from the console's store. */
import { useQuery } from "@tanstack/react-query";
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { api } from "../../_trpc/client.ts";
import { useSnapshot } from "../../_trpc/use-live.ts";
import { overtaken } from "../_list/summary.ts";

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
    refetchInterval: (query) => (query.state.data?.state === "in-progress" ? 2_000 : false),
  });
  return {
    report: settled(live ?? stored.data ?? null, snapshot?.failover ?? null),
    pending: live === null && stored.isPending,
    error: stored.error?.message ?? null,
    retry: () => void stored.refetch(),
  };
}

/** A change that never ended, because a later one overtook it or its server died over it, is not in progress for ever. */
function settled(report: FailoverReport | null, newest: FailoverReport | null): FailoverReport | null {
  if (report === null || newest === null || !overtaken(report, newest)) return report;
  return { ...report, state: "abandoned" };
}
