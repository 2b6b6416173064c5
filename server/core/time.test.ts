/** What both clocks say together when one of them was set, or the machine slept. */
import { describe, expect, test } from "vitest";
import { unrecordedSince } from "./calls/known-records.ts";
import { clockStep, notAfter } from "./time.ts";

const before = { mono: 1_000, wall: 501_000 };

describe("two clocks", () => {
  test("go together, or one was set", () => {
    expect(clockStep(before, { mono: 9_000, wall: 509_004 })).toBe(0);
    expect(clockStep(before, { mono: 9_000, wall: 504_000 })).toBe(-5_000);
    expect(clockStep(before, { mono: 9_000, wall: 512_000 })).toBe(3_000);
  });

  test("of a moment past the earlier reading counts: set back, set forward, slept", () => {
    expect(notAfter(before, { mono: 9_000, wall: 509_000 })).toBe(501_000);
    expect(notAfter(before, { mono: 9_000, wall: 504_000 })).toBe(496_000);
    expect(notAfter(before, { mono: 9_000, wall: 512_000 })).toBe(501_000);
  });

  test("a newest record that is still to come says nothing of what was written", () => {
    const startedAt = 10_000_000;
    expect(unrecordedSince(startedAt - 60_000, startedAt)).toBe(startedAt - 68_000);
    expect(unrecordedSince(startedAt + 5_000, startedAt)).toBe(startedAt - 900_000);
    expect(unrecordedSince(null, startedAt)).toBe(startedAt - 900_000);
  });
});
