"use client";
/** The sheet of one order: question, choices, preflight, what happens, how to undo, the effect, reason and name to type, and then its rail. */
import { type RefObject, useEffect, useRef, useState } from "react";
import type { OrderVerb } from "../../../server/core/status/order.ts";
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";
import { api } from "../../_trpc/client.ts";
import { useLive } from "../../_trpc/use-live.ts";
import { Waiting, WaitingForSnapshot } from "../../_ui/EmptyState.tsx";
import { useZone } from "../../_ui/preferences.ts";
import { useUrlState } from "../../_ui/use-url-state.ts";
import { Named } from "../../_ui/Verdict.tsx";
import { NoPlan, SheetActions } from "../../switchover/_sheet/PlanState.tsx";
import { blockText } from "../../switchover/_sheet/plan-words.ts";
import sheet from "../../switchover/_sheet/switchover.module.css";
import { useEscape } from "../../switchover/_sheet/use-escape.ts";
import { usePlan } from "../../switchover/_sheet/use-plan.ts";
import { Choices } from "./Choices.tsx";
import { ConfirmForm } from "./ConfirmForm.tsx";
import { OrderPlanBody } from "./OrderPlanBody.tsx";
import { OrderProgress } from "./OrderProgress.tsx";
import styles from "./order.module.css";
import { mutableRequest, requestOf } from "./order-request.ts";
import { wordingOf } from "./order-words.ts";
import { useGivenOrder } from "./use-given-order.ts";
import { isForced, verbNames } from "./verbs.ts";

export function OrderSheet({ verb }: { readonly verb: OrderVerb }) {
  const { snapshot } = useLive();
  return snapshot === null ? <WaitingForSnapshot rows={10} /> : <Sheet verb={verb} snapshot={snapshot} />;
}

function Sheet({ verb, snapshot }: { readonly verb: OrderVerb; readonly snapshot: ConsoleSnapshot }) {
  const { now, link } = useLive();
  const zone = useZone();
  const [get] = useUrlState();
  // A pause is counted from here; looking again moves it.
  const [asOf, setAsOf] = useState(snapshot.at);
  const [reason, setReason] = useState("");
  const { request, missing } = useSteady(requestOf(verb, get, snapshot, asOf), get("order") !== null);
  const order = useGivenOrder(request);
  const { rail } = order;
  const key = JSON.stringify(request);
  const state = usePlan({
    key: ["order plan", key],
    ask: () => (request === null ? Promise.reject(new Error(missing)) : api().orders.plan.query({ request: mutableRequest(request) })),
    wanted: request !== null && rail === null,
  });
  useEscape();
  const question = useHeadFocus(rail !== null);
  const plan = request === null ? null : state.plan;
  const words = request === null ? null : wordingOf(request, { ...snapshot, to: get("target") ?? plan?.to ?? null, now, zone });
  const forced = isForced(verb);
  const again = () => {
    if (rail !== null) order.forget();
    if (verb === "pause") setAsOf(snapshot.at);
    state.check();
  };
  return (
    <article className={forced ? `${sheet.sheet} ${styles.forced}` : sheet.sheet} aria-label={verbNames[verb]}>
      <div className={sheet.head}>
        <div>
          <p className="label ink-3">
            {verbNames[verb]}
            {forced && <b className="ink"> · May drop calls</b>}
            {rail === null &&
              plan !== null &&
              (plan.blockers.length === 0 ? ", nothing blocks it" : `: ${blockText(plan.blockers.length)} it`)}
          </p>
          <h1 ref={question} tabIndex={-1} className={styles.question}>
            <Named text={words === null ? verbNames[verb] : rail?.end === "settled" ? words.done : words.question} />
          </h1>
        </div>
        <SheetActions state={state} ordered={rail !== null} onCheck={again} missing={missing} />
      </div>
      {rail === null && <Choices verb={verb} snapshot={snapshot} plan={plan} />}
      {rail !== null ? (
        <OrderProgress rail={rail} order={order} request={request} plan={plan} reason={reason} onAgain={again} />
      ) : missing !== null ? (
        <p className={styles.missing} role="status">
          {missing}
        </p>
      ) : plan !== null && words !== null ? (
        <OrderPlanBody plan={plan} request={request} sinceMs={state.sinceMs} reason={reason}>
          <ConfirmForm
            key={plan.confirm?.text ?? ""}
            plan={plan}
            leftMs={state.leftMs}
            button={words.button}
            reason={reason}
            onReason={setReason}
            onGive={order.give}
          />
        </OrderPlanBody>
      ) : state.error !== null ? (
        <NoPlan error={state.error} onCheck={again} />
      ) : (
        <Waiting who="the plan" waitingMs={link.waitingMs} rows={6} />
      )}
    </article>
  );
}

/** When an order is given, its form is gone: the focus goes to the head of the sheet, and with it the view. */
function useHeadFocus(given: boolean): RefObject<HTMLHeadingElement | null> {
  const head = useRef<HTMLHeadingElement>(null);
  const before = useRef(given);
  useEffect(() => {
    if (given && !before.current) head.current?.focus();
    before.current = given;
  }, [given]);
  return head;
}

/** Once given, an order stays what it was, whatever the situation makes of the choices that were left open. */
function useSteady<Value>(value: Value, given: boolean): Value {
  const [steady, setSteady] = useState(value);
  if (!given && JSON.stringify(steady) !== JSON.stringify(value)) {
    setSteady(value);
    return value;
  }
  return given ? steady : value;
}
