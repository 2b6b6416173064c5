/** One scale for the whole waterfall: ms after the last good keepalive to pixels, with its ticks. */

export interface Scale {
  readonly left: number;
  readonly right: number;
  readonly untilMs: number;
  readonly tickMs: number;
  readonly ticks: readonly number[];
}

const tickSteps = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000] as const;
const narrowestTick = 44;

/** A tick per 100 ms where there is room, as the look asks; fewer on long changes, more on very short ones. */
export function scaleFor(furthestMs: number, left: number, right: number): Scale {
  const width = Math.max(1, right - left);
  // Room after the last mark for its text.
  const neededMs = Math.max(50, furthestMs) * 1.09;
  const smallest = neededMs >= 400 ? 100 : 10;
  const tickMs =
    tickSteps.find((step) => step >= smallest && (step / neededMs) * width >= narrowestTick && neededMs / step <= 14) ?? 60_000;
  const untilMs = Math.ceil(neededMs / tickMs) * tickMs;
  const ticks: number[] = [];
  for (let at = 0; at <= untilMs && ticks.length < 64; at += tickMs) ticks.push(at);
  return { left, right, untilMs, tickMs, ticks };
}

export function xOf(scale: Scale, ms: number): number {
  const part = Math.min(1, Math.max(0, ms / scale.untilMs));
  return Math.round((scale.left + part * (scale.right - scale.left)) * 100) / 100;
}

/** The offset under a pixel, within the scale. */
export function msAt(scale: Scale, x: number): number {
  const part = Math.min(1, Math.max(0, (x - scale.left) / (scale.right - scale.left)));
  return part * scale.untilMs;
}
