"use client";
/** The sheet: question, preflight, what happens, how to undo, who is affected, reason, and one button that names its effect. */
import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import type { SwitchoverPlan } from "../../../server/core/status/node-status.ts";
import { useLive } from "../../_trpc/use-live.ts";
import { Button } from "../../_ui/Button.tsx";
import { CopyButton } from "../../_ui/CopyButton.tsx";
import { Failure, Waiting } from "../../_ui/EmptyState.tsx";
import { formatAge } from "../../_ui/format.ts";
import { Named } from "../../_ui/Verdict.tsx";
import { ActionRail } from "./ActionRail.tsx";
import { AffectedCalls } from "./AffectedCalls.tsx";
import { PredictedInterruption } from "./PredictedInterruption.tsx";
import { PreflightTable } from "./PreflightTable.tsx";
import { buttonText, commandText, planObjection, reasonProblem } from "./plan-words.ts";
import styles from "./switchover.module.css";
import { refusalsOf, useOrder } from "./use-order.ts";
import { type PlanState, usePlan } from "./use-plan.ts";

export function SwitchoverSheet() {
  const to = useSearchParams().get("to");
  const { snapshot, link } = useLive();
  const state = usePlan(to);
  const { plan } = state;
  useEscape();
  const target = plan?.to ?? to ?? snapshot?.standby ?? "the standby";
  const from = plan?.from ?? snapshot?.primary ?? null;
  return (
    <article className={styles.sheet}>
      <div className={styles.head}>
        <div>
          <p className="label ink-3">Planned, both servers well</p>
          <h1>
            <Named text={from === null ? `Switch over to ${target}?` : `Switch over from ${from} to ${target}?`} />
          </h1>
          <Targets current={target} />
        </div>
        <div className={styles.validity}>
          <Validity state={state} />
          <Button action onClick={state.check} disabledReason={state.checking ? "Checking now." : null}>
            Check again
          </Button>
          <Link className="button button-quiet" href="/">
            Back <span className="kbd">Esc</span>
          </Link>
        </div>
      </div>
      {plan !== null ? (
        <Prepared plan={plan} state={state} />
      ) : state.error !== null ? (
        <NoPlan error={state.error} onCheck={state.check} />
      ) : (
        <Waiting who="the primary's plan" waitingMs={link.waitingMs} rows={8} />
      )}
    </article>
  );
}

/** Esc leaves the sheet, except out of a field, where it only leaves the field. */
function useEscape(): void {
  const router = useRouter();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      const active = document.activeElement;
      if (active instanceof HTMLInputElement) active.blur();
      else router.push("/");
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [router]);
}

/** Which server to hand over to; the present primary cannot be chosen, and says so. */
function Targets({ current }: { readonly current: string }) {
  const { snapshot } = useLive();
  const servers = snapshot?.servers ?? [];
  if (servers.length < 3) return null;
  return (
    <nav className={styles.targets} aria-label="Target">
      {servers.map((server) =>
        server.name === snapshot?.primary ? (
          <s key={server.name} className="ink-3" title="is primary now">
            {server.name}
          </s>
        ) : (
          <Link
            key={server.name}
            href={`/switchover?to=${encodeURIComponent(server.name)}`}
            aria-current={server.name === current ? "true" : undefined}
          >
            {server.name}
          </Link>
        ),
      )}
    </nav>
  );
}

function Validity({ state }: { readonly state: PlanState }) {
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

function NoPlan({ error, onCheck }: { readonly error: unknown; readonly onCheck: () => void }) {
  const [first, ...details] = refusalsOf(error, []);
  return (
    <Failure title={first ?? "The servers made no plan."} step={<Button onClick={onCheck}>Check again</Button>}>
      {details.length > 0 ? details.join(" ") : "Nothing has changed."}
    </Failure>
  );
}

function Prepared({ plan, state }: { readonly plan: SwitchoverPlan; readonly state: PlanState }) {
  const [reason, setReason] = useState("");
  const order = useOrder();
  const queries = useQueryClient();
  const again = () => {
    order.forget();
    void queries.invalidateQueries({ queryKey: ["switchover plan"] });
  };
  return (
    <div className={styles.columns}>
      <div className={styles.left}>
        {plan.blockers.length > 0 && (
          <section className={styles.blocked} aria-labelledby="blocked">
            <h2 id="blocked">This switchover cannot go ahead</h2>
            <ul className={styles.blockers}>
              {plan.blockers.map((blocker) => (
                <li key={blocker}>{blocker}</li>
              ))}
            </ul>
          </section>
        )}
        <PreflightTable plan={plan} sinceMs={state.sinceMs} />
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
      </div>
      <div className={styles.right}>
        <PredictedInterruption effect={plan.effect} />
        <AffectedCalls effect={plan.effect} />
        {order.rail === null ? (
          <ReasonAndButton plan={plan} state={state} reason={reason} onReason={setReason} onPlace={order.place} />
        ) : (
          <>
            <ActionRail rail={order.rail} refusals={order.refusals} />
            {order.rail.end !== "running" && (
              <Button className={styles.again} onClick={again}>
                {order.rail.end === "settled" ? "Prepare another switchover" : "Check again"}
              </Button>
            )}
            {order.rail.end === "settled" && plan.from !== null && (
              <Link className="button" href={`/switchover?to=${encodeURIComponent(plan.from)}`}>
                Switch back to {plan.from}
              </Link>
            )}
          </>
        )}
      </div>
    </div>
  );
}

interface ReasonProps {
  readonly plan: SwitchoverPlan;
  readonly state: PlanState;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  readonly onPlace: (plan: SwitchoverPlan, reason: string) => void;
}

function ReasonAndButton({ plan, state, reason, onReason, onPlace }: ReasonProps) {
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
