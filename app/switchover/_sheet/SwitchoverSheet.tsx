"use client";
/** The sheet: question, preflight, what happens, how to undo, who is affected, reason, and one button that names its effect. */
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import { useLive } from "../../_trpc/use-live.ts";
import { Button } from "../../_ui/Button.tsx";
import { Failure, Waiting } from "../../_ui/EmptyState.tsx";
import { formatAge } from "../../_ui/format.ts";
import { Named } from "../../_ui/Verdict.tsx";
import { ActionRail } from "./ActionRail.tsx";
import type { Rail } from "./action-rail.ts";
import { PlanBody } from "./PlanBody.tsx";
import { sheetHead } from "./plan-words.ts";
import { ReasonForm } from "./ReasonForm.tsx";
import { SwitchoverResult } from "./SwitchoverResult.tsx";
import styles from "./switchover.module.css";
import { refusalsOf, useOrder } from "./use-order.ts";
import { type PlanState, usePlan } from "./use-plan.ts";

export function SwitchoverSheet() {
  const to = useSearchParams().get("to");
  const { snapshot, link } = useLive();
  const order = useOrder();
  const { rail } = order;
  // Counts the switchovers planned on this page: each gets a plan of its own.
  const [round, setRound] = useState(0);
  const state = usePlan(useAskedTarget(to, rail !== null), rail === null, round);
  const [reason, setReason] = useState("");
  const { plan } = state;
  useEscape();
  const target = rail?.to ?? plan?.to ?? to ?? snapshot?.standby ?? "the standby";
  const from = rail?.from ?? plan?.from ?? snapshot?.primary ?? null;
  const { kicker, title } = sheetHead(plan, rail?.end ?? null, from, target);
  const again = () => {
    order.forget();
    state.check();
  };
  const another = () => {
    setRound(round + 1);
    setReason("");
  };
  return (
    <article className={styles.sheet}>
      <div className={styles.head}>
        <div>
          <p className="label ink-3">{kicker}</p>
          <h1>
            <Named text={title} />
          </h1>
          <Targets current={target} />
        </div>
        <div className={styles.validity}>
          {rail === null && <Validity state={state} />}
          {rail === null && (
            <Button action onClick={state.check} disabledReason={state.checking ? "Checking now." : null}>
              Check again
            </Button>
          )}
          <Link className="button button-quiet" href="/">
            Back <span className="kbd">Esc</span>
          </Link>
        </div>
      </div>
      {rail !== null && rail.outcome !== null ? (
        <SwitchoverResult rail={rail} outcome={rail.outcome}>
          <ActionRail rail={rail} refusals={[]} />
          <NextSwitchover rail={rail} onPlan={another} />
        </SwitchoverResult>
      ) : plan !== null ? (
        <PlanBody plan={plan} sinceMs={state.sinceMs} reason={reason} ordered={rail !== null}>
          {rail === null ? (
            <ReasonForm plan={plan} state={state} reason={reason} onReason={setReason} onPlace={order.place} />
          ) : (
            <OrderProgress rail={rail} refusals={order.refusals} onAgain={again} />
          )}
        </PlanBody>
      ) : rail !== null ? (
        <OrderProgress rail={rail} refusals={order.refusals} onAgain={again} />
      ) : state.error !== null ? (
        <NoPlan error={state.error} onCheck={state.check} />
      ) : (
        <Waiting who="the primary's plan" waitingMs={link.waitingMs} rows={8} />
      )}
    </article>
  );
}

/** The target that the plan was asked for; while an order runs, the plan that was confirmed stays as it was. */
function useAskedTarget(to: string | null, ordered: boolean): string | null {
  const [asked, setAsked] = useState(to);
  if (!ordered && asked !== to) {
    setAsked(to);
    return to;
  }
  return asked;
}

interface ProgressProps {
  readonly rail: Rail;
  readonly refusals: readonly string[];
  readonly onAgain: () => void;
}

function OrderProgress({ rail, refusals, onAgain }: ProgressProps) {
  return (
    <>
      <ActionRail rail={rail} refusals={refusals} />
      {rail.end !== "running" && <Button onClick={onAgain}>Check again</Button>}
    </>
  );
}

/** With two servers the next switchover can only be the way back. */
function NextSwitchover({ rail, onPlan }: { readonly rail: Rail; readonly onPlan: () => void }) {
  const { snapshot } = useLive();
  const more = rail.from === null || (snapshot?.servers.length ?? 0) > 2;
  return (
    <>
      {rail.from !== null && (
        <Link className="button" href={`/switchover?to=${encodeURIComponent(rail.from)}`} onClick={onPlan}>
          Plan a switch back to {rail.from}
        </Link>
      )}
      {more && (
        <Link className="button" href="/switchover" onClick={onPlan}>
          Plan another switchover
        </Link>
      )}
    </>
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
