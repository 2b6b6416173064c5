import { expect, test } from "vitest";
import { cutsText } from "./cuts-text.ts";

test("a node tells only of its own links, by direction and path", () => {
  const both = ([1, 2] as const).flatMap((path) => [
    { from: "cs-a", to: "gw-1", path },
    { from: "gw-1", to: "cs-a", path },
  ]);
  expect(cutsText(both, "cs-a")).toBe("Cut off from gw-1 both ways.");
  expect(cutsText(both, "gw-1")).toBe("Cut off from cs-a both ways.");
  expect(cutsText(both, "gw-2")).toBeNull();
  expect(cutsText([], "cs-a")).toBeNull();
  const oneWay = [{ from: "cs-a", to: "cs-b", path: 2 as const }];
  expect(cutsText([...both, ...oneWay], "cs-a")).toBe("Cut off from cs-b outwards on path 2, gw-1 both ways.");
  expect(cutsText(oneWay, "cs-b")).toBe("Cut off from cs-a inwards on path 2.");
});
