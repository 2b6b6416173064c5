"use client";
/** The mini-map: the same marks, 44 px high, with the cursor of the replay. One control, steered by arrow keys. */
import { type KeyboardEvent, type PointerEvent, useId, useMemo } from "react";
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { missHeight, missTone } from "./lane-detection.ts";
import { workOf } from "./lane-gateways.ts";
import { furthestMs, lastGateway, milestones, missesOf } from "./milestones.ts";
import { type Moment, stepCursor } from "./moment.ts";
import { msAt, type Scale, scaleFor, xOf } from "./scale.ts";
import { useWidth } from "./use-width.ts";
import styles from "./waterfall.module.css";

interface ReplayProps {
  readonly report: FailoverReport;
  readonly moments: readonly Moment[];
  readonly soFarMs: number;
  readonly cursorMs: number | null;
  readonly onCursor: (ms: number) => void;
  /** Steps by a key; false where the key is none of the replay's. */
  readonly onKey: (key: string) => boolean;
}

export function Replay({ report, moments, soFarMs, cursorMs, onCursor, onKey }: ReplayProps) {
  const [frame, width] = useWidth<HTMLDivElement>(496);
  const hatchId = useId();
  const scale = useMemo(() => scaleFor(Math.max(soFarMs, furthestMs(report)), 0, width), [report, soFarMs, width]);
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    if (onKey(event.key)) event.preventDefault();
  };
  const point = (event: PointerEvent<HTMLDivElement>) => {
    if (event.type === "pointermove" && event.buttons !== 1) return;
    onCursor(msAt(scale, event.clientX - event.currentTarget.getBoundingClientRect().left));
  };
  const x = cursorMs === null ? null : xOf(scale, cursorMs);
  return (
    <div
      ref={frame}
      className={styles.replay}
      role="slider"
      tabIndex={0}
      aria-label="Replay cursor"
      aria-valuemin={0}
      aria-valuemax={Math.round(scale.untilMs)}
      aria-valuenow={Math.round(cursorMs ?? 0)}
      aria-valuetext={spoken(moments, cursorMs)}
      onKeyDown={press}
      onPointerDown={point}
      onPointerMove={point}
    >
      <svg width={width} height={44} aria-hidden="true">
        <defs>
          <pattern id={hatchId} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <path d="M0 0V6" stroke="var(--hatch)" strokeWidth="1.6" />
          </pattern>
        </defs>
        <MiniMap report={report} scale={scale} hatchId={hatchId} soFarMs={soFarMs} />
        <rect x={0.5} y={4.5} width={width - 1} height={34} fill="none" stroke="var(--line-2)" />
        {x !== null && (
          <>
            <path d={`M${x} 0V43`} stroke="var(--blue)" strokeWidth="1.5" />
            <path d={`M${x - 5} 0h10l-5 7z`} fill="var(--blue)" />
          </>
        )}
      </svg>
    </div>
  );
}

/** Undefined: not a key of the replay. */
export function cursorAfter(key: string, moments: readonly Moment[], cursorMs: number | null): number | null | undefined {
  if (key === "ArrowRight" || key === "]") return stepCursor(moments, cursorMs, 1);
  if (key === "ArrowLeft" || key === "[") return stepCursor(moments, cursorMs, -1);
  if (key === "Home") return moments[0]?.atMs ?? null;
  if (key === "End") return moments.at(-1)?.atMs ?? null;
  return undefined;
}

function spoken(moments: readonly Moment[], cursorMs: number | null): string {
  if (cursorMs === null) return "not set";
  const here = moments.findLast((moment) => moment.atMs <= cursorMs + 0.1);
  return `+${Math.round(cursorMs)} ms${here === undefined ? "" : `, ${here.node ?? ""} ${here.text}`}`;
}

function MiniMap({
  report,
  scale,
  hatchId,
  soFarMs,
}: {
  readonly report: FailoverReport;
  readonly scale: Scale;
  readonly hatchId: string;
  readonly soFarMs: number;
}) {
  const { firstMissMs } = milestones(report);
  const last = lastGateway(report);
  const pitch = Math.min(2.2, 24 / Math.max(1, report.gateways.length));
  return (
    <>
      {report.kind === "failover" && firstMissMs !== null && (
        <rect x={0} y={8} width={xOf(scale, firstMissMs)} height={26} fill={`url(#${hatchId})`} opacity={0.7} />
      )}
      <path className="hairline" d={`M0 34.5H${scale.right}`} />
      {missesOf(report).map((miss, index) => {
        const height = missHeight(index + 1, report.missLimit) * (26 / 32);
        return (
          <rect
            key={miss.atMs}
            x={xOf(scale, miss.atMs) - 1}
            y={34 - height}
            width={2}
            height={height}
            fill={`var(--${missTone(index + 1, report.missLimit)})`}
          />
        );
      })}
      {report.gateways.map((gateway, index) => {
        const work = workOf(report, gateway, soFarMs);
        const from = work.parts[0]?.fromMs;
        if (from === undefined) return null;
        return (
          <rect
            key={gateway.gateway}
            x={xOf(scale, from)}
            y={9 + index * pitch}
            width={Math.max(1, xOf(scale, work.endMs) - xOf(scale, from))}
            height={1.4}
            fill={gateway === last ? "var(--ink)" : "var(--mark)"}
          />
        );
      })}
    </>
  );
}
