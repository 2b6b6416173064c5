"use client";
/** The reason, checked inline, and the one button that names its effect. */
import { useState } from "react";
import type { SwitchoverPlan } from "../../../server/core/status/node-status.ts";
import { Button } from "../../_ui/Button.tsx";
import { buttonText, planObjection, reasonProblem } from "./plan-words.ts";
import styles from "./switchover.module.css";
import type { PlanState } from "./use-plan.ts";

interface ReasonProps {
  readonly plan: SwitchoverPlan;
  readonly state: PlanState<SwitchoverPlan>;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  readonly onPlace: (plan: SwitchoverPlan, reason: string) => void;
}

export function ReasonForm({ plan, state, reason, onReason, onPlace }: ReasonProps) {
  const [tried, setTried] = useState(false);
  const problem = reasonProblem(reason);
  const objection = planObjection(plan, state.leftMs);
  const submit = () => {
    setTried(true);
    if (problem !== null) document.getElementById("reason")?.focus();
    else if (objection === null) onPlace(plan, reason);
  };
  return (
    <form
      className={styles.confirm}
      onSubmit={(event) => {
        event.preventDefault();
        // Enter in the field must not go round what turns the button off.
        document.getElementById("switch-over")?.click();
      }}
    >
      <label htmlFor="reason">Reason</label>
      <input
        id="reason"
        className="input"
        value={reason}
        maxLength={500}
        autoComplete="off"
        aria-invalid={tried && problem !== null}
        aria-describedby="reason-problem"
        placeholder="why, and a ticket if there is one"
        onChange={(event) => onReason(event.target.value)}
        onBlur={() => setTried(reason !== "")}
      />
      <p id="reason-problem" className={styles.problem} role="status">
        {tried && problem !== null ? problem : ""}
      </p>
      <Button id="switch-over" kind="primary" action disabledReason={objection} onClick={submit}>
        {buttonText(plan)}
      </Button>
      <p className="label ink-3">{objection ?? "The reason goes into the audit log and the report."}</p>
    </form>
  );
}
