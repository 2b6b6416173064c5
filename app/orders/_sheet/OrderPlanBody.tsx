"use client";
/** The plan of an order, with its effect and the numbers of it. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { OrderPlan, OrderRequest } from "../../../server/core/status/order.ts";
import { api } from "../../_trpc/client.ts";
import { formatDuration } from "../../_ui/format.ts";
import { Named } from "../../_ui/Verdict.tsx";
import { PlanLayout } from "../../switchover/_sheet/PlanLayout.tsx";
import { withReason } from "../../switchover/_sheet/plan-words.ts";
import styles from "./order.module.css";
import { mutableRequest } from "./order-request.ts";

interface PlanBodyProps {
  readonly plan: OrderPlan;
  readonly request: OrderRequest;
  readonly sinceMs: number;
  readonly reason: string;
  /** The reason and button. */
  readonly children: ReactNode;
}

export function OrderPlanBody({ plan, request, sinceMs, reason, children }: PlanBodyProps) {
  const command = useQuery({
    queryKey: ["order command", JSON.stringify(request)],
    queryFn: () => api().orders.command.query({ request: mutableRequest(request) }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <PlanLayout
      plan={plan}
      blockedTitle="This cannot go ahead"
      sinceMs={sinceMs}
      ordered={false}
      command={command.data === undefined ? null : withReason(command.data, reason)}
      effect={<Effect plan={plan} />}
    >
      {children}
    </PlanLayout>
  );
}

function Effect({ plan }: { readonly plan: OrderPlan }) {
  const { before, after, calls, worstMs, worst, breaks } = plan.effect;
  return (
    <section aria-labelledby="effect">
      <h2 id="effect">Effect</h2>
      <dl className={styles.effect}>
        <Line name="Now" text={before} />
        <Line name="Then" text={after} strong />
        <Line name="Calls" text={calls} />
        <div>
          <dt>{worstMs === null ? "Takes" : "At worst"}</dt>
          <dd>
            {worstMs !== null && <span className="medium">{formatDuration(worstMs)} </span>}
            <span className="ink-2">
              <Named text={worst} />
            </span>
          </dd>
        </div>
        {breaks.length > 0 && (
          <div>
            <dt>Gives up</dt>
            <dd>
              <ul>
                {breaks.map((text) => (
                  <li key={text}>
                    <Named text={text} />
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function Line({ name, text, strong = false }: { readonly name: string; readonly text: string; readonly strong?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={strong ? "medium" : "ink-2"}>
        <Named text={text} />
      </dd>
    </div>
  );
}
