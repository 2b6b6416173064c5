import { describe, expect, test } from "vitest";
import { printNtpStamp, readNtpStamp } from "./ntp-stamp.ts";

const now = Date.UTC(2026, 10, 23, 4, 5, 6, 789);

describe("stamps in o=", () => {
  test("are decimal digits that read back to the same millisecond, whatever the tag", () => {
    for (let ms = 0; ms < 1000; ms++) {
      const text = printNtpStamp(now - ms, ms * 7919);
      expect(text).toMatch(/^\d{20}$/);
      expect(readNtpStamp(text, now)).toEqual({ at: now - ms, stepMs: 1 });
    }
  });

  test("rise with time, and differ by tag within a millisecond", () => {
    expect(BigInt(printNtpStamp(now + 1)) > BigInt(printNtpStamp(now, 4_000_000))).toBe(true);
    expect(printNtpStamp(now, 1)).not.toBe(printNtpStamp(now, 2));
  });

  test("of the turn of 2036 are read on both sides of it", () => {
    const turn = (2 ** 32 - 2_208_988_800) * 1000;
    for (const at of [turn - 1, turn, turn + 1]) {
      expect(readNtpStamp(printNtpStamp(at), turn + 5_000)).toEqual({ at, stepMs: 1 });
      expect(readNtpStamp(printNtpStamp(at), at)).toEqual({ at, stepMs: 1 });
    }
  });

  test("of whole seconds since 1900 are read", () => {
    expect(readNtpStamp(String(Math.floor(now / 1000) + 2_208_988_800 - 60), now)).toEqual({ at: now - 789 - 60_000, stepMs: 1000 });
  });

  test.each(["", "23", "25678", "753849", "569C2AF7", String(now), String(Math.floor(now / 1000)), "99999999999999999999", "-1", "1.5"])(
    "%j is none",
    (text) => {
      expect(readNtpStamp(text, now)).toBeNull();
    },
  );

  test("of the future, or of months ago, is none", () => {
    expect(readNtpStamp(printNtpStamp(now + 60_000), now)).toBeNull();
    expect(readNtpStamp(printNtpStamp(now - 100 * 86_400_000), now)).toBeNull();
  });
});
