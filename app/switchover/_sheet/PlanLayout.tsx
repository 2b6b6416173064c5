"use client";
/** Any plan laid out: blockers all at once, preflight, what happens, how to undo; at the right its effect, and what is asked of the operator. */
import type { ReactNode } from "react";
import type { SwitchoverPlan } from "../../../server/core/status/node-status.ts";
import { CopyButton } from "../../_ui/CopyButton.tsx";
import { Named } from "../../_ui/Verdict.tsx";
import { PreflightTable } from "./PreflightTable.tsx";
import styles from "./switchover.module.css";

type Laid = Pick<SwitchoverPlan, "checks" | "blockers" | "steps" | "undo">;

interface PlanLayoutProps {
  readonly plan: Laid;
  readonly blockedTitle: string;
  readonly sinceMs: number;
  readonly ordered: boolean;
  /** The same order at the command line; null while it is not known. */
  readonly command: string | null;
  readonly effect: ReactNode;
  /** What stands under the effect: the reason and button, or the rail. */
  readonly children: ReactNode;
}

/** A blocked plan shows what blocks it and nothing else: no steps, no calls kept, no duration. */
export function PlanLayout({ plan, blockedTitle, sinceMs, ordered, command, effect, children }: PlanLayoutProps) {
  const blocked = plan.blockers.length > 0;
  return (
    <div className={styles.columns}>
      <div className={styles.left}>
        {blocked && (
          <section className={styles.blocked} aria-labelledby="blocked">
            <h2 id="blocked">{blockedTitle}</h2>
            <ul className={styles.blockers}>
              {plan.blockers.map((blocker) => (
                <li key={blocker}>
                  <Named text={blocker} />
                </li>
              ))}
            </ul>
          </section>
        )}
        <PreflightTable plan={plan} sinceMs={sinceMs} ordered={ordered} />
        {!blocked && <Consequences plan={plan} command={command} />}
      </div>
      <div className={styles.right}>
        {!blocked && effect}
        {children}
      </div>
    </div>
  );
}

function Consequences({ plan, command }: { readonly plan: Laid; readonly command: string | null }) {
  return (
    <div className={styles.consequences}>
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
      </section>
      {command !== null && (
        <section aria-labelledby="command-line">
          <h2 id="command-line">The same order on the command line</h2>
          <div className={styles.command}>
            <code>
              <span className="ink-3">$ </span>
              {command}
            </code>
            <CopyButton what="command" text={() => command} />
          </div>
        </section>
      )}
    </div>
  );
}
