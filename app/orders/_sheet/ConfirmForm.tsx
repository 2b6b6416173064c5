"use client";
/** The reason, the name to type where the plan wants one, and the one button that names its effect. */
import { useState } from "react";
import type { OrderPlan } from "../../../server/core/status/order.ts";
import { Button } from "../../_ui/Button.tsx";
import { planObjection, reasonProblem } from "../../switchover/_sheet/plan-words.ts";
import sheet from "../../switchover/_sheet/switchover.module.css";

interface ConfirmProps {
  readonly plan: OrderPlan;
  readonly leftMs: number;
  readonly button: string;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  readonly onGive: (plan: OrderPlan, reason: string, confirm: string | null) => void;
}

export function ConfirmForm({ plan, leftMs, button, reason, onReason, onGive }: ConfirmProps) {
  const [tried, setTried] = useState(false);
  const [typed, setTyped] = useState("");
  const { confirm } = plan;
  const reasonWrong = reasonProblem(reason);
  const typedWrong = confirm === null || typed.trim() === confirm.text ? null : `Type ${confirm.text} to confirm.`;
  const objection = planObjection(plan, leftMs, "this order");
  const submit = () => {
    setTried(true);
    const wrong = reasonWrong !== null ? "reason" : typedWrong !== null ? "typed" : null;
    if (wrong !== null) document.getElementById(wrong)?.focus();
    else if (objection === null) onGive(plan, reason, confirm === null ? null : typed.trim());
  };
  return (
    <form
      className={sheet.confirm}
      onSubmit={(event) => {
        event.preventDefault();
        // Enter in a field must not go round what turns the button off.
        document.getElementById("give-order")?.click();
      }}
    >
      <Field
        id="reason"
        label="Reason"
        value={reason}
        placeholder="why, and a ticket if there is one"
        problem={tried ? reasonWrong : null}
        onChange={onReason}
        onBlur={() => setTried(reason !== "" && reasonWrong !== null)}
      />
      {confirm !== null && (
        <Field
          id="typed"
          label={
            <>
              Type <span className="mono">{confirm.text}</span>: <span className="ink-2">{confirm.because}</span>
            </>
          }
          value={typed}
          placeholder=""
          problem={tried ? typedWrong : null}
          onChange={setTyped}
        />
      )}
      <Button id="give-order" kind="primary" action disabledReason={objection} onClick={submit}>
        {button}
      </Button>
      <p className="label ink-3">{objection ?? "Name, reason and outcome go into the audit log."}</p>
    </form>
  );
}

interface FieldProps {
  readonly id: string;
  readonly label: React.ReactNode;
  readonly value: string;
  readonly placeholder: string;
  readonly problem: string | null;
  readonly onChange: (value: string) => void;
  readonly onBlur?: () => void;
}

function Field({ id, label, value, placeholder, problem, onChange, onBlur }: FieldProps) {
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        value={value}
        maxLength={id === "reason" ? 500 : 64}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={id === "reason"}
        aria-required="true"
        aria-invalid={problem !== null}
        aria-describedby={`${id}-problem`}
        placeholder={placeholder}
        onChange={(event) => onChange(event.target.value)}
        onBlur={onBlur}
      />
      <p id={`${id}-problem`} className={sheet.problem} role="status">
        {problem ?? ""}
      </p>
    </>
  );
}
