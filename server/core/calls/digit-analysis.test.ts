import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { analyseDigits, digitMapOf, rangePatterns } from "./digit-analysis.ts";
import { numberingOf } from "./numbering.ts";

const site = {
  gateways: [
    { name: "gw-1", kind: "trunk" as const, endpoints: { prefix: "ds/e1-1/", count: 3 }, firstNumber: null },
    { name: "if-1", kind: "interface" as const, endpoints: { prefix: "aaln/", count: 24 }, firstNumber: "50100" },
    { name: "if-2", kind: "interface" as const, endpoints: { prefix: "aaln/", count: 24 }, firstNumber: "50124" },
    { name: "ph-1", kind: "phone" as const, endpoints: { prefix: "aaln/", count: 1 }, firstNumber: "007" },
  ],
  routes: [
    { prefix: "0", gateways: ["gw-1"] },
    { prefix: "0049", gateways: ["gw-2", "gw-1"] },
  ],
};
const numbering = numberingOf(site);

describe("digit analysis", () => {
  test.each([
    ["50100", "line aaln/1@if-1"],
    ["50147", "line aaln/24@if-2"],
    ["007", "line aaln/1@ph-1"],
    ["0301234", "route 0"],
    ["00491", "route 0049"],
    ["0049", "more-digits"],
    ["0", "more-digits"],
    ["", "more-digits"],
    ["501", "more-digits"],
    ["50148", "invalid 1"],
    ["5014", "more-digits"],
    ["5015", "invalid 1"],
    ["501000", "invalid 1"],
    ["9", "invalid 1"],
  ])("%s leads to %s", (digits, expected) => {
    const found = analyseDigits(numbering, digits);
    const text =
      found.kind === "line"
        ? `line ${found.line.endpoint}`
        : found.kind === "route"
          ? `route ${found.prefix}`
          : found.kind === "invalid"
            ? `invalid ${found.cause}`
            : found.kind;
    expect(text).toBe(expected);
  });

  test("neighbouring number ranges make one digit map", () => {
    expect(digitMapOf(numbering)).toBe("(007|501[0-3]x|5014[0-7]|0049x.T|0x.T)");
  });

  test("range patterns match exactly the numbers of the range", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9999 }),
        fc.integer({ min: 0, max: 9999 }),
        fc.integer({ min: 0, max: 9999 }),
        (a, b, other) => {
          const [low, high] = a <= b ? [a, b] : [b, a];
          const text = (value: number) => String(value).padStart(4, "0");
          const pattern = new RegExp(
            `^(${rangePatterns(text(low), text(high))
              .map((one) => one.replaceAll("x", "[0-9]"))
              .join("|")})$`,
          );
          for (const value of [low, high, other, low - 1, high + 1]) {
            if (value < 0 || value > 9999) continue;
            expect(pattern.test(text(value))).toBe(value >= low && value <= high);
          }
        },
      ),
    );
  });
});
