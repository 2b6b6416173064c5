import { describe, expect, test } from "vitest";
import { formatAge, formatCount, formatDuration, formatRunning, formatTime, formatWeekday, formatWhen, withCapital } from "./format.ts";

test.each([
  ["its event loop runs late", "Its event loop runs late"],
  ["gw-4 was last audited 18 s ago", "gw-4 was last audited 18 s ago"],
  ["3 of 3 automatic changes are used up", "3 of 3 automatic changes are used up"],
])("%s, alone: %s", (clause, alone) => expect(withCapital(clause)).toBe(alone));

describe("durations", () => {
  test.each([
    [62, "62 ms"],
    [0.4, "0.4 ms"],
    [840, "0.84 s"],
    [1100, "1.1 s"],
    [38_000, "38 s"],
    [249_000, "4 min 9 s"],
    [5_280_000, "1 h 28 min"],
  ])("%d ms is written %s", (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe("ages", () => {
  test.each([
    [-30, "0.0 s"],
    [204, "0.2 s"],
    [1400, "1 s"],
    [38_200, "38 s"],
    [1_051_200_000, "12 d 4 h"],
  ])("%d ms is written %s", (ms, text) => expect(formatAge(ms)).toBe(text));
});

test("counts are grouped by thin spaces", () => {
  expect(formatCount(31_204_118)).toBe("31\u202f204\u202f118");
  expect(formatCount(59)).toBe("59");
});

test("running durations read as a clock", () => {
  expect(formatRunning(249_900)).toBe("4:09");
  expect(formatRunning(3_753_000)).toBe("1:02:33");
});

test("instants in UTC", () => {
  const wall = Date.UTC(2026, 10, 20, 3, 42, 18, 204);
  expect(formatTime(wall, "UTC")).toBe("03:42:18");
  expect(formatWeekday(wall, "UTC")).toBe("Friday 20 Nov");
  expect(formatWhen(wall, wall + 60_000, "UTC")).toBe("today 03:42:18");
  expect(formatWhen(wall, wall + 86_400_000, "UTC")).toBe("20 Nov 03:42:18");
  expect(formatWhen(wall, wall + 366 * 86_400_000, "UTC")).toMatch(/^20 Nov 20\d\d 03:42:18$/);
});
