/**
 * From heartbeat history to drawing: real time on x, right edge = now, each cell shows its worst beat.
 * Cells stand on absolute time, so their worst values do not flicker while the picture moves left. Pure.
 */

export interface StripSource {
  /** Width of one sample, ms. */
  readonly bucketMs: number;
  /** End of the last sample, wall ms. */
  readonly endsAt: number;
  /** Keepalives missed in a row at worst; null = nobody measured. Oldest first. */
  readonly values: readonly (number | null)[];
}

export type CellKind = "normal" | "missed" | "limit" | "unmeasured";

export interface StripCell {
  /** Start of the cell, wall ms. */
  readonly at: number;
  readonly x: number;
  readonly kind: CellKind;
  readonly missed: number | null;
  /** 0..1 of the strip's full height. */
  readonly height: number;
}

export interface StripFrame {
  readonly now: number;
  readonly windowMs: number;
  readonly width: number;
  /** Bar and gap together, px. */
  readonly pitch: number;
  /** Keepalives missed in a row that make a takeover: full height. */
  readonly limit: number;
}

/** 40 % for a beat on time, full height at the limit. */
export function barHeight(missed: number, limit: number): number {
  return 0.4 + (0.6 * Math.min(missed, limit)) / Math.max(1, limit);
}

/**
 * The worst sample of a cell. Each sample belongs to the one cell that holds its middle, so a bad beat is one bar wide;
 * where cells are finer than samples, a cell shows the sample that it lies in.
 */
function worstIn(source: StripSource, from: number, cellMs: number): number | null {
  const { bucketMs, values } = source;
  const start = source.endsAt - values.length * bucketMs;
  if (cellMs < bucketMs) return values[Math.floor((from + cellMs / 2 - start) / bucketMs)] ?? null;
  const first = Math.max(0, Math.ceil((from - start) / bucketMs - 0.5));
  const last = Math.min(values.length, Math.ceil((from + cellMs - start) / bucketMs - 0.5));
  let worst: number | null = null;
  for (let index = first; index < last; index++) {
    const value = values[index] ?? null;
    if (value !== null && (worst === null || value > worst)) worst = value;
  }
  return worst;
}

function kindOf(missed: number, limit: number): CellKind {
  return missed >= limit ? "limit" : missed >= 2 ? "missed" : "normal";
}

/** Every cell of the window from left to right. Beyond the limit nothing is heard any more, so only the first such cell is a bar. */
export function stripCells(source: StripSource | null, frame: StripFrame): StripCell[] {
  const { now, windowMs, width, pitch, limit } = frame;
  if (width < pitch || now === 0) return [];
  const cellMs = (windowMs * pitch) / width;
  const from = now - windowMs;
  const first = Math.floor(from / cellMs);
  const x0 = Math.round(((first * cellMs - from) / windowMs) * width);
  const cells: StripCell[] = [];
  let inRun = false;
  for (let index = first; index * cellMs < now; index++) {
    const at = index * cellMs;
    const missed = source === null ? null : worstIn(source, at, cellMs);
    const kind = missed === null ? "unmeasured" : kindOf(missed, limit);
    const shown = kind === "limit" && inRun ? "unmeasured" : kind;
    inRun = kind === "limit" || (inRun && kind === "unmeasured");
    const height = shown === "unmeasured" || missed === null ? 1 : barHeight(missed, limit);
    cells.push({ at, x: x0 + (index - first) * pitch, kind: shown, missed, height });
  }
  return dropPending(cells, source, now, cellMs);
}

/** Samples come every few seconds: the newest cells may still wait for theirs. No bar then, but no hatch either, unless the source is late. */
function dropPending(cells: StripCell[], source: StripSource | null, now: number, cellMs: number): StripCell[] {
  if (source === null || now - source.endsAt > Math.max(source.bucketMs, 1000) + 3500) return cells;
  let count = cells.length;
  while (
    count > 0 &&
    cells[count - 1]?.kind === "unmeasured" &&
    (cells[count - 1]?.at ?? 0) + cellMs / 2 >= source.endsAt - source.bucketMs / 2
  )
    count--;
  return cells.slice(0, count);
}

export interface StripGap {
  readonly x: number;
  readonly width: number;
  readonly from: number;
  readonly to: number;
  /** True when it reaches the right edge: still open. */
  readonly open: boolean;
}

/** Runs of unmeasured cells; an open one touches now. */
export function stripGaps(cells: readonly StripCell[], frame: StripFrame): StripGap[] {
  const gaps: StripGap[] = [];
  const cellMs = (frame.windowMs * frame.pitch) / frame.width;
  for (let index = 0; index < cells.length; index++) {
    const start = cells[index];
    if (start === undefined || start.kind !== "unmeasured") continue;
    let end = index;
    while (cells[end + 1]?.kind === "unmeasured") end++;
    const last = cells[end] ?? start;
    const open = end === cells.length - 1;
    const left = Math.max(0, start.x);
    const right = open ? frame.width : last.x + frame.pitch;
    gaps.push({ x: left, width: Math.max(0, right - left), from: start.at, to: open ? frame.now : last.at + cellMs, open });
    index = end;
  }
  return gaps;
}

/** Bars of one kind as a path. `direction` down hangs them from `base`. */
export function barsPath(
  cells: readonly StripCell[],
  kind: CellKind,
  frame: { readonly base: number; readonly full: number; readonly bar: number; readonly down: boolean },
): string {
  let path = "";
  for (const cell of cells) {
    if (cell.kind !== kind || cell.x < 0) continue;
    const height = Math.round(cell.height * frame.full * 10) / 10;
    path += `M${cell.x} ${frame.base}v${frame.down ? "" : "-"}${height}h${frame.bar}v${frame.down ? "-" : ""}${height}z`;
  }
  return path;
}

/** The worst cell that was measured, the latest of equals. */
export function worstCell(cells: readonly StripCell[]): StripCell | null {
  let worst: StripCell | null = null;
  for (const cell of cells) {
    if (cell.missed === null || cell.kind === "unmeasured") continue;
    if (worst === null || cell.missed >= (worst.missed ?? 0)) worst = cell;
  }
  return worst;
}

/** Whole minutes on the axis: every third one in a quarter of an hour. */
export function axisTicks(
  frame: Pick<StripFrame, "now" | "windowMs" | "width">,
  stepMs: number,
): { readonly at: number; readonly x: number }[] {
  const from = frame.now - frame.windowMs;
  const ticks: { at: number; x: number }[] = [];
  for (let at = Math.ceil(from / stepMs) * stepMs; at < frame.now; at += stepMs) {
    ticks.push({ at, x: Math.round(((at - from) / frame.windowMs) * frame.width) });
  }
  return ticks;
}
