/** What a person is shown of an audit by hand: texts that were cut say so, and rows that nobody told are unknown. */
import { expect, test } from "vitest";
import type { Connection } from "../../core/calls/connection.ts";
import { rowsTold, shortened } from "./transcript.ts";

test("a text that is cut ends in a mark, a whole one does not", () => {
  expect(shortened("a".repeat(2_000))).toBe("a".repeat(2_000));
  expect(shortened("a".repeat(2_001))).toBe(`${"a".repeat(2_000)} …`);
});

test("no rows of an audit that came to nothing are unknown, and of one that reached its end they are none", () => {
  const row = {} as Connection;
  expect(rowsTold(null)).toBeNull();
  expect(rowsTold({ complete: false, rows: [] })).toBeNull();
  expect(rowsTold({ complete: false, rows: [row] })).toBe(1);
  expect(rowsTold({ complete: true, rows: [] })).toBe(0);
});
