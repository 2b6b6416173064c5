"use client";
/** The evidence under the sentences: raw journal lines of every node, or the steps as the new owner reported them. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { api } from "../../_trpc/client.ts";
import { Button } from "../../_ui/Button.tsx";
import { CopyButton } from "../../_ui/CopyButton.tsx";
import { formatTimeMs, zoneName } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import type { Moment } from "../_waterfall/moment.ts";
import {
  type EvidenceInterval,
  type EvidenceLine,
  evidenceInterval,
  evidenceLines,
  lineAt,
  linesText,
  offsetText,
  shownData,
} from "./evidence-lines.ts";
import styles from "./failover.module.css";

interface EvidenceProps {
  readonly report: FailoverReport;
  readonly moments: readonly Moment[];
  readonly cursorMs: number | null;
  readonly onCursor: (ms: number) => void;
  readonly onClear: (() => void) | null;
}

const mostLines = 500;

export function Evidence({ report, moments, cursorMs, onCursor, onClear }: EvidenceProps) {
  const [tab, setTab] = useState<"lines" | "steps">("lines");
  const id = useId();
  const interval = evidenceInterval(report);
  const events = useQuery({
    queryKey: ["evidence", report.id, report.state],
    queryFn: () => api().events.list.query({ before: Math.ceil(interval.to), limit: mostLines }),
    refetchInterval: report.state === "in-progress" ? 1000 : false,
  });
  const lines = evidenceLines(report, events.data ?? []);
  return (
    <aside className={styles.evidence} aria-label="Evidence">
      <div className={styles.evidenceHead}>
        <h2>Evidence{cursorMs === null ? "" : `, +${Math.round(cursorMs)} ms`}</h2>
        {onClear !== null && (
          <Button kind="text" onClick={onClear}>
            Clear cursor
          </Button>
        )}
      </div>
      <div className={styles.tabs} role="tablist" aria-label="Evidence">
        {(["lines", "steps"] as const).map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            aria-controls={`${id}-panel`}
            aria-selected={tab === name}
            tabIndex={tab === name ? 0 : -1}
            onClick={() => setTab(name)}
            onKeyDown={(event) => switchTab(event.key, () => setTab(name === "lines" ? "steps" : "lines"))}
          >
            {name === "lines" ? "Lines" : "Steps"}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the panel scrolls */}
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tab}`} className={styles.lines} tabIndex={0}>
        {tab === "steps" ? (
          <Steps moments={moments} cursorMs={cursorMs} onCursor={onCursor} />
        ) : (
          <Lines lines={lines} cursorMs={cursorMs} onCursor={onCursor} />
        )}
      </div>
      <Provenance report={report} lines={lines} error={events.error?.message ?? null} cut={isCut(events.data ?? [], interval)} />
      <div className={styles.evidenceActs}>
        <CopyButton what="lines" text={() => linesText(lines)} />
      </div>
    </aside>
  );
}

/** More lines may lie in the interval than were asked for: the oldest one that came is still within it. */
function isCut(events: readonly { readonly wall: number }[], { from }: EvidenceInterval): boolean {
  return events.length >= mostLines && events.every(({ wall }) => wall >= from);
}

function switchTab(key: string, other: () => void): void {
  if (key === "ArrowLeft" || key === "ArrowRight") other();
}

function Lines({
  lines,
  cursorMs,
  onCursor,
}: {
  readonly lines: readonly EvidenceLine[];
  readonly cursorMs: number | null;
  readonly onCursor: (ms: number) => void;
}) {
  const chosen = lineAt(lines, cursorMs)?.key ?? null;
  if (lines.length === 0) return <p className={styles.noLines}>No journal lines of this interval have reached the console.</p>;
  return lines.map((line) => (
    <Line
      key={line.key}
      offset={offsetText(line.atMs)}
      node={line.event.node}
      chosen={line.key === chosen}
      alarm={line.event.severity}
      onChoose={() => onCursor(Math.max(0, line.atMs))}
      text={`${line.event.what} ${line.event.text}`}
      detail={line.key === chosen ? shownData(line.event.data) : ""}
    />
  ));
}

function Steps({
  moments,
  cursorMs,
  onCursor,
}: {
  readonly moments: readonly Moment[];
  readonly cursorMs: number | null;
  readonly onCursor: (ms: number) => void;
}) {
  const chosen = cursorMs === null ? -1 : moments.findLastIndex((moment) => moment.atMs <= cursorMs + 0.1);
  return moments.map((moment, index) => (
    <Line
      key={moment.key}
      offset={offsetText(moment.atMs)}
      node={moment.node ?? ""}
      chosen={index === chosen}
      alarm="note"
      onChoose={() => onCursor(moment.atMs)}
      text={moment.text === "" ? moment.what : moment.text}
      detail=""
    />
  ));
}

interface LineProps {
  readonly offset: string;
  readonly node: string;
  readonly chosen: boolean;
  readonly alarm: "note" | "warn" | "alarm";
  readonly text: string;
  readonly detail: string;
  readonly onChoose: () => void;
}

function Line({ offset, node, chosen, alarm, text, detail, onChoose }: LineProps) {
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const panel = row.current?.parentElement;
    if (!chosen || !row.current || !panel) return;
    // Scrolls the panel only; scrollIntoView would move the whole page on every step.
    const top = row.current.offsetTop - panel.offsetTop;
    if (top < panel.scrollTop || top > panel.scrollTop + panel.clientHeight - 40) panel.scrollTop = top - panel.clientHeight / 2;
  }, [chosen]);
  return (
    <button ref={row} type="button" className={styles.line} data-chosen={chosen} aria-pressed={chosen} onClick={onChoose}>
      <span className="ink-3">{offset}</span>
      <span className="ink-2">{node}</span>
      <span>
        {alarm === "alarm" ? "ALARM " : alarm === "warn" ? "WARN " : ""}
        {text}
        {detail !== "" && <span className={styles.detail}>{detail}</span>}
      </span>
    </button>
  );
}

function Provenance({
  report,
  lines,
  error,
  cut,
}: {
  readonly report: FailoverReport;
  readonly lines: readonly EvidenceLine[];
  readonly error: string | null;
  readonly cut: boolean;
}) {
  const zone = useZone();
  const nodes = [...new Set(lines.map((line) => line.event.node))].sort();
  const lastOld = report.from === null ? null : (lines.findLast((line) => line.event.node === report.from && line.atMs <= 0) ?? null);
  return (
    <dl className={styles.provenance}>
      <dt>Source</dt>
      <dd>
        journals of {nodes.length === 0 ? "no node yet" : nodes.join(", ")}; report by {report.to}, {formatTimeMs(report.startedAt, zone)}{" "}
        {zoneName(report.startedAt, zone)}
      </dd>
      <dt>Clock</dt>
      <dd>the drawing is monotonic on {report.to}; lines stand at each node’s wall clock</dd>
      <dt>Missing</dt>
      <dd>{error !== null ? `the lines could not be read: ${error}` : missing(report, nodes, lastOld, cut)}</dd>
    </dl>
  );
}

function missing(report: FailoverReport, nodes: readonly string[], lastOld: EvidenceLine | null, cut: boolean): string {
  if (cut) return `only the newest ${mostLines} lines are shown here`;
  if (report.kind === "failover" && report.from !== null && lastOld === null && !nodes.includes(report.from))
    return `no line of ${report.from} in this interval`;
  if (lastOld !== null && report.cause === "primary-dead") return `${report.from}’s journal ends at ${offsetText(lastOld.atMs)} ms`;
  return "nothing known";
}
