import { expect, test } from "vitest";
import type { ConnectionColumns } from "../../../server/operations/console-view.ts";
import { emptyList, updateList } from "./live-rows.ts";

function columns(rows: readonly (readonly [string, number])[]): ConnectionColumns {
  return {
    callId: rows.map(([id]) => id),
    gateway: rows.map(() => "gw-1"),
    endpoint: rows.map(([id]) => `aaln/${id}`),
    origin: rows.map(() => null),
    setupAt: rows.map(([, at]) => at),
  } as unknown as ConnectionColumns;
}

const ids = (list: { readonly rows: readonly { readonly key: string }[] }) => list.rows.map((row) => row.key[0]);

const ab = columns([
  ["a", 1],
  ["b", 2],
]);
const bcd = columns([
  ["b", 2],
  ["c", 3],
  ["d", 4],
]);

test("the newest row comes first", () => {
  expect(
    ids(
      updateList(
        emptyList,
        columns([
          ["a", 1],
          ["b", 3],
          ["c", 2],
        ]),
        true,
      ),
    ),
  ).toEqual(["b", "c", "a"]);
});

test("while the list may not move, ended rows stay and new rows wait", () => {
  const first = updateList(emptyList, ab, true);
  const held = updateList(first, bcd, false);
  expect(ids(held)).toEqual(["b", "a"]);
  expect(held.rows.map((row) => row.gone)).toEqual([false, true]);
  expect(held.waiting).toBe(2);
  const moved = updateList(held, bcd, true);
  expect(ids(moved)).toEqual(["d", "c", "b"]);
  expect(moved.waiting).toBe(0);
});

test("a row that only seemed gone comes back in its place", () => {
  const first = updateList(emptyList, ab, true);
  const without = updateList(first, columns([["b", 2]]), false);
  const again = updateList(without, ab, false);
  expect(again.rows.map((row) => row.gone)).toEqual([false, false]);
});
