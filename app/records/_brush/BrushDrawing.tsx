"use client";
/** The histogram with the window over it. Three ways to set the window, all equal: pointer, fields, arrow keys on its edges. */
import { useMemo } from "react";
import type { RecordHistogram, RecordQuery } from "../../../server/operations/console-view.ts";
import { useSnapshot } from "../../_trpc/use-live.ts";
import { formatCount, formatTime, formatWhen } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import { useWidth } from "../../failovers/_waterfall/use-width.ts";
import { BrushHandle } from "./BrushHandle.tsx";
import { Axis, barsHeight, FailoverMarks } from "./BrushScenery.tsx";
import styles from "./brush.module.css";
import { type BrushBar, type BrushScale, type BrushWindow, brushBars, brushScale, type Outcome, timeAt, xAt } from "./brush.ts";
import { useBrushWindow } from "./use-brush-window.ts";

export const fills: Readonly<Record<Outcome, string>> = {
  answered: "var(--mark)",
  adopted: "var(--ink)",
  history: "var(--mark-2)",
  lost: "var(--red)",
};

const twoDaysMs = 172_800_000;

interface BrushDrawingProps {
  readonly query: RecordQuery;
  readonly histogram: RecordHistogram;
  readonly onQuery: (query: RecordQuery) => void;
}

export function BrushDrawing({ query, histogram, onQuery }: BrushDrawingProps) {
  const [frame, width] = useWidth<HTMLDivElement>(1180);
  const zone = useZone();
  const nowAt = useSnapshot()?.at ?? histogram.from;
  const scale = useMemo(() => brushScale(histogram, nowAt, width), [histogram, nowAt, width]);
  const bars = useMemo(() => brushBars(histogram, scale, barsHeight), [histogram, scale]);
  const brush = useBrushWindow(query, scale, onQuery);
  const { window } = brush;
  const from = window === null ? 0 : xAt(scale, window.from);
  const until = window === null ? width : xAt(scale, window.to);
  const when = (at: number): string => formatWhen(at, nowAt, zone);
  const clock = (at: number): string =>
    scale.untilAt - scale.fromAt > twoDaysMs ? when(at).slice(0, 12) : formatTime(at, zone).slice(0, scale.bucketMs < 60_000 ? 8 : 5);
  const total = bars.reduce((sum, bar) => sum + bar.total, 0);
  const shared = { scale, nowAt, onDrop: brush.onDrop };
  return (
    <div ref={frame} className={styles.drawing}>
      <div
        className={styles.surface}
        onPointerDown={brush.onPoint}
        onPointerMove={brush.onPoint}
        onPointerUp={brush.onDrop}
        onPointerCancel={brush.onCancel}
      >
        <svg
          width={width}
          height={barsHeight + 20}
          role="img"
          aria-label={`${formatCount(total)} records from ${when(scale.fromAt)} to ${when(scale.untilAt)}`}
        >
          <path className="hairline" d={`M0 ${barsHeight + 0.5}H${width}`} />
          <Bars bars={bars} scale={scale} window={window} />
          <Axis scale={scale} nowAt={nowAt} clock={clock} />
          <FailoverMarks failovers={histogram.failovers} scale={scale} />
          {window !== null && (
            <rect x={from + 0.5} y={0.5} width={Math.max(1, until - from - 1)} height={barsHeight - 1} fill="none" stroke="var(--blue)" />
          )}
        </svg>
      </div>
      {window !== null && (
        <>
          <BrushHandle
            {...shared}
            name="Window start"
            x={from}
            at={window.from}
            onKey={(key, shift) => brush.keyEdge("from", key, shift)}
            onDrag={(x) => brush.dragEdge("from", x)}
          />
          <BrushHandle
            {...shared}
            name="Window end"
            x={until}
            at={window.to}
            onKey={(key, shift) => brush.keyEdge("to", key, shift)}
            onDrag={(x) => brush.dragEdge("to", x)}
          />
        </>
      )}
      <BrushHandle
        {...shared}
        name={window === null ? "Window: none, arrow keys set one" : "Whole window"}
        x={(from + until) / 2}
        at={window?.from ?? timeAt(scale, width / 2)}
        onKey={brush.keyWindow}
        onDrag={null}
      />
    </div>
  );
}

/** Bars outside of the window step back. */
function Bars({
  bars,
  scale,
  window,
}: {
  readonly bars: readonly BrushBar[];
  readonly scale: BrushScale;
  readonly window: BrushWindow | null;
}) {
  return bars.map((bar) => (
    <g key={bar.at} opacity={window !== null && (bar.at + scale.bucketMs <= window.from || bar.at >= window.to) ? 0.42 : 1}>
      {bar.parts.map((part) => (
        <rect key={part.outcome} x={bar.x} y={part.y} width={bar.width} height={part.height} fill={fills[part.outcome]} />
      ))}
    </g>
  ));
}
