"use client";
/** An order after it was given: its rail, what the server answered, and what one may want next. */
import Link from "next/link";
import type { OrderPlan, OrderRequest } from "../../../server/core/status/order.ts";
import { Button } from "../../_ui/Button.tsx";
import { Named } from "../../_ui/Verdict.tsx";
import { ActionRail } from "../../switchover/_sheet/ActionRail.tsx";
import { railSteps } from "../../switchover/_sheet/action-rail.ts";
import sheet from "../../switchover/_sheet/switchover.module.css";
import styles from "./order.module.css";
import { type OrderRail, orderSteps } from "./order-rail.ts";
import { nextOf } from "./order-words.ts";
import type { GivenOrder } from "./use-given-order.ts";

const heads: Readonly<Record<OrderRail["end"], string>> = {
  running: "So far",
  settled: "Result",
  refused: "Not carried out",
  "timed out": "So far",
  diverged: "Not as planned",
};

interface ProgressProps {
  readonly rail: OrderRail;
  readonly order: GivenOrder;
  readonly request: OrderRequest | null;
  /** As it was confirmed; null after a reload. */
  readonly plan: OrderPlan | null;
  readonly reason: string;
  readonly onAgain: () => void;
}

export function OrderProgress({ rail, order, request, plan, reason, onAgain }: ProgressProps) {
  const { result, refusals, fix } = order;
  const bad = rail.end === "refused" || rail.end === "timed out" || rail.end === "diverged";
  const rows: readonly (readonly [string, string])[] = [
    ...(plan === null ? [] : ([["Before", plan.effect.before]] as const)),
    ...(result?.outcome == null ? [] : ([[`${plan?.server ?? "The server"} answered`, result.outcome]] as const)),
    ...(reason === "" ? [] : ([["Reason", reason.trim()]] as const)),
    ...(plan === null || rail.end !== "settled" ? [] : ([["How to undo", plan.undo]] as const)),
  ];
  return (
    <div className={sheet.columns}>
      <section className={sheet.left} aria-labelledby="result">
        <h2 id="result">{heads[rail.end]}</h2>
        {plan === null && result === null && (
          <p className="ink-2">This page was loaded again: what was planned and answered is in the audit log.</p>
        )}
        <dl className={styles.result}>
          {rows.map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <Named text={text} />
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <div className={sheet.right}>
        <ActionRail rail={rail} refusals={refusals} steps={rail.reached.includes("in progress") ? railSteps : orderSteps} />
        {fix !== "" && <p className={styles.fix}>{fix}</p>}
        <p className={styles.next}>
          {bad && <Button onClick={onAgain}>Check again</Button>}
          {rail.end === "settled" &&
            request !== null &&
            nextOf(request).map(({ href, text }) => (
              <Link key={href} className="button" href={href} onClick={order.forget}>
                {text}
              </Link>
            ))}
          <Link className="button button-quiet" href="/audit">
            Audit log
          </Link>
        </p>
      </div>
    </div>
  );
}
