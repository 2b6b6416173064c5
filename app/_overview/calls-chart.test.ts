import { expect, test } from "vitest";
import { chartScale, lineSegments } from "./calls-chart.ts";

test("ticks are round and enclose the values", () => {
  const scale = chartScale([48, 71]);
  expect(scale.from).toBeLessThanOrEqual(48);
  expect(scale.to).toBeGreaterThanOrEqual(71);
  expect(scale.ticks.length).toBeLessThanOrEqual(3);
});

test("an empty or flat history still has a scale", () => {
  for (const values of [[], [0], [59, 59]]) {
    const scale = chartScale(values);
    expect(scale.to).toBeGreaterThan(scale.from);
    expect(scale.ticks.every(Number.isFinite)).toBe(true);
  }
});

test("a missing stretch breaks the line and becomes a gap", () => {
  const frame = { now: 100_000, windowMs: 100_000, x: (at: number) => at / 1000, y: (value: number) => value };
  const points = Array.from({ length: 101 }, (_, index) => [index * 1000, index > 40 && index < 60 ? null : 10] as const);
  const { paths, gaps } = lineSegments(points, frame);
  expect(paths).toHaveLength(2);
  expect(gaps).toEqual([{ from: 40, to: 60 }]);
});

test("a history that stopped leaves an open gap up to now", () => {
  const frame = { now: 100_000, windowMs: 100_000, x: (at: number) => at / 1000, y: (value: number) => value };
  const { gaps } = lineSegments(
    Array.from({ length: 51 }, (_, index) => [index * 1000, 10] as const),
    frame,
  );
  expect(gaps).toEqual([{ from: 50, to: 100 }]);
});
