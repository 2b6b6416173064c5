"use client";
/** The waterfall of one failover to scale, with the cursor of the replay. A click puts the cursor there. */
import { type PointerEvent, useId, useMemo } from "react";
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { drawWaterfall } from "./drawing.ts";
import { Marks } from "./Marks.tsx";
import { callsAtStake } from "./milestones.ts";
import { phases, phaseText } from "./phases.ts";
import { msAt, xOf } from "./scale.ts";
import { useWidth } from "./use-width.ts";
import styles from "./waterfall.module.css";
import { titleText } from "./words.ts";

interface WaterfallProps {
  readonly report: FailoverReport;
  readonly soFarMs: number;
  readonly cursorMs: number | null;
  readonly onCursor: (ms: number) => void;
}

/** Below this the drawing scrolls inside its own frame instead of becoming unreadable. A phone in the hand has more: there all of it is in sight. */
const narrowest = 300;

export function Waterfall({ report, soFarMs, cursorMs, onCursor }: WaterfallProps) {
  const [frame, measured] = useWidth<HTMLElement>(872);
  const width = Math.max(narrowest, measured);
  const drawing = useMemo(() => drawWaterfall(report, width, soFarMs), [report, width, soFarMs]);
  const hatchId = useId();
  const cursorX = cursorMs === null ? null : xOf(drawing.scale, cursorMs);
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    if (x >= drawing.scale.left) onCursor(msAt(drawing.scale, x));
  };
  return (
    <section ref={frame} className={styles.frame} tabIndex={measured < narrowest ? 0 : undefined} aria-label="Drawing">
      <svg
        width={width}
        height={drawing.height}
        viewBox={`0 0 ${width} ${drawing.height}`}
        role="img"
        aria-label={summary(report, soFarMs)}
        onPointerDown={point}
        className={styles.drawing}
      >
        <defs>
          <pattern id={hatchId} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <path d="M0 0V6" stroke="var(--hatch)" strokeWidth="1.6" />
          </pattern>
        </defs>
        <Marks marks={drawing.ground} hatchId={hatchId} />
        {drawing.lanes.map((lane) => (
          <g key={lane.name}>
            <path className="hairline" d={`M0 ${lane.top + 0.5}H${width}`} />
            <text x={0} y={lane.top + 18} className={styles.lane}>
              {lane.name}
            </text>
          </g>
        ))}
        <path className="hairline" d={`M0 ${drawing.height - 0.5}H${width}`} />
        <Marks marks={drawing.verticals} hatchId={hatchId} />
        <Marks marks={drawing.ruler} hatchId={hatchId} />
        {drawing.lanes.map((lane) => (
          <g key={lane.name}>
            <Marks marks={lane.marks} hatchId={hatchId} />
          </g>
        ))}
        {cursorX !== null && (
          <g className={styles.cursor}>
            <path d={`M${cursorX} 40V${drawing.height}`} stroke="var(--blue)" strokeWidth="1.5" />
            <path d={`M${cursorX - 5} 37h10l-5 7z`} fill="var(--blue)" />
          </g>
        )}
      </svg>
    </section>
  );
}

function summary(report: FailoverReport, soFarMs: number): string {
  const parts = phases(report, soFarMs).map(phaseText);
  return `Waterfall of ${titleText(report).toLowerCase()}: ${parts.join("; ")}. ${report.callsAdopted} of ${callsAtStake(report)} calls adopted.`;
}
