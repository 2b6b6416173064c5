/** Scale and line of the calls chart; a line may start above 0, and never bridges what nobody measured. Pure. */

export interface ChartScale {
  readonly from: number;
  readonly to: number;
  /** At most three. */
  readonly ticks: readonly number[];
}

/** Round ticks round the values: 1, 2 or 5 times a power of ten apart. */
export function chartScale(values: readonly number[]): ChartScale {
  const low = values.length === 0 ? 0 : Math.min(...values);
  const high = values.length === 0 ? 10 : Math.max(...values);
  const span = Math.max(high - low, 4);
  const rough = span / 2;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power);
  const first = Math.floor(low / step) * step;
  const ticks = [first, first + step, first + 2 * step];
  if (first + 2 * step < high) ticks.push(first + 3 * step);
  const shown = ticks.length > 3 ? ticks.slice(1) : ticks;
  return { from: ticks[0] ?? 0, to: Math.max(ticks.at(-1) ?? 10, high), ticks: shown };
}

type Point = readonly [number, number | null];

interface Frame {
  readonly now: number;
  readonly windowMs: number;
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
}

/** Unbroken stretches as paths, and the gaps between them as x ranges. */
export function lineSegments(
  points: readonly Point[],
  frame: Frame,
): { readonly paths: string[]; readonly gaps: { from: number; to: number }[] } {
  const from = frame.now - frame.windowMs;
  const inside = points.filter(([at]) => at >= from && at <= frame.now);
  const known = inside.filter(([, value]) => value !== null);
  const spacing = points.length > 1 ? ((points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0)) / (points.length - 1) : 1000;
  const breakMs = Math.max(3 * spacing, 5000);
  const paths: string[] = [];
  const gaps: { from: number; to: number }[] = [];
  let path = "";
  let lastAt = from;
  for (const [at, value] of known) {
    if (at - lastAt > breakMs) {
      if (path !== "") paths.push(path);
      path = "";
      gaps.push({ from: frame.x(lastAt), to: frame.x(at) });
    }
    path += `${path === "" ? "M" : "L"}${frame.x(at).toFixed(1)} ${frame.y(value ?? 0).toFixed(1)}`;
    lastAt = at;
  }
  if (path !== "") paths.push(path);
  if (frame.now - lastAt > breakMs) gaps.push({ from: frame.x(lastAt), to: frame.x(frame.now) });
  return { paths, gaps };
}
