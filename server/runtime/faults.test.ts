import { expect, test } from "vitest";
import { Counters } from "./counters.ts";
import { FaultTable, parseCuts } from "./faults.ts";

test("a cut holds in its direction and on its path only, and a new table replaces the old one", () => {
  const faults = new FaultTable();
  expect(faults.blocked("cs-a", "gw-1", 1)).toBe(false);
  faults.set([{ from: "cs-a", to: "gw-1", path: 1 }]);
  expect(faults.blocked("cs-a", "gw-1", 1)).toBe(true);
  expect(faults.blocked("gw-1", "cs-a", 1)).toBe(false);
  expect(faults.blocked("cs-a", "gw-1", 2)).toBe(false);
  faults.set([{ from: "cs-a", to: "cs-b", path: 2 }]);
  expect(faults.blocked("cs-a", "gw-1", 1)).toBe(false);
  expect(faults.cuts()).toEqual([{ from: "cs-a", to: "cs-b", path: 2 }]);
});

test("the body of POST /faults is checked", () => {
  expect(parseCuts({ cuts: [{ from: "a", to: "b", path: 1, more: true }] })).toEqual([{ from: "a", to: "b", path: 1 }]);
  for (const body of [
    null,
    5,
    {},
    { cuts: 1 },
    { cuts: [null] },
    { cuts: [{ from: "a", to: "b", path: 3 }] },
    { cuts: [{ from: 1, to: "b", path: 1 }] },
  ]) {
    expect(parseCuts(body)).toBeNull();
  }
});

test("counters rise, are sorted by name, and their number is bounded", () => {
  const counters = new Counters();
  counters.add("b");
  counters.add("a", 5);
  counters.add("b");
  expect(Object.entries(counters.snapshot())).toEqual([
    ["a", 5],
    ["b", 2],
  ]);
  for (let i = 0; i < 1000; i += 1) counters.add(`name-${i}`);
  expect(Object.keys(counters.snapshot())).toHaveLength(500);
});
