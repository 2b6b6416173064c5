import { describe, expect, test } from "vitest";
import type { JournalEvent } from "../../core/timeline/journal-event.ts";
import { recentEvents } from "./recent-events.ts";

function event(sequence: number, what: string, wall: number, node = "cs-b"): JournalEvent {
  return { sequence, node, boot: 1, mono: wall, wall, what, severity: "note", text: what, data: {} };
}

describe("recent events", () => {
  test("evidence is left out before the newest are counted", () => {
    const votes = Array.from({ length: 100 }, (_, index) => event(index + 2, "vote-received", 2000 + index));
    expect(recentEvents([], [event(1, "verdict-reached", 1000), ...votes]).map((one) => one.what)).toEqual(["verdict-reached"]);
  });

  test("the newest change of control stays, however much follows it", () => {
    const changes = [event(1, "takeover-finished", 1000), event(2, "takeover-finished", 2000)];
    let kept = recentEvents([], changes);
    for (let turn = 0; turn < 200; turn++) kept = recentEvents(kept, [event(3 + turn, "suspicion-cleared", 10_000 * (turn + 1))]);
    expect(kept).toHaveLength(31);
    expect(kept.at(-1)).toMatchObject({ what: "takeover-finished", sequence: 2 });
  });

  test("what all gateways wrote at once counts as one line", () => {
    const grants = Array.from({ length: 40 }, (_, index) => event(index, "epoch-granted", 5000 + index, `gw-${index}`));
    const before = Array.from({ length: 10 }, (_, index) => event(index, "suspicion-cleared", index * 400));
    expect(recentEvents([], [...before, ...grants])).toHaveLength(50);
  });
});
