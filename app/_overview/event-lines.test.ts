import { describe, expect, test } from "vitest";
import type { JournalEvent } from "../../server/core/timeline/journal-event.ts";
import { eventLines } from "./event-lines.ts";

let sequence = 0;

function event(node: string, what: string, wall: number, text: string, data: JournalEvent["data"] = {}): JournalEvent {
  sequence += 1;
  return { sequence, node, boot: 1, mono: wall, wall, what, severity: "note", text, data };
}

const epoch = { number: 2, server: "cs-b" };
const texts = (events: readonly JournalEvent[], limit = 8) => eventLines(events, limit).map((line) => line.text);

describe("event lines", () => {
  test("each names its node, once", () => {
    expect(texts([event("gw-1", "epoch-granted", 1000, "Granted epoch 2@cs-b; before it 1@cs-a.")])).toEqual([
      "gw-1: Granted epoch 2@cs-b; before it 1@cs-a.",
    ]);
    expect(texts([event("cs-b", "takeover-finished", 1000, "cs-b took over from cs-a.")])).toEqual(["cs-b took over from cs-a."]);
    expect(texts([event("gw-1", "node-started", 1000, "Gateway gw-1 serves 48 endpoints.")])).toEqual([
      "Gateway gw-1 serves 48 endpoints.",
    ]);
  });

  test("what several nodes wrote at once is one line, also where their words differ", () => {
    const obeyed = ["gw-1", "gw-2", "gw-3", "if-1"].map((name, index) =>
      event(name, "command-obeyed", 5000 - index, `First command of 2@cs-b obeyed: RQNT *@${name}.`, { epoch }),
    );
    const last = ["gw-1", "gw-2"].map((name, index) =>
      event(name, "last-command-obeyed", 4000, `${index + 7} commands of 1@cs-a were obeyed.`, { epoch: { number: 1, server: "cs-a" } }),
    );
    expect(texts([...obeyed, ...last])).toEqual([
      "gw-1, gw-2 and 2 more: First command of 2@cs-b obeyed.",
      "gw-1 and gw-2: No command of 1@cs-a is obeyed any more.",
    ]);
  });

  test("the last of several misses stands for all; a minute later it is another line", () => {
    const miss = (wall: number, count: number) =>
      event("cs-b", "keepalive-missed", wall, `cs-a has missed ${count} keepalives in a row.`, { primary: "cs-a", count });
    expect(texts([miss(61_000, 2), miss(1300, 5), miss(1200, 4), miss(1100, 3)])).toEqual([
      "cs-b: cs-a has missed 2 keepalives in a row.",
      "cs-b: cs-a has missed 5 keepalives in a row.",
    ]);
  });

  test("the newest change of control stays in the list", () => {
    const later = Array.from({ length: 9 }, (_, index) =>
      event("cs-a", "suspicion-cleared", 90_000 - index * 5000, `Heard again ${index}.`),
    );
    const lines = eventLines([...later, event("cs-b", "takeover-finished", 1000, "cs-b took over from cs-a.")], 8);
    expect(lines).toHaveLength(8);
    expect(lines.at(-1)?.text).toBe("cs-b took over from cs-a.");
  });
});
