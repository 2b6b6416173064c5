"use client";
/**
 * The time brush: records over time, the whole filtered set, with the window that the table shows.
 * Three ways to set the window, all equal: pointer, the two fields, and the arrow keys on its edges.
 */
import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from "react";
import type { RecordHistogram, RecordPage, RecordQuery } from "../../../server/operations/console-view.ts";
import { useLive } from "../../_trpc/use-live.ts";
import { Button } from "../../_ui/Button.tsx";
import { formatCount, formatTime, formatWhen, zoneName } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import { useWidth } from "../../failovers/_waterfall/use-width.ts";
import { countText } from "../_page/QueryBar.tsx";
import { readAddress } from "../_query/record-url.ts";
import styles from "./brush.module.css";
import {
  axisTimes,
  type BrushKey,
  type BrushScale,
  type BrushWindow,
  brushBars,
  brushScale,
  moveEdge,
  moveWindow,
  type Outcome,
  outcomes,
  timeAt,
  windowBetween,
  xAt,
} from "./brush.ts";
import { WindowFields } from "./WindowFields.tsx";

const height = 68;

const fills: Readonly<Record<Outcome, string>> = {
  answered: "var(--mark)",
  adopted: "var(--ink)",
  history: "var(--mark-2)",
  lost: "var(--red)",
};
const names: Readonly<Record<Outcome, string>> = { answered: "measured", adopted: "adopted", history: "recovered", lost: "lost" };

interface TimeBrushProps {
  readonly query: RecordQuery;
  readonly histogram: RecordHistogram | null;
  readonly page: RecordPage | null;
  readonly error: string | null;
  readonly onQuery: (query: RecordQuery) => void;
}

export function TimeBrush({ query, histogram, page, error, onQuery }: TimeBrushProps) {
  const zone = useZone();
  const { now } = useLive();
  return (
    <section className={styles.brush} aria-label="Records over time">
      <div className={styles.head}>
        <h2 aria-live="polite">{headline(query, page, (at) => formatTime(at, zone))}</h2>
        <span className="label ink-3">
          {page === null
            ? ""
            : `${formatCount(page.stored)} stored; ${page.completeTo === null ? "completeness not known" : `complete to ${formatWhen(page.completeTo, now, zone)}`}`}
        </span>
        <Legend />
        <WindowFields query={query} onQuery={onQuery} />
        <span className="label ink-3">{zoneName(now, zone)}</span>
        {(query.from !== null || query.to !== null) && (
          <Button kind="text" onClick={() => onQuery({ ...query, from: null, to: null })}>
            Whole time
          </Button>
        )}
      </div>
      {error !== null && <p className="label ink-2">The histogram could not be read: {error}.</p>}
      {histogram === null ? (
        <div style={{ height: height + 20 }} aria-busy={error === null} />
      ) : (
        <Drawing query={query} histogram={histogram} onQuery={onQuery} />
      )}
    </section>
  );
}

function headline(query: RecordQuery, page: RecordPage | null, clock: (at: number) => string): string {
  if (page === null) return "Records";
  const noun = page.matched.exact && page.matched.count === 1 ? "record matches" : "records match";
  if (query.from === null && query.to === null) return `${countText(page.matched)} ${noun}`;
  const window =
    query.from === null
      ? `before ${clock(query.to ?? 0)}`
      : query.to === null
        ? `from ${clock(query.from)}`
        : `in ${clock(query.from)}–${clock(query.to)}`;
  return `${countText(page.matched)} ${noun} ${window}`;
}

function Legend() {
  return (
    <span className={styles.legend}>
      {outcomes.map((outcome) => (
        <span key={outcome}>
          <i style={{ background: fills[outcome] }} />
          {names[outcome]}
        </span>
      ))}
    </span>
  );
}

