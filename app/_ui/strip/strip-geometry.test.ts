import { describe, expect, test } from "vitest";
import { axisTicks, barHeight, barsPath, type StripFrame, type StripSource, stripCells, stripGaps, worstCell } from "./strip-geometry.ts";

const now = Date.UTC(2026, 10, 20, 3, 42, 0);
const frame: StripFrame = { now, windowMs: 60_000, width: 180, pitch: 3, limit: 5 };

function source(values: readonly (number | null)[], endsAt = now): StripSource {
  return { bucketMs: 1000, endsAt, values };
}

test("a beat on time is 40 % high, the limit is full height", () => {
  expect(barHeight(0, 5)).toBeCloseTo(0.4);
  expect(barHeight(2, 5)).toBeCloseTo(0.64);
  expect(barHeight(5, 5)).toBe(1);
  expect(barHeight(9, 5)).toBe(1);
});

describe("cells", () => {
  test("show their worst beat, and keep it while time goes on", () => {
    const values = Array.from({ length: 60 }, (_, index) => (index === 30 ? 3 : 0));
    const before = worstCell(stripCells(source(values), frame));
    const after = worstCell(stripCells(source(values), { ...frame, now: now + 1000 }));
    expect(before?.missed).toBe(3);
    expect(before?.kind).toBe("missed");
    expect(after?.at).toBe(before?.at);
    expect(after?.x).toBeLessThan(before?.x ?? 0);
  });

  test("without any source everything is unmeasured and reaches now", () => {
    const cells = stripCells(null, frame);
    const gaps = stripGaps(cells, frame);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toMatchObject({ x: 0, width: 180, open: true });
  });

  test("a source that stopped leaves an open gap that grows every second", () => {
    const stopped = source(
      Array.from({ length: 60 }, () => 0),
      now - 10_000,
    );
    const first = stripGaps(stripCells(stopped, frame), frame).at(-1);
    const later = { ...frame, now: now + 5000 };
    const second = stripGaps(stripCells(stopped, later), later).at(-1);
    expect(first?.open).toBe(true);
    expect(first?.width).toBe(30);
    expect(second?.width).toBe(45);
  });

  test("beyond the limit only the first bar stands, the rest is hatch", () => {
    const values = Array.from({ length: 60 }, (_, index) => (index < 40 ? 0 : index < 50 ? index - 35 : 0));
    const cells = stripCells(source(values), frame);
    expect(cells.filter((cell) => cell.kind === "limit")).toHaveLength(1);
    const gaps = stripGaps(cells, frame);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]?.open).toBe(false);
  });

  test("the newest cell waits for its sample without a hatch", () => {
    const cells = stripCells(
      source(
        Array.from({ length: 60 }, () => 0),
        now - 200,
      ),
      { ...frame, now: now + 300 },
    );
    expect(cells.some((cell) => cell.kind === "unmeasured")).toBe(false);
  });
});

test("bars are drawn up or down from the axis", () => {
  const cells = stripCells(source([0], now), { ...frame, windowMs: 1000, width: 3 });
  expect(barsPath(cells, "normal", { base: 38, full: 38, bar: 2, down: false })).toBe("M0 38v-15.2h2v15.2z");
  expect(barsPath(cells, "normal", { base: 58, full: 38, bar: 2, down: true })).toBe("M0 58v15.2h2v-15.2z");
});

test("axis ticks stand on whole steps", () => {
  const ticks = axisTicks({ now: now + 7000, windowMs: 60_000, width: 180 }, 20_000);
  expect(ticks.map((tick) => tick.at % 20_000)).toEqual([0, 0, 0]);
});
