"use client";
/**
 * The strip as a control: one strip, or two back to back (the tandem strip: primary up, standby down).
 * Right edge is now and moves every second whether or not data comes. Keyboard cursor, summary, view as table.
 */
import { useState } from "react";
import { Button } from "../Button.tsx";
import { formatMinute, formatTime, zoneName } from "../format.ts";
import { useZone } from "../preferences.ts";
import {
  axisTicks,
  barsPath,
  type StripCell,
  type StripFrame,
  type StripGap,
  type StripSource,
  stripCells,
  stripGaps,
  worstCell,
} from "./strip-geometry.ts";
import { abnormalRows, cellWords, stripSummary } from "./strip-words.ts";
import { useStripCursor } from "./use-strip-cursor.ts";
import { useStripNow } from "./use-strip-now.ts";
import { useWidth } from "./use-width.ts";

export interface StripRow {
  readonly name: string;
  readonly source: StripSource | null;
  /** A sentence for an open or past gap: who did hear it. */
  readonly gapText?: string | null;
}

interface StripViewProps {
  /** One row draws up from the axis; a second one hangs down from it. */
  readonly rows: readonly [StripRow] | readonly [StripRow, StripRow];
  readonly limit: number;
  readonly windowMs: number;
  readonly tickMs: number;
  readonly pitch?: number;
  /** Height of one strip. */
  readonly full?: number;
}

const axisHeight = 20;

interface Drawn {
  readonly row: StripRow;
  readonly cells: readonly StripCell[];
  readonly gaps: readonly StripGap[];
  readonly base: number;
  readonly top: number;
  readonly down: boolean;
}

function Bars({
  drawn,
  full,
  pitch,
  limit,
}: {
  readonly drawn: Drawn;
  readonly full: number;
  readonly pitch: number;
  readonly limit: number;
}) {
  const { cells, gaps, base, top, down, row } = drawn;
  const draw = { base, full, bar: pitch - 1, down };
  const worst = worstCell(cells);
  const labelled = worst !== null && (worst.missed ?? 0) >= 2 ? worst : null;
  return (
    <>
      {gaps.map((gap) => (
        <rect key={`${row.name} ${gap.from}`} x={gap.x} y={top} width={gap.width} height={full} fill="url(#hatch)" />
      ))}
      <g shapeRendering="crispEdges">
        <path className="bar-normal" d={barsPath(cells, "normal", draw)} />
        <path className="bar-missed" d={barsPath(cells, "missed", draw)} />
        <path className="bar-limit" d={barsPath(cells, "limit", draw)} />
      </g>
      {labelled !== null && (
        <text
          className="ink-2 backed"
          x={labelled.x + (labelled.x > 110 ? -4 : pitch + 3)}
          y={down ? base + full - 2 : top + 10}
          textAnchor={labelled.x > 110 ? "end" : "start"}
        >
          {cellWords(labelled, limit)}
        </text>
      )}
    </>
  );
}

function longestGap(gaps: readonly StripGap[]): StripGap | undefined {
  return [...gaps].sort((a, b) => b.width - a.width)[0];
}

/** A leader line from the lower strip's longest gap to its sentence under the drawing. */
function GapNote({ drawn, width, y }: { readonly drawn: Drawn; readonly width: number; readonly y: number }) {
  const gap = longestGap(drawn.gaps);
  if (gap === undefined || !drawn.row.gapText) return null;
  const left = Math.min(gap.x + gap.width / 2, width - 8);
  const toLeft = left > width / 2;
  return (
    <>
      <path d={`M${left} ${y - 16}v8h${toLeft ? -10 : 10}`} fill="none" stroke="var(--ink-3)" />
      <text className="ink-2" x={left + (toLeft ? -14 : 14)} y={y - 4} textAnchor={toLeft ? "end" : "start"}>
        {drawn.row.gapText}
      </text>
    </>
  );
}

/** The upper strip has no room outside: its sentence stands on the gap, with the ground behind the letters. */
function GapSentence({ drawn, full, width }: { readonly drawn: Drawn; readonly full: number; readonly width: number }) {
  const gap = longestGap(drawn.gaps);
  if (gap === undefined || !drawn.row.gapText) return null;
  const middle = gap.x + gap.width / 2;
  const anchor = middle > width * 0.65 ? "end" : middle < width * 0.35 ? "start" : "middle";
  const x = anchor === "end" ? gap.x + gap.width - 8 : anchor === "start" ? gap.x + 8 : middle;
  return (
    <text className="ink-2 backed" x={x} y={drawn.top + full / 2 + 4} textAnchor={anchor}>
      {drawn.row.gapText}
    </text>
  );
}

