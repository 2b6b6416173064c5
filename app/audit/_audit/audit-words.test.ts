/** The audit log's words: every verb by its name, refusals told apart by word. */
import { expect, test } from "vitest";
import { actionText, auditSentence, outcomeWords } from "./audit-words.ts";

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
