/** What journal and outbox stand on: torn tails, failed writes, rotation, numbers that go on. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SegmentedLog, type SegmentedLogOptions } from "./segmented-log.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(options: Partial<SegmentedLogOptions> = {}): SegmentedLog {
  return new SegmentedLog({ folder, name: "log", maxSegmentOctets: 10_000, maxSegments: 10, ...options });
}

function fill(log: SegmentedLog, count: number): void {
  for (let i = 0; i < count; i += 1)
    log.append({ sequence: log.lastSequence + 1, text: `é ${log.lastSequence + 1}` }, log.lastSequence + 1);
}

function sequences(log: SegmentedLog, after = 0, limit = 1000): unknown[] {
  return log.read(after, limit).map((line) => line.sequence);
}

function newestFile(): string {
  return join(folder, readdirSync(folder).sort().at(-1) as string);
}

test("cut at every octet of the last lines, the log keeps every whole line and goes on behind them", () => {
  const log = open();
  fill(log, 5);
  log.close();
  const bytes = readFileSync(newestFile());
  const thirdEnds = bytes.toString("utf8").split("\n").slice(0, 3).join("\n").length;
  for (let length = bytes.length; length >= thirdEnds; length -= 1) {
    writeFileSync(newestFile(), bytes.subarray(0, length));
    const whole = bytes.subarray(0, length).toString("latin1").split("\n").length - 1;
    const again = open();
    expect(again.lastSequence).toBe(whole);
    expect(again.cutOctets > 0).toBe(length > 0 && bytes[length - 1] !== 10);
    fill(again, 1);
    expect(sequences(again)).toEqual(Array.from({ length: whole + 1 }, (_, i) => i + 1));
    again.close();
  }
});

test("an emptied newest segment still knows where its numbers begin", () => {
  const log = open({ maxSegmentOctets: 100 });
  fill(log, 12);
  log.close();
  const first = Number(/(\d{16})/.exec(newestFile())?.[1]);
  truncateSync(newestFile(), 0);
  const again = open({ maxSegmentOctets: 100 });
  expect(again.lastSequence).toBe(first - 1);
  expect(first).toBeGreaterThan(2);
  again.close();
});

test("zeros in the middle, as a power loss may leave them, cost their line only", () => {
  const log = open();
  fill(log, 4);
  log.close();
  const bytes = readFileSync(newestFile());
  const line = bytes.indexOf(10) + 1;
  bytes.fill(0, line + 2, line + 8);
  writeFileSync(newestFile(), bytes);
  const again = open();
  expect(again.damagedLines).toBe(1);
  expect(sequences(again)).toEqual([1, 3, 4]);
  again.close();
});

test("segments are bounded in size and number, reading goes across them, the oldest go first", () => {
  const overflowed: number[] = [];
  const log = open({ maxSegmentOctets: 150, maxSegments: 4, onOverflow: (first) => overflowed.push(first) });
  fill(log, 40);
  expect(readdirSync(folder)).toHaveLength(4);
  expect(overflowed[0]).toBe(1);
  const kept = sequences(log) as number[];
  expect(kept.at(-1)).toBe(40);
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => 41 - kept.length + i));
  expect(sequences(log, 35, 3)).toEqual([36, 37, 38]);
  log.close();
});

test("segments are dropped through a number, but never the newest", () => {
  const log = open({ maxSegmentOctets: 150 });
  fill(log, 20);
  log.dropThrough(10);
  expect((sequences(log) as number[])[0]).toBeLessThanOrEqual(11);
  expect(sequences(log)).toContain(11);
  log.dropThrough(1000);
  expect(log.segmentCount).toBe(1);
  log.close();
  expect(open({ maxSegmentOctets: 150 }).lastSequence).toBe(20);
});

test("background syncs run on while segments are rotated and closed", async () => {
  const log = open({ maxSegmentOctets: 100 });
  const syncs: Promise<void>[] = [];
  for (let i = 0; i < 30; i += 1) {
    fill(log, 2);
    syncs.push(log.syncInBackground());
  }
  log.close();
  await Promise.all(syncs);
  expect(openFilesBelow(folder)).toEqual([]);
  expect(open({ maxSegmentOctets: 100 }).lastSequence).toBeGreaterThan(0);
});

test("other files in the folder are left alone", () => {
  writeFileSync(join(folder, "log-note.txt"), "mine");
  const log = open();
  fill(log, 1);
  expect(sequences(log)).toEqual([1]);
  log.close();
  expect(readFileSync(join(folder, "log-note.txt"), "utf8")).toBe("mine");
});

/** Linux only; elsewhere nothing is found. */
function openFilesBelow(path: string): string[] {
  if (!existsSync("/proc/self/fd")) return [];
  const targets = readdirSync("/proc/self/fd").map((entry) => {
    try {
      return readlinkSync(join("/proc/self/fd", entry));
    } catch {
      return "";
    }
  });
  return targets.filter((target) => target.startsWith(path));
}
