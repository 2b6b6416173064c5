import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Counters } from "./counters.ts";
import { type Journal, openJournal } from "./journal.ts";

let folder = "";
let counters = new Counters();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-"));
  counters = new Counters();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(boot = 1, bounds: { maxSegmentOctets?: number; maxSegments?: number; inMemory?: number } = {}): Journal {
  return openJournal({ folder, node: "cs-a", boot, clock: { now: () => ({ mono: 5, wall: 1000 }) }, counters, ...bounds });
}

function numbers(journal: Journal, after = 0, limit = 100): number[] {
  return journal.after(after, limit).map((event) => event.sequence);
}

describe("journal", () => {
  test("an event carries its node, boot, both clocks and evidence, and comes back the same from the disk", () => {
    const journal = open(7);
    const event = journal.append("verdict-reached", "alarm", "Nobody hears the primary: taking over.", { missed: 5 });
    expect(event).toEqual({
      sequence: 1,
      node: "cs-a",
      boot: 7,
      mono: 5,
      wall: 1000,
      what: "verdict-reached",
      severity: "alarm",
      text: "Nobody hears the primary: taking over.",
      data: { missed: 5 },
    });
    journal.close();
    expect(open(8).after(0, 10)).toEqual([event]);
  });

  test("numbers go on over boots", () => {
    const first = open(1);
    first.append("a", "note", "a");
    first.appendDurably("b", "note", "b");
    first.close();
    const second = open(2);
    expect(second.last).toBe(2);
    expect(second.append("c", "note", "c").sequence).toBe(3);
    expect(second.after(1, 10).map((event) => [event.sequence, event.boot])).toEqual([
      [2, 1],
      [3, 2],
    ]);
    second.close();
  });

  test("a torn last line is cut, counted, and its number given again", () => {
    const journal = open();
    for (let i = 0; i < 3; i += 1) journal.append("x", "note", "x");
    journal.close();
    const file = join(folder, "journal", readdirSync(join(folder, "journal"))[0] as string);
    truncateSync(file, statSync(file).size - 1);
    const again = open(2);
    expect(counters.get("journal.tornLines")).toBe(1);
    expect(again.last).toBe(2);
    expect(again.append("y", "note", "y").sequence).toBe(3);
    again.close();
  });

  test("events older than memory are read from the disk, without gap or repeat", () => {
    const journal = open(1, { inMemory: 5, maxSegmentOctets: 600 });
    for (let i = 0; i < 60; i += 1) journal.append("x", "note", "x");
    for (const [after, limit] of [
      [0, 100],
      [10, 7],
      [48, 100],
      [57, 100],
      [60, 5],
      [99, 5],
    ] as const) {
      const expected = Array.from({ length: 60 }, (_, i) => i + 1).filter((sequence) => sequence > after);
      expect(numbers(journal, after, limit)).toEqual(expected.slice(0, limit));
    }
    journal.close();
  });

  test("the oldest files are dropped, and the first number that is left shows it", () => {
    const journal = open(1, { inMemory: 5, maxSegmentOctets: 600, maxSegments: 3 });
    for (let i = 0; i < 100; i += 1) journal.append("x", "note", "x");
    const kept = numbers(journal);
    expect(kept[0]).toBeGreaterThan(50);
    expect(kept.at(-1)).toBe(100);
    expect(readdirSync(join(folder, "journal"))).toHaveLength(3);
    journal.close();
  });

  test("too much evidence is left out and says so; too long a text is clipped", () => {
    const journal = open();
    const event = journal.append("x", "note", "t".repeat(5000), { much: "m".repeat(300_000) });
    expect(event.text).toHaveLength(2000);
    expect(event.data).toMatchObject({ leftOut: true });
    journal.close();
  });

  test("when the disk refuses, append keeps the event in memory and appendDurably throws and shows nothing", () => {
    const journal = open();
    journal.append("a", "note", "a");
    journal.close();
    // After close the descriptor is gone: every write fails, as on a dead disk.
    expect(journal.append("b", "note", "b").sequence).toBe(2);
    expect(() => journal.appendDurably("c", "note", "c")).toThrow("storage: cannot append to");
    expect(numbers(journal)).toEqual([1, 2]);
    expect(counters.get("journal.writeFailed")).toBe(2);
  });
});
