import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CallRecord } from "../core/calls/call-record.ts";
import { Counters } from "./counters.ts";
import { type Outbox, type OutboxOptions, openOutbox } from "./outbox.ts";

let folder = "";
let counters = new Counters();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "outbox-"));
  counters = new Counters();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(bounds: Partial<OutboxOptions> = {}): Outbox {
  return openOutbox({ folder, counters, ...bounds });
}

/** The outbox looks at nothing inside a record. */
function record(callId: string): CallRecord {
  return { callId } as CallRecord;
}

function fill(outbox: Outbox, count: number): void {
  for (let i = 0; i < count; i += 1) outbox.add(record(`call-${outbox.pending + outbox.acknowledged + 1}`));
}

function numbers(outbox: Outbox, after = 0, limit = 1000): number[] {
  return outbox.after(after, limit).map((entry) => entry.sequence);
}

function upTo(count: number, from = 1): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}

describe("outbox", () => {
  test("a record is shown only when it is on the disk, and is there after a restart", async () => {
    const outbox = open();
    expect(outbox.add(record("a"))).toEqual({ sequence: 1, record: { callId: "a" } });
    expect(numbers(outbox)).toEqual([]);
    expect(outbox.pending).toBe(1);
    await outbox.flush();
    expect(numbers(outbox)).toEqual([1]);
    expect(outbox.last).toBe(1);
    outbox.close();
    expect(open().after(0, 10)).toEqual([{ sequence: 1, record: { callId: "a" } }]);
  });

  test("many records share a sync, and records added during one are covered by the next", async () => {
    const outbox = open();
    fill(outbox, 50);
    const first = outbox.flush();
    fill(outbox, 50);
    await first;
    await outbox.flush();
    expect(numbers(outbox)).toEqual(upTo(100));
    outbox.close();
  });

  test("acknowledged records are not shown again, not even after a restart; numbers go on", async () => {
    const outbox = open();
    fill(outbox, 10);
    await outbox.flush();
    outbox.acknowledge(10);
    await outbox.flush();
    outbox.close();
    const again = open();
    expect([again.acknowledged, again.pending, numbers(again)]).toEqual([10, 0, []]);
    expect(again.add(record("next")).sequence).toBe(11);
    again.close();
  });

  test("of one that lost its disk a reader that had come far misses nothing", async () => {
    const before = open({ firstSequence: 5_000 });
    expect([before.last, before.acknowledged, before.pending]).toEqual([4_999, 4_999, 0]);
    fill(before, 10);
    await before.flush();
    before.acknowledge(5_009);
    before.close();
    rmSync(join(folder, "outbox"), { recursive: true });
    const anew = open({ firstSequence: 9_000 });
    fill(anew, 3);
    await anew.flush();
    anew.acknowledge(5_009);
    expect([numbers(anew, 5_009), anew.pending]).toEqual([[9_000, 9_001, 9_002], 3]);
    anew.close();
    const again = open({ firstSequence: 12_000 });
    expect([again.add(record("next")).sequence, numbers(again)]).toEqual([9_003, [9_000, 9_001, 9_002]]);
    again.close();
  });

  test("what was never shown cannot be acknowledged, and an acknowledgement never goes back", async () => {
    const outbox = open();
    fill(outbox, 3);
    outbox.acknowledge(3);
    expect(outbox.acknowledged).toBe(0);
    await outbox.flush();
    outbox.acknowledge(1e9);
    outbox.acknowledge(Number.NaN);
    outbox.acknowledge(-5);
    outbox.acknowledge(2);
    expect(outbox.acknowledged).toBe(3);
    outbox.close();
  });

  test("old segments go when acknowledged, and the state survives their loss", async () => {
    const outbox = open({ maxSegmentOctets: 200, inMemory: 5 });
    fill(outbox, 100);
    await outbox.flush();
    const before = readdirSync(join(folder, "outbox")).length;
    outbox.acknowledge(95);
    await outbox.flush();
    expect(readdirSync(join(folder, "outbox")).length).toBeLessThan(before / 4);
    expect(numbers(outbox)).toEqual(upTo(5, 96));
    outbox.close();
    const again = open({ maxSegmentOctets: 200 });
    expect([again.acknowledged, numbers(again)]).toEqual([95, upTo(5, 96)]);
    again.close();
  });

  test("when the line that acknowledged is lost, dropped segments still count as acknowledged", async () => {
    const outbox = open({ maxSegmentOctets: 200 });
    fill(outbox, 100);
    await outbox.flush();
    outbox.acknowledge(95);
    outbox.close();
    for (const name of readdirSync(join(folder, "outbox"))) {
      const lines = readFileSync(join(folder, "outbox", name), "utf8").split("\n");
      writeFileSync(join(folder, "outbox", name), lines.filter((line) => !line.includes("acknowledged")).join("\n"));
    }
    const again = open();
    expect(again.acknowledged).toBeGreaterThan(80);
    expect(again.acknowledged).toBeLessThanOrEqual(95);
    expect(numbers(again)).toEqual(upTo(again.pending, again.acknowledged + 1));
    again.close();
  });

  test("a backlog larger than memory is read from the disk in pages", async () => {
    const outbox = open({ maxSegmentOctets: 500, inMemory: 5 });
    fill(outbox, 60);
    await outbox.flush();
    const paged: number[] = [];
    for (let page = numbers(outbox, 0, 7); page.length > 0; page = numbers(outbox, paged.at(-1), 7)) paged.push(...page);
    expect(paged).toEqual(upTo(60));
    outbox.close();
    expect(numbers(open({ inMemory: 5 }))).toEqual(upTo(60));
  });

  test("cut at every octet, no whole record is lost, none comes twice, no acknowledged one comes back wrongly", async () => {
    const outbox = open();
    fill(outbox, 4);
    await outbox.flush();
    outbox.acknowledge(2);
    fill(outbox, 2);
    await outbox.flush();
    outbox.close();
    const file = join(folder, "outbox", readdirSync(join(folder, "outbox"))[0] as string);
    const bytes = readFileSync(file);
    for (let length = bytes.length; length >= 0; length -= 1) {
      writeFileSync(file, bytes.subarray(0, length));
      const lines = bytes
        .subarray(0, length)
        .toString("utf8")
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Record<string, number>);
      const acknowledged = Math.max(0, ...lines.map((line) => line.acknowledged ?? 0));
      const whole = lines.filter((line) => (line.sequence ?? 0) > acknowledged).map((line) => line.sequence);
      const again = open();
      expect([again.acknowledged, numbers(again)]).toEqual([acknowledged, whole]);
      again.close();
    }
  });

  test("while the disk refuses, records wait in memory, are not shown, and the outbox says that it fails", async () => {
    const outbox = open();
    fill(outbox, 1);
    await outbox.flush();
    outbox.close();
    fill(outbox, 2);
    expect([outbox.failing, outbox.pending, numbers(outbox)]).toEqual([true, 3, [1]]);
    await expect(outbox.flush()).rejects.toThrow("storage");
    expect(counters.get("outbox.writeFailed")).toBeGreaterThan(0);
  });
});
