/** What a strip says in words: its summary, one bar, and its rows as a table. Pure. */
import { formatAge, formatTime, type Zone } from "../format.ts";
import type { StripCell, StripGap } from "./strip-geometry.ts";
import { worstCell } from "./strip-geometry.ts";

/** "2 of 5 missed", "not measured". */
export function cellWords(cell: StripCell, limit: number): string {
  if (cell.kind === "unmeasured" || cell.missed === null) return "not measured";
  return `${Math.min(cell.missed, limit)} of ${limit} missed`;
}

/** "cs-b: closest call 2 of 5 missed at 03:36:07, 42 s not measured." */
export function stripSummary(name: string, cells: readonly StripCell[], gaps: readonly StripGap[], limit: number, zone: Zone): string {
  const worst = worstCell(cells);
  if (worst === null) return `${name}: never heard in this time.`;
  const closest = (worst.missed ?? 0) < 2 ? "regular" : `closest call ${cellWords(worst, limit)} at ${formatTime(worst.at, zone)}`;
  const unmeasuredMs = gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0);
  return `${name}: ${closest}${unmeasuredMs > 0 ? `, ${formatAge(unmeasuredMs)} not measured` : ""}.`;
}

export interface AbnormalRow {
  readonly at: number;
  readonly text: string;
}

/** Whatever is not regular, newest first: for "view as table". */
export function abnormalRows(cells: readonly StripCell[], gaps: readonly StripGap[], limit: number): AbnormalRow[] {
  const bars = cells
    .filter((cell) => cell.kind === "missed" || cell.kind === "limit")
    .map((cell) => ({ at: cell.at, text: cellWords(cell, limit) }));
  const holes = gaps.map((gap) => ({
    at: gap.from,
    text: `not measured for ${formatAge(gap.to - gap.from)}${gap.open ? ", until now" : ""}`,
  }));
  return [...bars, ...holes].sort((a, b) => b.at - a.at);
}
