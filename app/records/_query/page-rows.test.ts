import { expect, test } from "vitest";
import type { CallRecord } from "../../../server/core/calls/call-record.ts";
import { marksWithin, pageRows } from "./page-rows.ts";
import { noQuery } from "./record-url.ts";
import { fieldText, fieldTime } from "./zoned-time.ts";

const record = (at: number): CallRecord => ({ callId: `${at}`, start: { at, source: "signalling", errorMs: 1 } }) as CallRecord;
const mark = (at: number) => ({ id: `f${at}`, at, number: at, to: "cs-b" });
const shape = (rows: ReturnType<typeof pageRows>) => rows.map((row) => (row.kind === "record" ? `r${row.record.callId}` : row.mark.id));

test("a failover stands between the records that it divides", () => {
  expect(shape(pageRows([record(90), record(50), record(10)], [mark(60), mark(20)], { newest: true, oldest: true }))).toEqual([
    "r90",
    "f60",
    "r50",
    "f20",
    "r10",
  ]);
});

test("a page shows only its own failovers; the outermost pages take those beyond", () => {
  const marks = [mark(99), mark(60), mark(5)];
  expect(shape(pageRows([record(90), record(50)], marks, { newest: false, oldest: false }))).toEqual(["r90", "f60", "r50"]);
  expect(shape(pageRows([record(90), record(50)], marks, { newest: true, oldest: true }))).toEqual(["f99", "r90", "f60", "r50", "f5"]);
});

test("failovers outside of the window are no rows", () => {
  expect(marksWithin([mark(99), mark(60), mark(5)], { ...noQuery, from: 50, to: 99 }).map((found) => found.at)).toEqual([60]);
});

test("a field's time goes there and back in UTC", () => {
  const at = Date.UTC(2026, 10, 20, 2, 14, 7);
  const today = at + 3_600_000;
  expect(fieldText(at, today, "UTC")).toBe("02:14:07");
  expect(fieldText(at, today + 86_400_000, "UTC")).toBe("2026-11-20 02:14:07");
  expect(fieldTime("2026-11-20 02:14:07", today, "UTC")).toBe(at);
  expect(fieldTime("2:14:07", today, "UTC")).toBe(at);
  expect(fieldTime("02:14", today, "UTC")).toBe(at - 7_000);
  expect(fieldTime("", today, "UTC")).toBeNull();
  expect(fieldTime("25:00", today, "UTC")).toBeUndefined();
  expect(fieldTime("noon", today, "UTC")).toBeUndefined();
  expect(fieldTime("2026-11-31 10:00", today, "UTC")).toBeUndefined();
});