export function StripView({ rows, limit, windowMs, tickMs, pitch = 3, full = 38 }: StripViewProps) {
  const [ref, measured] = useWidth<HTMLDivElement>();
  const now = useStripNow();
  const zone = useZone();
  const [asTable, setAsTable] = useState(false);
  const width = Math.max(measured, 60);
  const frame: StripFrame = { now, windowMs, width: width - 2, pitch, limit };
  const drawn: Drawn[] = rows.map((row, index) => {
    const cells = stripCells(row.source, frame);
    const down = index === 1;
    const base = down ? full + axisHeight : full;
    return { row, cells, gaps: stripGaps(cells, frame), base, top: down ? base : 0, down };
  });
  const cursor = useStripCursor(drawn.map((item) => item.cells));
  const bottom = drawn.length === 2 ? 2 * full + axisHeight : full + axisHeight;
  const height = bottom + (drawn.some((item) => item.down && item.row.gapText && item.gaps.length > 0) ? 18 : 2);
  const chosen = cursor.index === null ? null : (drawn[0]?.cells[cursor.index] ?? null);
  const reading = (position: number) =>
    drawn
      .map(
        ({ row, cells }) =>
          `${drawn.length > 1 ? `${row.name} ` : ""}${cells[position] === undefined ? "not measured" : cellWords(cells[position], limit)}`,
      )
      .join("; ");
  const summary = drawn.map((item) => stripSummary(item.row.name, item.cells, item.gaps, limit, zone)).join(" ");
  const ready = measured > 0 && now > 0;

  return (
    <div>
      <div
        ref={ref}
        className="strip"
        role="slider"
        tabIndex={0}
        aria-label={`Keepalives of the last ${Math.round(windowMs / 60_000)} minutes. ${summary}`}
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, (drawn[0]?.cells.length ?? 1) - 1)}
        aria-valuenow={cursor.index ?? Math.max(0, (drawn[0]?.cells.length ?? 1) - 1)}
        aria-valuetext={chosen === null || cursor.index === null ? "now" : `${formatTime(chosen.at, zone)}, ${reading(cursor.index)}`}
        onKeyDown={cursor.onKeyDown}
        onBlur={cursor.clear}
        style={{ height }}
      >
        {ready && (
          <svg width={width} height={height} aria-hidden="true">
            <path
              className="hairline"
              d={`M0 ${full + 0.5}H${width}${drawn.length === 2 ? `M0 ${full + axisHeight - 0.5}H${width}` : ""}`}
            />
            <path className="strip-limit" d={`M0 .5H${width}${drawn.length === 2 ? `M0 ${bottom - 0.5}H${width}` : ""}`} />
            {drawn.map((item) => (
              <Bars key={item.row.name} drawn={item} full={full} pitch={pitch} limit={limit} />
            ))}
            {axisTicks({ now, windowMs, width: width - 2 }, tickMs)
              .filter((tick) => tick.x > 14 && tick.x < width - 56)
              .map((tick) => (
                <text key={tick.at} x={tick.x} y={full + 14} textAnchor="middle">
                  {formatMinute(tick.at, zone)}
                </text>
              ))}
            <text className="ink" x={width - 7} y={full + 14} textAnchor="end">
              now
            </text>
            <path className="strip-now" d={`M${width - 1} 0V${bottom}`} />
            {drawn.map((item) =>
              item.down ? (
                <GapNote key={item.row.name} drawn={item} width={width} y={height} />
              ) : (
                <GapSentence key={item.row.name} drawn={item} full={full} width={width} />
              ),
            )}
            {chosen !== null && <path className="strip-cursor" d={`M${chosen.x + (pitch - 1) / 2} 0V${bottom}`} />}
          </svg>
        )}
      </div>
      <div className="strip-readout">
        {chosen !== null && cursor.index !== null ? (
          <>
            <span className="mono">{formatTime(chosen.at, zone)}</span> {zoneName(chosen.at, zone)}: {reading(cursor.index)}
          </>
        ) : (
          <Button kind="text" aria-expanded={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? "Hide the table" : "View as table"}
          </Button>
        )}
      </div>
      {asTable && <StripTable drawn={drawn} limit={limit} />}
    </div>
  );
}

function StripTable({ drawn, limit }: { readonly drawn: readonly Drawn[]; readonly limit: number }) {
  const zone = useZone();
  const rows = drawn
    .flatMap(({ row, cells, gaps }) => abnormalRows(cells, gaps, limit).map((item) => ({ ...item, name: row.name })))
    .sort((a, b) => b.at - a.at);
  if (rows.length === 0) return <p className="label ink-2">Every beat of this time was on time or one late.</p>;
  return (
    <div className="table-scroll">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Time, {zone === "UTC" ? "UTC" : "local"}</th>
            <th scope="col">Server</th>
            <th scope="col">Not regular</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, 50).map((row) => (
            <tr key={`${row.name} ${row.at} ${row.text}`}>
              <td className="mono">{formatTime(row.at, zone)}</td>
              <td className="mono">{row.name}</td>
              <td>{row.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
