/** The notifier's machine: at once when asked, once a second for changes, one at a time, and no longer than granted. */
import { describe, expect, test } from "vitest";
import { NotifierTable, standardNotifier } from "./notifier-table.ts";

const kinds = (table: NotifierTable, now: number) =>
  table.tick(now).map((effect) => (effect.kind === "notify" ? `notify ${effect.full ? "full" : "partial"}` : effect.kind));

describe("a subscription", () => {
  test("is told everything at once, then changes, at most once a second and one at a time", () => {
    const table = new NotifierTable();
    expect(table.subscribe(0, "a", 600)).toBe(true);
    expect(table.tick(0)).toEqual([{ kind: "notify", key: "a", full: true, expiresSeconds: 600 }]);
    table.changed();
    expect(kinds(table, 5_000)).toEqual([]);
    table.told("a", true, false);
    expect(table.deadline()).toBe(1_000);
    expect(kinds(table, 999)).toEqual([]);
    expect(kinds(table, 1_000)).toEqual(["notify partial"]);
    table.told("a", true, false);
    expect(table.deadline()).toBe(600_000);
  });

  test("what had no room follows a second later", () => {
    const table = new NotifierTable();
    table.subscribe(0, "a", 600);
    table.tick(0);
    table.told("a", true, true);
    expect(kinds(table, 1_000)).toEqual(["notify partial"]);
  });

  test("a refresh is told everything at once", () => {
    const table = new NotifierTable();
    table.subscribe(0, "a", 60);
    table.tick(0);
    table.told("a", true, false);
    table.subscribe(10, "a", 120);
    expect(table.tick(10)).toEqual([{ kind: "notify", key: "a", full: true, expiresSeconds: 120 }]);
  });

  test("runs out, even while it is being told", () => {
    const table = new NotifierTable();
    table.subscribe(0, "a", 60);
    table.tick(0);
    expect(kinds(table, 60_000)).toEqual(["expire"]);
    expect(table.has("a")).toBe(false);
    table.told("a", true, false);
    expect(table.deadline()).toBeNull();
  });

  test("one that cannot be told is forgotten", () => {
    const table = new NotifierTable();
    table.subscribe(0, "a", 60);
    table.tick(0);
    table.told("a", false, false);
    expect(table.size).toBe(0);
    expect(table.deadline()).toBeNull();
  });
});

test("what is granted: polls always, not too brief, not too long, not too many", () => {
  const table = new NotifierTable({ ...standardNotifier, maxSubscriptions: 1 });
  expect(table.grantOf(0)).toEqual({ kind: "granted", expiresSeconds: 0 });
  expect(table.grantOf(5)).toEqual({ kind: "too-brief", minExpiresSeconds: 60 });
  expect(table.grantOf(99_999)).toEqual({ kind: "granted", expiresSeconds: 3_600 });
  expect(table.grantOf(null)).toEqual({ kind: "granted", expiresSeconds: 3_600 });
  expect(table.subscribe(0, "a", 60)).toBe(true);
  expect(table.subscribe(0, "b", 60)).toBe(false);
  expect(table.subscribe(0, "a", 60)).toBe(true);
});
