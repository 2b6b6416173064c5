"use client";
/**
 * How long a change in progress has lasted, four times a second, by the server's clock.
 * Between two snapshots it runs on this browser's monotonic clock; under the veil it stands still.
 */
import { useEffect, useRef, useState } from "react";
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { useLive } from "../../_trpc/use-live.ts";

const stepMs = 250;

export function useSoFar(report: FailoverReport | null): number {
  const { snapshot, frozen } = useLive();
  const received = useRef({ at: 0, monoMs: 0 });
  const [soFarMs, setSoFar] = useState(0);
  const at = snapshot?.at ?? 0;
  useEffect(() => {
    received.current = { at, monoMs: performance.now() };
  }, [at]);
  const startedAt = report?.state === "in-progress" ? report.startedAt : null;
  useEffect(() => {
    if (startedAt === null || frozen) return;
    const measure = () => {
      const { at: lastAt, monoMs } = received.current;
      if (lastAt > 0) setSoFar(Math.max(0, lastAt + performance.now() - monoMs - startedAt));
    };
    measure();
    const timer = setInterval(measure, stepMs);
    return () => clearInterval(timer);
  }, [startedAt, frozen]);
  return soFarMs;
}
