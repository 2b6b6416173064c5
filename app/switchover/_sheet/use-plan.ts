"use client";
/** The plan, when it came, and how long it is still good for: counted on this browser's monotonic clock. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { SwitchoverPlan } from "../../../server/core/status/node-status.ts";
import { api } from "../../_trpc/client.ts";

interface Received {
  readonly plan: SwitchoverPlan;
  readonly monoMs: number;
}

export interface PlanState {
  readonly plan: SwitchoverPlan | null;
  /** Age of the plan, ms, stepping. */
  readonly sinceMs: number;
  readonly leftMs: number;
  readonly checking: boolean;
  readonly error: unknown;
  readonly check: () => void;
}

/** `wanted` false: an order is under way or over, and no new plan is made behind it. `round`: a plan of an earlier one is not shown again. */
export function usePlan(to: string | null, wanted: boolean, round: number): PlanState {
  const query = useQuery<Received>({
    queryKey: ["switchover plan", to, round],
    queryFn: async () => ({ plan: await api().switchover.plan.query({ to }), monoMs: performance.now() }),
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