function Drawing({
  query,
  histogram,
  onQuery,
}: {
  readonly query: RecordQuery;
  readonly histogram: RecordHistogram;
  readonly onQuery: (query: RecordQuery) => void;
}) {
  const [frame, width] = useWidth<HTMLDivElement>(1180);
  const { snapshot } = useLive();
  const zone = useZone();
  const nowAt = snapshot?.at ?? histogram.from;
  const scale = useMemo(() => brushScale(histogram, nowAt, width), [histogram, nowAt, width]);
  const bars = useMemo(() => brushBars(histogram, scale, height), [histogram, scale]);
  const [drag, setDrag] = useState<BrushWindow | null>(null);
  const startX = useRef(0);
  const chosen = query.from === null && query.to === null ? null : { from: query.from ?? scale.fromAt, to: query.to ?? scale.untilAt };
  const window = drag ?? chosen;
  // From the address, not from the last rendering: keys may come faster than React renders.
  const current = (): BrushWindow => {
    const now = readAddress(new URLSearchParams(globalThis.location.search)).query;
    return { from: now.from ?? scale.fromAt, to: now.to ?? scale.untilAt };
  };
  const apply = (next: BrushWindow) => onQuery({ ...query, from: Math.round(next.from), to: Math.round(next.to) });
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    if (event.type === "pointerdown") {
      event.currentTarget.setPointerCapture(event.pointerId);
      startX.current = x;
      setDrag(windowBetween(scale, x, x));
    } else if (drag !== null) setDrag(windowBetween(scale, startX.current, x));
  };
  const drop = () => {
    if (drag !== null) apply(drag);
    setDrag(null);
  };
  const from = window === null ? 0 : xAt(scale, window.from);
  const until = window === null ? width : xAt(scale, window.to);
  return (
    <div ref={frame} className={styles.drawing}>
      <div className={styles.surface} onPointerDown={point} onPointerMove={point} onPointerUp={drop} onPointerCancel={() => setDrag(null)}>
        <svg
          width={width}
          height={height + 20}
          role="img"
          aria-label={spoken(
            bars.reduce((sum, bar) => sum + bar.total, 0),
            scale,
            (at) => formatWhen(at, nowAt, zone),
          )}
        >
          <path className="hairline" d={`M0 ${height + 0.5}H${width}`} />
          {bars.map((bar) => (
            <g key={bar.at} opacity={window !== null && (bar.at + scale.bucketMs <= window.from || bar.at >= window.to) ? 0.42 : 1}>
              {bar.parts.map((part) => (
                <rect key={part.outcome} x={bar.x} y={part.y} width={bar.width} height={part.height} fill={fills[part.outcome]} />
              ))}
            </g>
          ))}
          <Axis
            scale={scale}
            nowAt={nowAt}
            clock={(at) =>
              scale.untilAt - scale.fromAt > 172_800_000
                ? formatWhen(at, nowAt, zone).slice(0, 12)
                : formatTime(at, zone).slice(0, scale.bucketMs < 60_000 ? 8 : 5)
            }
          />
          <FailoverMarks failovers={histogram.failovers} scale={scale} />
          {window !== null && (
            <rect x={from + 0.5} y={0.5} width={Math.max(1, until - from - 1)} height={height - 1} fill="none" stroke="var(--blue)" />
          )}
        </svg>
      </div>
      {window !== null && (
        <>
          <Handle
            name="Window start"
            x={from}
            at={window.from}
            scale={scale}
            nowAt={nowAt}
            move={(key, shift) => apply(moveEdge(scale, current(), "from", key, shift))}
          />
          <Handle
            name="Window end"
            x={until}
            at={window.to}
            scale={scale}
            nowAt={nowAt}
            move={(key, shift) => apply(moveEdge(scale, current(), "to", key, shift))}
          />
        </>
      )}
      <Handle
        name={window === null ? "Window: none, arrow keys set one" : "Whole window"}
        x={(from + until) / 2}
        at={window?.from ?? timeAt(scale, width / 2)}
        scale={scale}
        nowAt={nowAt}
        quiet
        move={(key, shift) => apply(window === null ? firstWindow(scale) : moveWindow(scale, current(), key, shift))}
      />
    </div>
  );
}

/** Each change of control with its number; where two stand too close for both numbers, only the earlier is written. */
function FailoverMarks({ failovers, scale }: { readonly failovers: RecordHistogram["failovers"]; readonly scale: BrushScale }) {
  let lastLabelX = Number.NEGATIVE_INFINITY;
  return [...failovers]
    .sort((a, b) => a.at - b.at)
    .map((mark) => {
      const x = xAt(scale, mark.at);
      const labelled = x - lastLabelX >= 24;
      if (labelled) lastLabelX = x;
      const atEdge = x > scale.width - 40;
      return (
        <g key={mark.id}>
          <path d={`M${x} 0V${height}`} stroke="var(--ink)" strokeWidth="1.5" />
          {labelled && (
            <text className={`ink ${styles.number}`} x={atEdge ? x - 4 : x + 4} y={10} textAnchor={atEdge ? "end" : "start"}>
              {mark.number}
            </text>
          )}
        </g>
      );
    });
}

/** The newest tenth, for whoever begins with the keyboard. */
function firstWindow(scale: BrushScale): BrushWindow {
  return windowBetween(scale, scale.width * 0.9, scale.width);
}

function spoken(total: number, scale: BrushScale, when: (at: number) => string): string {
  return `${formatCount(total)} records from ${when(scale.fromAt)} to ${when(scale.untilAt)}`;
}

function Axis({ scale, nowAt, clock }: { readonly scale: BrushScale; readonly nowAt: number; readonly clock: (at: number) => string }) {
  const nowX = xAt(scale, nowAt);
  return (
    <>
      {axisTimes(scale)
        .filter((at) => nowX - xAt(scale, at) > 40)
        .map((at) => (
          <text key={at} x={xAt(scale, at)} y={height + 15} textAnchor={xAt(scale, at) < 20 ? "start" : "middle"}>
            {clock(at)}
          </text>
        ))}
      <path d={`M${nowX - 0.75} 0V${height}`} stroke="var(--ink)" strokeWidth="1.5" />
      <text className="ink" x={nowX} y={height + 15} textAnchor="end">
        now
      </text>
    </>
  );
}

interface HandleProps {
  readonly name: string;
  readonly x: number;
  readonly at: number;
  readonly scale: BrushScale;
  readonly nowAt: number;
  readonly quiet?: boolean;
  readonly move: (key: BrushKey, shift: boolean) => void;
}

const keys: readonly string[] = ["ArrowLeft", "ArrowRight", "Home", "End"];

/** One edge of the window, or all of it: a slider with times as its values. */
function Handle({ name, x, at, scale, nowAt, quiet = false, move }: HandleProps) {
  const zone = useZone();
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    if (!keys.includes(event.key)) return;
    event.preventDefault();
    move(event.key as BrushKey, event.shiftKey);
  };
  return (
    <div
      className={quiet ? styles.grip : styles.handle}
      style={{ left: x }}
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={Math.round(scale.fromAt)}
      aria-valuemax={Math.round(scale.untilAt)}
      aria-valuenow={Math.round(at)}
      aria-valuetext={formatWhen(at, nowAt, zone)}
      onKeyDown={press}
    />
  );
}
