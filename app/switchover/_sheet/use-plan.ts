"use client";
/** A plan of any order, when it came, and how long it is still good for: counted on this browser's monotonic clock. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

interface Dated {
  readonly planId: string;
  readonly validMs: number;
}

interface Received<Plan> {
  readonly plan: Plan;
  readonly monoMs: number;
}

export interface PlanState<Plan> {
  readonly plan: Plan | null;
  /** Age of the plan, ms, stepping. */
  readonly sinceMs: number;
  readonly leftMs: number;
  readonly checking: boolean;
  readonly error: unknown;
  readonly check: () => void;
}

interface Question<Plan> {
  /** What the plan is for; it says how often one was planned here too, so that a plan of an earlier round is not shown again. */
  readonly key: readonly unknown[];
  readonly ask: () => Promise<Plan>;
  /** False: an order is under way or over, and no new plan is made behind it. */
  readonly wanted: boolean;
}

export function usePlan<Plan extends Dated>({ key, ask, wanted }: Question<Plan>): PlanState<Plan> {
  const query = useQuery<Received<Plan>>({
    queryKey: key,
    queryFn: async () => ({ plan: await ask(), monoMs: performance.now() }),
    // A plan is a statement about one moment: it is made when asked for, and never behind the reader's back.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnReconnect: false,
    enabled: wanted,
  });
  const [monoMs, setMono] = useState(0);
  useEffect(() => {
    const step = () => setMono(performance.now());
    step();
    const timer = setInterval(step, 500);
    return () => clearInterval(timer);
  }, []);
  const received = query.data ?? null;
  const sinceMs = received === null ? 0 : Math.max(0, monoMs - received.monoMs);
  return {
    plan: received?.plan ?? null,
    sinceMs,
    leftMs: received === null ? 0 : Math.max(0, received.plan.validMs - sinceMs),
    checking: query.isFetching,
    error: query.error,
    check: () => void query.refetch(),
  };
}
