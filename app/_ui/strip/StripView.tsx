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

/** The gap that a row's sentence explains: the one that reaches until now. */
function explained(drawn: Drawn): StripGap | null {
  return drawn.row.gapText ? (drawn.gaps.find((gap) => gap.open) ?? null) : null;
}

/** Width of a text at 11 px, near enough. */
const textPx = 6;

function fitsOnGap(drawn: Drawn): boolean {
  const gap = explained(drawn);
  return gap !== null && gap.width >= (drawn.row.gapText ?? "").length * textPx + 16;
}

/** On a gap that is wide enough the sentence stands on it, else a line leads from a lower strip's gap to it, under the drawing. */
function GapSentence({ drawn, full, bottom }: { readonly drawn: Drawn; readonly full: number; readonly bottom: number }) {
  const gap = explained(drawn);
  if (gap === null) return null;
  const middle = gap.x + gap.width / 2;
  if (!fitsOnGap(drawn)) return drawn.down ? <path d={`M${middle} ${bottom}v6`} stroke="var(--ink-3)" /> : null;
  return (
    <text className="ink-2 backed" x={middle} y={drawn.top + full / 2 + 4} textAnchor="middle">
      {drawn.row.gapText}
    </text>
  );
}

/** Right-aligned under the drawing, because an open gap touches now, which is at the right. */
function GapNotes({ drawn }: { readonly drawn: readonly Drawn[] }) {
  return drawn
    .filter((item) => explained(item) !== null && !fitsOnGap(item))
    .map((item) => (
      <p key={item.row.name} className="strip-note">
        {item.row.name} {item.row.gapText}
      </p>
    ));
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
  const height = bottom + (drawn.some((item) => item.down && explained(item) !== null) ? 8 : 2);
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
            {drawn.map((item) => (
              <GapSentence key={item.row.name} drawn={item} full={full} bottom={bottom} />
            ))}
            {chosen !== null && <path className="strip-cursor" d={`M${chosen.x + (pitch - 1) / 2} 0V${bottom}`} />}
          </svg>
        )}
      </div>
      {ready && <GapNotes drawn={drawn} />}
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
