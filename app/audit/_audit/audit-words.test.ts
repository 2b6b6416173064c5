/** The audit log's words: every verb by its name, refusals told apart by word. */
import { expect, test } from "vitest";
import { actionText, auditSentence, detailParts, outcomeWords } from "./audit-words.ts";

test("verbs, the switchover and the lab's faults have names; what is unknown is shown as written", () => {
  expect(["failover-now", "switchover", "lab kill", "new verb"].map(actionText)).toEqual([
    "Failover now",
    "Switchover",
    "Lab, kill",
    "New verb",
  ]);
});

test("an outcome is a shape and a word", () => {
  expect(outcomeWords({ outcome: "done" })).toMatchObject({ glyph: "pass", word: "DONE" });
  expect(outcomeWords({ outcome: "refused: situation-changed" })).toEqual({ glyph: "failed", word: "REFUSED", more: "situation changed" });
});

test("ids stand behind what came of it", () => {
  expect(detailParts("order 7f-1, plan 63b9: Automatic changes are paused: 4 of 4.")).toEqual({
    said: "Automatic changes are paused: 4 of 4.",
    ids: "order 7f-1, plan 63b9",
  });
  expect(detailParts("order 7f-1, plan 63b9")).toEqual({ said: "", ids: "order 7f-1, plan 63b9" });
  expect(detailParts("The order was refused.")).toEqual({ said: "The order was refused.", ids: null });
});

test("the sentence counts refusals", () => {
  const entry = {
    id: 1,
    at: 0,
    actor: "ana via console",
    action: "pause",
    target: "until resumed",
    reason: "x",
    outcome: "refused: blocked",
    detail: "",
  };
  expect(auditSentence([entry])).toBe("1 attempt listed, 1 refused. The last: Pause, until resumed.");
  expect(auditSentence([])).toBe("Nobody has ordered anything yet.");
});
