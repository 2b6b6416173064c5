import { expect, test } from "vitest";
import type { JournalEvent } from "../../../server/core/timeline/journal-event.ts";
import { sampleReport } from "../testing/sample-report.ts";
import { dataText, evidenceLines, lineAt, offsetText, shownData } from "./evidence-lines.ts";

const event = (sequence: number, offsetMs: number): JournalEvent => ({
  sequence,
  node: "cs-b",
  boot: 1,
  mono: 0,
  wall: sampleReport.startedAt + offsetMs,
  what: "keepalive-missed",
  severity: "note",
  text: "",
  data: { missed: 1, path: { rtt: 2 } },
});

test("only lines of the interval, oldest first, with the one at the cursor", () => {
  const lines = evidenceLines(sampleReport, [event(9, 90_000), event(4, 503), event(3, 100), event(1, -60_000), event(2, -12)]);
  expect(lines.map((line) => line.event.sequence)).toEqual([2, 3, 4]);
  expect(lineAt(lines, 503)?.event.sequence).toBe(4);
  expect(lineAt(lines, 300)?.event.sequence).toBe(3);
  expect(lineAt(lines, null)).toBeNull();
});

test("offsets and evidence are written as a machine would", () => {
  expect(offsetText(-12)).toBe("−12.0");
  expect(offsetText(503.12)).toBe("+503.1");
  expect(dataText(event(1, 0).data)).toBe('missed=1 path={"rtt":2}');
});

test("evidence to be read is flat, rounded and without what the sentence says already", () => {
  const data = {
    atMs: 525.0958990000072,
    verdict: { takeOver: true, votes: [1, 2, 3], sentence: "Missed 5 of 5. ".repeat(6) },
    from: null,
  };
  expect(shownData(data)).toBe("atMs=525.1 verdict.takeOver=true verdict.votes: 3 from=null");
});
