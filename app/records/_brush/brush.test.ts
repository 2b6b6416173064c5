/** The brush: pixels and times agree, windows lie on whole buckets, keys never turn a window inside out. */
import { describe, expect, test } from "vitest";
import type { RecordHistogram } from "../../../server/operations/console-view.ts";
import { axisTimes, brushBars, brushScale, moveEdge, moveWindow, timeAt, windowBetween, xAt } from "./brush.ts";

const start = Date.UTC(2026, 10, 20, 0, 0);
const minute = 60_000;
const histogram: RecordHistogram = {
  bucketMs: minute,
  from: start,
  buckets: Array.from({ length: 60 }, (_, index) => ({
    at: start + index * minute,
    answered: 10 + index,
    adopted: index === 30 ? 4 : 0,
    history: 0,
    lost: index === 30 ? 1 : 0,
  })),
  failovers: [],
};
const scale = brushScale(histogram, start + 60 * minute, 600);

describe("brush", () => {
  test("time to pixel and back", () => {
    expect(xAt(scale, start + 30 * minute)).toBe(300);
    expect(timeAt(scale, 300)).toBe(start + 30 * minute);
    expect(timeAt(scale, -5)).toBe(start);
  });

  test("the right edge is now, even when nothing was recorded lately", () => {
    expect(brushScale(histogram, start + 90 * minute, 600).untilAt).toBe(start + 90 * minute);
  });

  test("bars stack from the base and a single lost call is visible", () => {
    const bar = brushBars(histogram, scale, 60)[30];
    expect(bar?.parts.map((part) => part.outcome)).toEqual(["answered", "adopted", "lost"]);
    expect(bar?.parts.at(-1)?.height).toBeGreaterThanOrEqual(2);
    expect(bar?.total).toBe(45);
  });

  test("a drag either way covers whole buckets; a click covers one", () => {
    const there = windowBetween(scale, 104, 206);
    expect(there).toEqual({ from: start + 10 * minute, to: start + 21 * minute });
    expect(windowBetween(scale, 206, 104)).toEqual(there);
    expect(windowBetween(scale, 105, 105)).toEqual({ from: start + 10 * minute, to: start + 11 * minute });
  });

  test("edges move by buckets and never cross", () => {
    const window = { from: start + 10 * minute, to: start + 12 * minute };
    expect(moveEdge(scale, window, "from", "ArrowLeft", false).from).toBe(start + 9 * minute);
    expect(moveEdge(scale, window, "from", "ArrowRight", true).from).toBe(start + 11 * minute);
    expect(moveEdge(scale, window, "to", "Home", false).to).toBe(start + 11 * minute);
  });

  test("the window keeps its length at the ends", () => {
    const window = { from: start + 55 * minute, to: start + 58 * minute };
    expect(moveWindow(scale, window, "ArrowRight", true)).toEqual({ from: start + 57 * minute, to: start + 60 * minute });
    expect(moveWindow(scale, window, "Home", false)).toEqual({ from: start, to: start + 3 * minute });
  });

  test("the axis shows round times with room between", () => {
    const times = axisTimes(scale);
    expect(times.length).toBeLessThanOrEqual(8);
    expect(times.every((at) => at % (10 * minute) === 0)).toBe(true);
  });
});
