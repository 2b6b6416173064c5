import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dateAndTime } from "./date-and-time.ts";

describe("DateAndTime", () => {
  test("the example of RFC 2579: Tuesday May 26, 1992 at 1:30:15 PM EDT", () => {
    const octets = Uint8Array.of(0x07, 0xc8, 5, 26, 13, 30, 15, 0, 0x2d, 4, 0);
    expect(dateAndTime(octets)).toBe(Date.UTC(1992, 4, 26, 17, 30, 15));
  });

  test("without an offset it is UTC; the zero date is no date", () => {
    expect(dateAndTime(Uint8Array.of(0x07, 0xea, 11, 23, 3, 16, 31, 5))).toBe(Date.UTC(2026, 10, 23, 3, 16, 31, 500));
    expect(dateAndTime(new Uint8Array(8))).toBeNull();
    expect(dateAndTime(new Uint8Array(11))).toBeNull();
    expect(dateAndTime(Uint8Array.of(0x07, 0xea, 13, 1, 0, 0, 0, 0))).toBeNull();
    expect(dateAndTime(Uint8Array.of(0x07, 0xea, 1, 1, 0, 0, 0, 0, 0x2a, 0, 0))).toBeNull();
  });

  test("every instant to the tenth of a second", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000_000_000 }), (tenths) => {
        const at = new Date(tenths * 100);
        const year = at.getUTCFullYear();
        const octets = [
          year >> 8,
          year & 255,
          at.getUTCMonth() + 1,
          at.getUTCDate(),
          at.getUTCHours(),
          at.getUTCMinutes(),
          at.getUTCSeconds(),
        ];
        expect(dateAndTime(Uint8Array.from([...octets, Math.floor(at.getUTCMilliseconds() / 100)]))).toBe(tenths * 100);
      }),
    );
  });
});
