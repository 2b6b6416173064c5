"use client";
/**
 * The order itself. Its id is chosen here and kept through a repeat, so that pressing twice orders once.
 * Target and moment of the request go into the address: a reload comes back to the same rail.
 */
import { useMutation } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useRef, useState } from "react";
import type { SwitchoverPlan } from "../../../server/core/status/node-status.ts";
import { api } from "../../_trpc/client.ts";
import { useLive } from "../../_trpc/use-live.ts";
import { type Rail, railOf } from "./action-rail.ts";
import { refusalsOf } from "./refusals.ts";

export interface OrderState {
  /** Null until something was requested. */
  readonly rail: Rail | null;
  readonly refusals: readonly string[];
  readonly place: (plan: SwitchoverPlan, reason: string) => void;
  readonly forget: () => void;
}

export function useOrder(): OrderState {
  const { snapshot, now } = useLive();
  const params = useSearchParams();
  const id = useRef<{ readonly planId: string; readonly switchoverId: string } | null>(null);
  const execute = useMutation({
    mutationFn: (order: { plan: SwitchoverPlan; reason: string; switchoverId: string }) =>
      api().switchover.execute.mutate({
        planId: order.plan.planId,
        to: order.plan.to,
        reason: order.reason,
        switchoverId: order.switchoverId,
      }),
  });
  const to = params.get("to");
  const since = Number.parseInt(params.get("since") ?? "", 10);
  const requested = to !== null && Number.isFinite(since);
  const place = (plan: SwitchoverPlan, reason: string) => {
    // The console's clock, which also stamps the report; the browser's may be anywhere.
    setParams({ to: plan.to, since: `${snapshot?.at ?? now}` });
    if (id.current?.planId !== plan.planId) id.current = { planId: plan.planId, switchoverId: crypto.randomUUID() };
    execute.mutate({ plan, reason: reason.trim(), switchoverId: id.current.switchoverId });
  };
  const refused = execute.isError || execute.data?.accepted === false;
  const seen =
    requested && snapshot !== null
      ? railOf({ to, requestedAt: since, accepted: execute.data?.accepted === true, refused }, snapshot, now)
      : null;
  // A later change of control takes the report's place in the snapshot; what was seen to settle stays so.
  const [settled, setSettled] = useState<{ readonly since: number; readonly rail: Rail } | null>(null);
  if (seen?.end === "settled" && settled?.since !== since) setSettled({ since, rail: seen });
  const rail = seen !== null && settled?.since === since ? settled.rail : seen;
  return {
    rail,
    refusals: refused ? refusalsOf(execute.error, execute.data?.blockers ?? []) : [],
    place,
    forget: () => {
      execute.reset();
      setParams({ to: to ?? "" });
    },
  };
}

function setParams(values: Readonly<Record<string, string>>): void {
  window.history.replaceState(null, "", `?${new URLSearchParams(values).toString()}`);
}
