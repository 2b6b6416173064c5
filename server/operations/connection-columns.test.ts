/** Connections by column: filtered and cut off without mixing rows. */
import { expect, test } from "vitest";
import { connectionColumnNames } from "../core/status/connection-columns.ts";
import { connectionRows, filterColumns, noConnections } from "./connection-columns.ts";
import type { ConnectionColumns } from "./console-view.ts";
import { columnsCheck } from "./node-schemas.ts";

function columnsOf(rows: readonly { gateway: string; localNumber: string; phase: string }[]): ConnectionColumns {
  const filled = Object.fromEntries(
    connectionColumnNames.map((name) => [
      name,
      rows.map((row, index) => (name in row ? row[name as keyof typeof row] : name === "callId" ? `c${index}` : null)),
    ]),
  );
  return { ...noConnections(1), source: "cs-a", total: rows.length, ...filled };
}

const three = columnsOf([
  { gateway: "gw-1", localNumber: "301", phase: "talking" },
  { gateway: "gw-2", localNumber: "302", phase: "ringing" },
  { gateway: "gw-1", localNumber: "402", phase: "talking" },
]);

test.each([
  [{ gateway: "gw-1", limit: 10 }, ["c0", "c2"], 2],
  [{ number: "30", limit: 10 }, ["c0", "c1"], 2],
  [{ phase: "ringing", limit: 10 }, ["c1"], 1],
  [{ limit: 2 }, ["c0", "c1"], 3],
  [{ gateway: "gw-1", limit: 1 }, ["c0"], 2],
  [{ gateway: "gw-9", limit: 1 }, [], 0],
])("%j", (filter, ids, total) => {
  const found = filterColumns(three, filter);
  expect([found.callId, found.total]).toEqual([ids, total]);
  expect(connectionRows(found).map((row) => row.callId)).toEqual(ids);
  expect(() => columnsCheck.parse(found)).not.toThrow();
});

test("columns of different lengths are garbled", () => {
  expect(() => columnsCheck.parse({ ...three, phase: ["talking"] })).toThrow("columns differ in length");
});
