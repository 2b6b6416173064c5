"use client";
/**
 * The order once it is given. Its id is chosen here and kept through a repeat, so that pressing twice orders once; id, moment and
 * epoch go into the address, so that a reload comes back to the same rail.
 */
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { OrderPlan, OrderRequest, OrderResult } from "../../../server/core/status/order.ts";
import { api } from "../../_trpc/client.ts";
import { useLive } from "../../_trpc/use-live.ts";
import { useUrlState } from "../../_ui/use-url-state.ts";
import { fixOf, refusalsOf } from "../../switchover/_sheet/refusals.ts";
import { type Given, type OrderRail, orderRailOf } from "./order-rail.ts";
import { addressOf, mutableRequest } from "./order-request.ts";

export interface GivenOrder {
  /** Null until something was ordered. */
  readonly rail: OrderRail | null;
  readonly result: OrderResult | null;
  readonly refusals: readonly string[];
  /** What mends a refusal. */
  readonly fix: string;
  readonly give: (plan: OrderPlan, reason: string, confirm: string | null) => void;
  readonly forget: () => void;
}

interface Call {
  readonly plan: OrderPlan;
  readonly request: OrderRequest;
  readonly reason: string;
  readonly confirm: string | null;
  readonly orderId: string;
}

/** `request`: what the address asks for; it stays the same once it was ordered. */
export function useGivenOrder(request: OrderRequest | null): GivenOrder {
  const { snapshot, now } = useLive();
  const [get, set] = useUrlState();
  const chosen = useRef<{ readonly planId: string; readonly orderId: string } | null>(null);
  const execute = useMutation<OrderResult, Error, Call>({
    mutationFn: ({ plan, request: asked, reason, confirm, orderId }) =>
      api().orders.execute.mutate({ planId: plan.planId, request: mutableRequest(asked), reason: reason.trim(), confirm, orderId }),
  });
  const orderId = get("order");
  const since = Number.parseInt(get("since") ?? "", 10);
  const mine = execute.variables?.orderId === orderId;
  const answer: Given["answer"] = !mine
    ? "unknown"
    : execute.isPending
      ? "waiting"
      : execute.data?.accepted === true
        ? "accepted"
        : "refused";
  const given =
    request !== null && orderId !== null && Number.isFinite(since)
      ? {
          request,
          orderId,
          since,
          epoch: Number.parseInt(get("epoch") ?? "0", 10),
          to: get("target"),
          answer,
          outcome: mine ? (execute.data?.outcome ?? null) : null,
        }
      : null;
  const seen = given === null || snapshot === null ? null : orderRailOf(given, snapshot, now);
  // What was seen to settle stays so, whatever comes later.
  const [settled, setSettled] = useState<{ readonly orderId: string; readonly rail: OrderRail } | null>(null);
  if (given !== null && seen?.end === "settled" && settled?.orderId !== given.orderId) setSettled({ orderId: given.orderId, rail: seen });
  const give = (plan: OrderPlan, reason: string, confirm: string | null) => {
    if (request === null) return;
    if (chosen.current?.planId !== plan.planId) chosen.current = { planId: plan.planId, orderId: crypto.randomUUID() };
    const { orderId: id } = chosen.current;
    set({
      order: id,
      // The console's clock; the browser's may be anywhere.
      since: `${snapshot?.at ?? now}`,
      epoch: `${snapshot?.epoch.number ?? plan.epoch.number}`,
      target: plan.to,
      ...addressOf(request),
    });
    execute.mutate({ plan, request, reason, confirm, orderId: id });
  };
  const refused = given !== null && answer === "refused";
  return {
    rail: settled !== null && settled.orderId === orderId ? settled.rail : seen,
    result: mine ? (execute.data ?? null) : null,
    refusals: refused ? refusalsOf(execute.error, execute.data?.blockers ?? []) : [],
    fix: refused ? fixOf(execute.error) : "",
    give,
    forget: () => {
      execute.reset();
      chosen.current = null;
      set({ order: null, since: null, epoch: null, target: null, until: null });
    },
  };
}
