/** Geometry of the time brush: where a bucket stands, what a pixel means, and what a key does to the window. Pure. */
import type { RecordHistogram } from "../../../server/operations/console-view.ts";

export interface BrushScale {
  readonly fromAt: number;
  readonly untilAt: number;
  readonly bucketMs: number;
  readonly width: number;
}

export interface BrushWindow {
  readonly from: number;
  readonly to: number;
}

export interface BrushBar {
  readonly at: number;
  readonly x: number;
  readonly width: number;
  /** From the base up: answered, adopted, history, lost. */
  readonly parts: readonly { readonly outcome: Outcome; readonly y: number; readonly height: number; readonly count: number }[];
  readonly total: number;
}

export const outcomes = ["answered", "adopted", "history", "lost"] as const;
export type Outcome = (typeof outcomes)[number];

export function brushScale(histogram: RecordHistogram, nowAt: number, width: number): BrushScale {
  const last = histogram.buckets.at(-1);
  const fromAt = histogram.buckets[0]?.at ?? histogram.from;
  // The right edge is now: a silent quarter of an hour at the end is seen, not cut off.
  const untilAt = Math.max(nowAt, (last?.at ?? fromAt) + histogram.bucketMs, fromAt + histogram.bucketMs);
  return { fromAt, untilAt, bucketMs: Math.max(1, histogram.bucketMs), width };
}

export function xAt(scale: BrushScale, at: number): number {
  const part = (at - scale.fromAt) / (scale.untilAt - scale.fromAt);
  return Math.round(Math.min(1, Math.max(0, part)) * scale.width * 100) / 100;
}

export function timeAt(scale: BrushScale, x: number): number {
  const part = Math.min(1, Math.max(0, x / Math.max(1, scale.width)));
  return Math.round(scale.fromAt + part * (scale.untilAt - scale.fromAt));
}

export function brushBars(histogram: RecordHistogram, scale: BrushScale, height: number): BrushBar[] {
  const most = Math.max(1, ...histogram.buckets.map((bucket) => outcomes.reduce((sum, outcome) => sum + bucket[outcome], 0)));
  return histogram.buckets.map((bucket) => {
    const x = xAt(scale, bucket.at);
    const pitch = xAt(scale, bucket.at + scale.bucketMs) - x;
    let y = height;
    const parts = outcomes
      .filter((outcome) => bucket[outcome] > 0)
      .map((outcome) => {
        // A single lost call among thousands still gets a visible part.
        const part = Math.max(outcome === "answered" ? 1 : 2, (bucket[outcome] / most) * (height - 4));
        y -= part;
        return { outcome, y, height: part, count: bucket[outcome] };
      });
    return {
      at: bucket.at,
      x,
      width: Math.max(1, pitch > 3 ? pitch - 1 : pitch),
      parts,
      total: outcomes.reduce((sum, outcome) => sum + bucket[outcome], 0),
    };
  });
}

/** A drag between two pixels, on whole buckets; a click without a drag chooses one bucket. */
export function windowBetween(scale: BrushScale, x1: number, x2: number): BrushWindow {
  const floor = (at: number): number => scale.fromAt + Math.floor((at - scale.fromAt) / scale.bucketMs) * scale.bucketMs;
  const from = floor(timeAt(scale, Math.min(x1, x2)));
  const until = floor(Math.max(timeAt(scale, Math.max(x1, x2)) - 1, from)) + scale.bucketMs;
  return { from, to: Math.max(from + scale.bucketMs, until) };
}

export type BrushKey = "ArrowLeft" | "ArrowRight" | "Home" | "End";

/** Moves one edge of the window by a bucket (ten with Shift); the edges never cross. */
export function moveEdge(scale: BrushScale, window: BrushWindow, edge: "from" | "to", key: BrushKey, shift: boolean): BrushWindow {
  const step = scale.bucketMs * (shift ? 10 : 1);
  const wanted = key === "Home" ? scale.fromAt : key === "End" ? scale.untilAt : window[edge] + (key === "ArrowLeft" ? -step : step);
  const within = Math.min(scale.untilAt, Math.max(scale.fromAt, wanted));
  return edge === "from"
    ? { ...window, from: Math.min(within, window.to - scale.bucketMs) }
    : { ...window, to: Math.max(within, window.from + scale.bucketMs) };
}

/** Moves the whole window, keeping its length, as far as the record reaches. */
export function moveWindow(scale: BrushScale, window: BrushWindow, key: BrushKey, shift: boolean): BrushWindow {
  const length = window.to - window.from;
  const step = scale.bucketMs * (shift ? 10 : 1);
  const wanted =
    key === "Home" ? scale.fromAt : key === "End" ? scale.untilAt - length : window.from + (key === "ArrowLeft" ? -step : step);
  const from = Math.max(scale.fromAt, Math.min(scale.untilAt - length, wanted));
  return { from, to: from + length };
}

const niceSteps = [1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800];

/** Round times on the axis, at most one per 90 px. */
export function axisTimes(scale: BrushScale): number[] {
  const spanMs = scale.untilAt - scale.fromAt;
  const most = Math.max(1, Math.floor(scale.width / 90));
  const stepMs = (niceSteps.find((step) => spanMs / (step * 1000) <= most) ?? niceSteps.at(-1) ?? 86_400) * 1000;
  const times: number[] = [];
  for (let at = Math.ceil(scale.fromAt / stepMs) * stepMs; at <= scale.untilAt && times.length < 64; at += stepMs) times.push(at);
  return times;
}
