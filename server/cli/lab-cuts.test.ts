import { expect, test } from "vitest";
import { cutLines, cutsSentence } from "./lab-cuts.ts";

const whole = ([1, 2] as const).flatMap((path) => [
  { from: "cs-a", to: "cs-b", path },
  { from: "cs-b", to: "cs-a", path },
]);

test("one link cut on both paths and in both directions is one link on two paths", () => {
  expect(cutsSentence(whole)).toBe("1 link is cut, on 2 paths.");
  expect(cutLines(whole)).toEqual(["cs-a ↔ cs-b, path 1", "cs-a ↔ cs-b, path 2"]);
});

test("a direction of its own is an arrow", () => {
  const cuts = [...whole, { from: "gw-1", to: "cs-a", path: 2 as const }];
  expect(cutsSentence(cuts)).toBe("2 links are cut, on 3 paths.");
  expect(cutLines(cuts)[2]).toBe("gw-1 → cs-a, path 2");
});

test("nothing cut is said", () => expect(cutsSentence([])).toBe("No link is cut."));
