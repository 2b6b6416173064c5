"use client";
/** A small strip in a table row: 15 minutes, pitch 2. A drawing with a summary; the detail page has the one with a cursor. */
import { useZone } from "../preferences.ts";
import { barsPath, type StripFrame, type StripSource, stripCells, stripGaps } from "./strip-geometry.ts";
import { stripSummary } from "./strip-words.ts";
import { useStripNow } from "./use-strip-now.ts";

interface RowStripProps {
  readonly name: string;
  readonly source: StripSource | null;
  readonly limit: number;
  readonly width?: number;
  readonly height?: number;
  readonly windowMs?: number;
}

export const quarterHourMs = 15 * 60_000;

export function RowStrip({ name, source, limit, width = 154, height = 17, windowMs = quarterHourMs }: RowStripProps) {
  const now = useStripNow();
  const zone = useZone();
  const frame: StripFrame = { now, windowMs, width: width - 2, pitch: 2, limit };
  const cells = stripCells(source, frame);
  const gaps = stripGaps(cells, frame);
  const draw = { base: height - 1, full: height - 1, bar: 1, down: false };
  return (
    <svg width={width} height={height} role="img" aria-label={stripSummary(name, cells, gaps, limit, zone)} shapeRendering="crispEdges">
      <path className="hairline" d={`M0 ${height - 0.5}H${width}`} />
      {gaps.map((gap) => (
        <rect key={gap.from} x={gap.x} y="0" width={gap.width} height={height - 1} fill="url(#hatch)" shapeRendering="auto" />
      ))}
      <path className="bar-normal" d={barsPath(cells, "normal", draw)} />
      <path className="bar-missed" d={barsPath(cells, "missed", draw)} />
      <path className="bar-limit" d={barsPath(cells, "limit", draw)} />
      <path className="strip-now-row" d={`M${width - 0.5} 0V${height}`} />
    </svg>
  );
}
