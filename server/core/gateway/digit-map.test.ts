import { describe, expect, test } from "vitest";
import { dialState, parseDigitMap } from "./digit-map.ts";

function state(map: string, dialled: string): string {
  const parsed = parseDigitMap(map);
  if (parsed === null) throw new Error(`not a digit map: ${map}`);
  return dialState(parsed, dialled);
}

describe("digit map", () => {
  const typical = "(0T|00T|[1-7]xxx|8xxxxxxx|#xxxxxxx|*xx|91xxxxxxxxxx|9011x.T)";

  test.each([
    ["", "partial"],
    ["0", "timer"],
    ["0T", "match"],
    ["4712", "match"],
    ["471", "partial"],
    ["*7", "partial"],
    ["*72", "match"],
    ["9011", "timer"],
    ["901149", "timer"],
    ["901149T", "match"],
    ["47123", "none"],
    ["95", "none"],
  ])("dial string '%s' is %s", (dialled, expected) => {
    expect(state(typical, dialled)).toBe(expected);
  });

  test("a range may name single symbols and spans", () => {
    expect(state("[13-5#]x", "#4")).toBe("match");
    expect(state("[13-5#]x", "24")).toBe("none");
  });

  test("what is no digit map is refused", () => {
    for (const text of ["", "(1|)", "1..", ".", "[1-", "[9-1]", "hello", "1(2)"]) expect(parseDigitMap(text)).toBeNull();
  });

  test("a map of many repeats stays fast on a long dial string", () => {
    expect(state("x.x.x.x.x.x.x.x.T", "1".repeat(64))).toBe("timer");
  });
});
