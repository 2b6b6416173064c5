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
import { PlanBody } from "./PlanBody.tsx";
import { ReasonForm } from "./ReasonForm.tsx";
import styles from "./switchover.module.css";
import { type OrderState, refusalsOf, useOrder } from "./use-order.ts";
import { type PlanState, usePlan } from "./use-plan.ts";

export function SwitchoverSheet() {
  const to = useSearchParams().get("to");
  const { snapshot, link } = useLive();
  const order = useOrder();
  const state = usePlan(useAskedTarget(to, order.rail !== null), order.rail === null);
  const [reason, setReason] = useState("");
  const { plan } = state;
  useEscape();
  const target = plan?.to ?? to ?? snapshot?.standby ?? "the standby";
  const from = plan?.from ?? order.rail?.from ?? snapshot?.primary ?? null;
  const again = () => {
    order.forget();
    state.check();
  };
  const rail = order.rail === null ? null : <OrderProgress order={order} onAgain={again} />;
  return (
    <article className={styles.sheet}>
      <div className={styles.head}>
        <div>
          <p className="label ink-3">Planned, both servers well</p>
          <h1>
            <Named text={from === null || from === target ? `Switch over to ${target}?` : `Switch over from ${from} to ${target}?`} />
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
      {plan !== null ? (
        <PlanBody plan={plan} sinceMs={state.sinceMs} reason={reason}>
          {rail ?? <ReasonForm plan={plan} state={state} reason={reason} onReason={setReason} onPlace={order.place} />}
        </PlanBody>
      ) : rail !== null ? (
        rail
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
  useEffect(() => {
    if (!ordered) setAsked(to);
  }, [to, ordered]);
  return asked;
}

function OrderProgress({ order, onAgain }: { readonly order: OrderState; readonly onAgain: () => void }) {
  const { rail } = order;
  if (rail === null) return null;
  return (
    <>
      <ActionRail rail={rail} refusals={order.refusals} />
      {rail.end === "settled" && rail.from !== null && (
        <Link className="button" href={`/switchover?to=${encodeURIComponent(rail.from)}`}>
          Switch back to {rail.from}
        </Link>
      )}
      {rail.end !== "running" && rail.end !== "settled" && <Button onClick={onAgain}>Check again</Button>}
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
