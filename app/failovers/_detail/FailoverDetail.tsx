"use client";
/** One change of control: facts, verdict with votes, waterfall, replay and evidence. The cursor ties them together. */
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { useLink } from "../../_trpc/use-live.ts";
import { Button } from "../../_ui/Button.tsx";
import { Failure, Waiting } from "../../_ui/EmptyState.tsx";
import { usePreferences } from "../../_ui/preferences.ts";
import { Region } from "../../_ui/Region.tsx";
import { isTyping } from "../../_ui/shell/use-shortcuts.ts";
import { momentsOf } from "../_waterfall/moment.ts";
import { cursorAfter, Replay } from "../_waterfall/Replay.tsx";
import { DetailHead } from "./DetailHead.tsx";
import { Evidence } from "./Evidence.tsx";
import { FactsRow } from "./FactsRow.tsx";
import styles from "./failover.module.css";
import { StateThen } from "./StateThen.tsx";
import { cursorNow, useDetailAddress } from "./use-moment.ts";
import { useReport } from "./use-report.ts";
import { useSoFar } from "./use-so-far.ts";
import { VerdictPanel } from "./VerdictPanel.tsx";
import { WaterfallPanel } from "./WaterfallPanel.tsx";

export function FailoverDetail({ id }: { readonly id: string }) {
  const { report, pending, error, retry } = useReport(id);
  const link = useLink();
  useWholeAddress(id, report);
  if (report !== null) return <Report report={report} />;
  return (
    <Region title={`Failover ${id}`}>
      {pending ? (
        <Waiting who="the report of this failover" waitingMs={link.waitingMs} rows={6} />
      ) : (
        <Failure title={`No report of ${id}.`} step={<Button onClick={retry}>Try now</Button>}>
          {error ?? "The console does not know it."} <Link href="/failovers">All failovers</Link>
        </Failure>
      )}
    </Region>
  );
}

/** Found by its bare number: the address names it as the live view does. */
function useWholeAddress(id: string, report: FailoverReport | null): void {
  const router = useRouter();
  const found = report?.id;
  useEffect(() => {
    if (found !== undefined && found !== id) router.replace(`/failovers/${found}${window.location.search}`);
  }, [found, id, router]);
}

function Report({ report }: { readonly report: FailoverReport }) {
  const soFarMs = useSoFar(report);
  const { cursorMs, view, setCursor, setView } = useDetailAddress();
  const moments = momentsOf(report);
  const step = (key: string): boolean => {
    const next = cursorAfter(key, moments, cursorNow());
    if (next === undefined) return false;
    setCursor(next);
    return true;
  };
  useStepKeys(step);
  const evidenceMs = cursorMs ?? report.verdict?.atMs ?? null;
  return (
    <article className={styles.report}>
      <DetailHead report={report} />
      <FactsRow report={report} soFarMs={soFarMs} />
      <VerdictPanel report={report} />
      <div className={styles.body}>
        <div className={styles.drawing}>
          <WaterfallPanel report={report} soFarMs={soFarMs} cursorMs={cursorMs} view={view} onCursor={setCursor} onView={setView} />
          <div className={styles.replayBar}>
            <div className={styles.replayAt}>
              <div className="mono medium">{cursorMs === null ? "No cursor" : `+${Math.round(cursorMs)} ms`}</div>
              <div className="label ink-3">
                <span className="kbd">[</span> <span className="kbd">]</span> events
              </div>
            </div>
            <Replay report={report} moments={moments} soFarMs={soFarMs} cursorMs={cursorMs} onCursor={setCursor} onKey={step} />
            <StateThen report={report} atMs={cursorMs ?? (report.state === "in-progress" ? soFarMs : Number.POSITIVE_INFINITY)} />
          </div>
        </div>
        <Evidence
          report={report}
          moments={moments}
          cursorMs={evidenceMs}
          onCursor={setCursor}
          onClear={cursorMs === null ? null : () => setCursor(null)}
        />
      </div>
    </article>
  );
}

/** `[` and `]` step through the events wherever the focus is, except while typing. */
function useStepKeys(step: (key: string) => boolean): void {
  const { shortcuts } = usePreferences();
  const latest = useRef(step);
  useEffect(() => {
    latest.current = step;
  });
  useEffect(() => {
    if (!shortcuts) return;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.defaultPrevented || isTyping(event.target)) return;
      if (event.key !== "[" && event.key !== "]") return;
      event.preventDefault();
      latest.current(event.key);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [shortcuts]);
}
