/** The list's wording, and how the live change of control joins the stored ones. */
import { describe, expect, test } from "vitest";
import { lasted } from "../_waterfall/words.ts";
import { sampleSummary as stored } from "../testing/sample-summary.ts";
import { listVerdict, totalText, withLive } from "./summary.ts";

describe("list of failovers", () => {
  test("a failover in progress leads the list and is not doubled when it is stored", () => {
    const live = { ...stored, id: "43-cs-a", startedAt: stored.startedAt + 60_000, state: "in-progress" as const };
    expect(withLive([stored], live).map((summary) => summary.id)).toEqual(["43-cs-a", "42-cs-b"]);
    expect(withLive([{ ...stored, state: "in-progress" }], stored)).toEqual([stored]);
  });

  test("one that a later change overtook is not in progress for ever", () => {
    const live = { ...stored, id: "43-cs-a", startedAt: stored.startedAt + 60_000 };
    expect(withLive([{ ...stored, state: "in-progress" }], live).map((summary) => summary.state)).toEqual(["done", "abandoned"]);
  });

  test("the sentence says who took over, how fast and what it cost", () => {
    expect(listVerdict([stored], lasted)).toBe("cs-b took over from cs-a in 0.84 s. 57 calls kept, none released.");
    expect(listVerdict([{ ...stored, state: "in-progress" }], lasted)).toBe("cs-b is taking over from cs-a now.");
    expect(listVerdict([], lasted)).toBe("Control has never changed hands.");
  });

  test("a total is a bound", () => {
    expect(totalText(stored, lasted)).toBe("≤ 0.84 s");
    expect(totalText({ ...stored, totalMs: 96 }, lasted)).toBe("≤ 96 ms");
  });
});
