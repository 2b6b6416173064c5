import { expect, test } from "vitest";
import type { ConnectionColumns } from "../../../server/operations/console-view.ts";
import { isLastSeen } from "./connection-sources.ts";
import { continuityWords } from "./connection-words.ts";

function columns(rows: readonly { own: boolean; stale: boolean }[]): ConnectionColumns {
  return {
    source: "cs-a",
    continuity: rows.map(() => "preserved"),
    own: rows.map(({ own }) => own),
    stale: rows.map(({ stale }) => stale),
  } as unknown as ConnectionColumns;
}

test("what dead gear told last is not taken for what our calls inherited", () => {
  const told = columns([
    { own: true, stale: false },
    { own: true, stale: true },
    { own: false, stale: false },
    { own: false, stale: true },
  ]);
  expect([0, 1, 2, 3].map((row) => isLastSeen(told, row))).toEqual([false, false, false, true]);
  expect(continuityWords(told)).toBe(
    "If cs-a failed now: 2 kept, none given up. 2 on gear of others, only observed. Of 1 of them the gear tells nothing now. 1 inherited and not confirmed yet.",
  );
  expect(continuityWords(columns([{ own: true, stale: false }]))).toBe("If cs-a failed now: 1 kept, none given up.");
});
