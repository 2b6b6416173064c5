"use client";
/** The plan of an order laid out: blockers all at once, preflight, what happens, how to undo; at the right the effect with its numbers. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { OrderPlan, OrderRequest } from "../../../server/core/status/order.ts";
import { api } from "../../_trpc/client.ts";
import { CopyButton } from "../../_ui/CopyButton.tsx";
import { formatDuration } from "../../_ui/format.ts";
import { Named } from "../../_ui/Verdict.tsx";
import { PreflightTable } from "../../switchover/_sheet/PreflightTable.tsx";
import { withReason } from "../../switchover/_sheet/plan-words.ts";
import sheet from "../../switchover/_sheet/switchover.module.css";
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

/** A blocked plan shows what blocks it and nothing else: it promises no effect. */
export function OrderPlanBody({ plan, request, sinceMs, reason, children }: PlanBodyProps) {
  const blocked = plan.blockers.length > 0;
  return (
    <div className={sheet.columns}>
      <div className={sheet.left}>
        {blocked && (
          <section className={sheet.blocked} aria-labelledby="blocked">
            <h2 id="blocked">This cannot go ahead</h2>
            <ul className={sheet.blockers}>
              {plan.blockers.map((blocker) => (
                <li key={blocker}>
                  <Named text={blocker} />
                </li>
              ))}
            </ul>
          </section>
        )}
        <PreflightTable plan={plan} sinceMs={sinceMs} ordered={false} />
        {!blocked && <Consequences plan={plan} request={request} reason={reason} />}
      </div>
      <div className={sheet.right}>
        {!blocked && <Effect plan={plan} />}
        {children}
      </div>
    </div>
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

function Consequences({ plan, request, reason }: { readonly plan: OrderPlan; readonly request: OrderRequest; readonly reason: string }) {
  const command = useQuery({
    queryKey: ["order command", JSON.stringify(request)],
    queryFn: () => api().orders.command.query({ request: mutableRequest(request) }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const text = command.data === undefined ? null : withReason(command.data, reason);
  return (
    <div className={sheet.consequences}>
      <section aria-labelledby="happens">
        <h2 id="happens">What happens</h2>
        <ol>
          {plan.steps.map((step) => (
            <li key={step}>
              <Named text={step} />
            </li>
          ))}
        </ol>
      </section>
      <section aria-labelledby="undo">
        <h2 id="undo">How to undo</h2>
        <p className="ink-2">
          <Named text={plan.undo} />
        </p>
        {text !== null && (
          <div className={sheet.command}>
            <code>
              <span className="ink-3">$ </span>
              {text}
            </code>
            <CopyButton what="command" text={() => text} />
          </div>
        )}
      </section>
    </div>
  );
}
