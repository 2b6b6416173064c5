"use client";
/** What stands beside a plan: how old it is and how long it holds; and what stands in its place where there is none. */
import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "../../_ui/Button.tsx";
import { Failure } from "../../_ui/EmptyState.tsx";
import { formatAge } from "../../_ui/format.ts";
import { fixOf, refusalsOf } from "./refusals.ts";
import styles from "./switchover.module.css";
import type { PlanState } from "./use-plan.ts";

function Validity({ state }: { readonly state: PlanState<{ readonly planId: string }> }) {
  const { plan } = state;
  if (plan === null) return null;
  const left = Math.ceil(state.leftMs / 1000);
  return (
    <span className="label ink-2">
      Plan {plan.planId.slice(0, 8)}, checked {formatAge(Math.floor(state.sinceMs / 1000) * 1000)} ago,{" "}
      {left > 0 ? `valid ${left} s` : <b className="ink">expired</b>}
    </span>
  );
}

export function NoPlan({ error, onCheck }: { readonly error: unknown; readonly onCheck: () => void }) {
  const [first, ...details] = refusalsOf(error, []);
  return (
    <Failure title={first ?? "The servers made no plan."} step={<Button onClick={onCheck}>Check again</Button>}>
      {details.length > 0 && `${details.join(" ")} `}
      Nothing has changed. {fixOf(error)}
    </Failure>
  );
}

interface SheetActionsProps {
  readonly state: PlanState<{ readonly planId: string }>;
  /** True once something was ordered: the plan is history then. */
  readonly ordered: boolean;
  readonly onCheck: () => void;
  /** Why there is nothing to check; null = there is. */
  readonly missing?: string | null;
  readonly children?: ReactNode;
}

/** At the right of a sheet's head: the plan's age, looking again, other ways, and the way back. */
export function SheetActions({ state, ordered, onCheck, missing = null, children }: SheetActionsProps) {
  return (
    <div className={styles.validity}>
      {!ordered && (
        <>
          <Validity state={state} />
          <Button action onClick={onCheck} disabledReason={missing ?? (state.checking ? "Checking now." : null)}>
            Check again
          </Button>
          {children}
        </>
      )}
      <Link className="button button-quiet" href="/">
        Back <span className="kbd">Esc</span>
      </Link>
    </div>
  );
}
