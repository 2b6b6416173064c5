"use client";
/** The sheet: question, preflight, what happens, how to undo, who is affected, reason, and one button that names its effect. */
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { api } from "../../_trpc/client.ts";
import { useLive } from "../../_trpc/use-live.ts";
import { Button } from "../../_ui/Button.tsx";
import { Waiting } from "../../_ui/EmptyState.tsx";
import { Named } from "../../_ui/Verdict.tsx";
import { ActionRail } from "./ActionRail.tsx";
import type { Rail } from "./action-rail.ts";
import { PlanBody } from "./PlanBody.tsx";
import { NoPlan, SheetActions } from "./PlanState.tsx";
import { sheetHead } from "./plan-words.ts";
import { ReasonForm } from "./ReasonForm.tsx";
import { SwitchoverResult } from "./SwitchoverResult.tsx";
import styles from "./switchover.module.css";
import { useEscape } from "./use-escape.ts";
import { useOrder } from "./use-order.ts";
import { usePlan } from "./use-plan.ts";

export function SwitchoverSheet() {
  const to = useSearchParams().get("to");
  const { snapshot, link } = useLive();
  const order = useOrder();
  const { rail } = order;
  // Counts the switchovers planned on this page: each gets a plan of its own.
  const [round, setRound] = useState(0);
  const asked = useAskedTarget(to, rail !== null);
  const state = usePlan({
    key: ["switchover plan", asked, round],
    ask: () => api().switchover.plan.query({ to: asked }),
    wanted: rail === null,
  });
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
        <SheetActions state={state} ordered={rail !== null} onCheck={state.check}>
          <Link
            className="button"
            href={to === null ? "/orders/schedule-switchover" : `/orders/schedule-switchover?to=${encodeURIComponent(to)}`}
          >
            At a time
          </Link>
        </SheetActions>
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
