"use client";
/** A plan laid out: blockers all at once, preflight, what happens, how to undo, and at the right what it costs. */
import type { ReactNode } from "react";
import type { SwitchoverPlan } from "../../../server/core/status/node-status.ts";
import { CopyButton } from "../../_ui/CopyButton.tsx";
import { AffectedCalls } from "./AffectedCalls.tsx";
import { PredictedInterruption } from "./PredictedInterruption.tsx";
import { PreflightTable } from "./PreflightTable.tsx";
import { commandText } from "./plan-words.ts";
import styles from "./switchover.module.css";

interface PlanBodyProps {
  readonly plan: SwitchoverPlan;
  readonly sinceMs: number;
  readonly reason: string;
  readonly ordered: boolean;
  /** What stands under the plan at the right: the reason and button, or the rail. */
  readonly children: ReactNode;
}

/** A blocked plan shows what blocks it and nothing else: no steps, no calls kept, no duration. */
export function PlanBody({ plan, sinceMs, reason, ordered, children }: PlanBodyProps) {
  const blocked = plan.blockers.length > 0;
  return (
    <div className={styles.columns}>
      <div className={styles.left}>
        {blocked && (
          <section className={styles.blocked} aria-labelledby="blocked">
            <h2 id="blocked">This switchover cannot go ahead</h2>
            <ul className={styles.blockers}>
              {plan.blockers.map((blocker) => (
                <li key={blocker}>{blocker}</li>
              ))}
            </ul>
          </section>
        )}
        <PreflightTable plan={plan} sinceMs={sinceMs} ordered={ordered} />
        {!blocked && <Consequences plan={plan} reason={reason} />}
      </div>
      <div className={styles.right}>
        {!blocked && (
          <>
            <PredictedInterruption effect={plan.effect} />
            <AffectedCalls effect={plan.effect} />
          </>
        )}
        {children}
      </div>
    </div>
  );
}

function Consequences({ plan, reason }: { readonly plan: SwitchoverPlan; readonly reason: string }) {
  return (
    <div className={styles.consequences}>
      <section aria-labelledby="happens">
        <h2 id="happens">What happens</h2>
        <ol>
          {plan.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </section>
      <section aria-labelledby="undo">
        <h2 id="undo">How to undo</h2>
        <p className="ink-2">{plan.undo}</p>
        <div className={styles.command}>
          <code>
            <span className="ink-3">$ </span>
            {commandText(plan.to, reason)}
          </code>
          <CopyButton what="command" text={() => commandText(plan.to, reason)} />
        </div>
      </section>
    </div>
  );
}
