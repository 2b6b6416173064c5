"use client";
/** The plan of a switchover, with what it costs. */
import type { ReactNode } from "react";
import type { SwitchoverPlan } from "../../../server/core/status/node-status.ts";
import { AffectedCalls } from "./AffectedCalls.tsx";
import { PlanLayout } from "./PlanLayout.tsx";
import { PredictedInterruption } from "./PredictedInterruption.tsx";
import { commandText } from "./plan-words.ts";

interface PlanBodyProps {
  readonly plan: SwitchoverPlan;
  readonly sinceMs: number;
  readonly reason: string;
  readonly ordered: boolean;
  /** The reason and button, or the rail. */
  readonly children: ReactNode;
}

export function PlanBody({ plan, sinceMs, reason, ordered, children }: PlanBodyProps) {
  const effect = (
    <>
      <PredictedInterruption effect={plan.effect} />
      <AffectedCalls effect={plan.effect} />
    </>
  );
  return (
    <PlanLayout
      plan={plan}
      blockedTitle="This switchover cannot go ahead"
      sinceMs={sinceMs}
      ordered={ordered}
      command={commandText(plan.to, reason)}
      effect={effect}
    >
      {children}
    </PlanLayout>
  );
}
