/** The picture must tell the truth: bars where the offsets are, no overlap of owners, no words over each other. */
import { describe, expect, test } from "vitest";
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { sampleReport } from "../testing/sample-report.ts";
import { criticalPath } from "./critical-path.ts";
import { drawWaterfall } from "./drawing.ts";
import { workOf } from "./lane-gateways.ts";
import type { BoxMark, LineMark, TextMark } from "./mark.ts";
import { keepApart, spanOf, text } from "./mark.ts";
import { callsAtStake, milestones, missesOf, total } from "./milestones.ts";
import { momentsOf, stateAt, stepCursor } from "./moment.ts";
import { phases, phaseText } from "./phases.ts";
import { msAt, scaleFor, xOf } from "./scale.ts";

describe("scale", () => {
  test("ticks each 100 ms while there is room, and reaches past the end", () => {
    const scale = scaleFor(840, 148, 872);
    expect(scale.tickMs).toBe(100);
    expect(scale.untilMs).toBeGreaterThan(840);
    expect(xOf(scale, 0)).toBe(148);
    expect(msAt(scale, xOf(scale, 503))).toBeCloseTo(503, 0);
  });

  test("stays readable for long and for very short changes", () => {
    expect(scaleFor(30_000, 148, 872).ticks.length).toBeLessThanOrEqual(15);
    expect(scaleFor(60, 148, 872).ticks.length).toBeGreaterThan(3);
    expect(scaleFor(840, 72, 360).ticks.length).toBeLessThanOrEqual(8);
  });
});

describe("numbers", () => {
  test("a failover has two bounds, because the failure lies before the first miss", () => {
    expect(total(sampleReport)).toEqual({ upperMs: 840, lowerMs: 740 });
  });

  test("a switchover too: between the last keepalive and the old primary's word", () => {
    const handover = { atMs: 40, untilMs: null, lane: "decision", what: "handover", node: "cs-a", text: "cs-a let go" } as const;
    const steps = [handover, ...sampleReport.steps.filter((step) => step.what !== "missed")];
    expect(total({ ...sampleReport, kind: "switchover", steps })).toEqual({ upperMs: 840, lowerMs: 800 });
  });

  test("the miss that brings the verdict counts, though it has no step of its own", () => {
    const four = { ...sampleReport, steps: sampleReport.steps.filter((step) => step.what !== "missed" || step.atMs < 500) };
    expect(missesOf(four).map((miss) => miss.atMs)).toEqual([100, 200, 300, 400, 503]);
    expect(milestones(four).limitMs).toBe(503);
    expect(missesOf(sampleReport)).toHaveLength(5);
  });

  test("more calls adopted than were known are not written as 40 of 30", () => {
    expect(callsAtStake({ ...sampleReport, callsAtStake: 30, callsAdopted: 40, callsReleased: 2 })).toBe(42);
  });

  test("a change in progress has no total", () => {
    expect(total({ ...sampleReport, state: "in-progress" }).upperMs).toBeNull();
  });

  test("phases cover the whole without a hole", () => {
    const found = phases(sampleReport, 0);
    expect(found.map(phaseText)).toEqual(["detection 500 ms, 60 %", "decision 16 ms, 2 %", "adoption 324 ms, 39 %"]);
    for (let i = 1; i < found.length; i++) expect(found[i]?.fromMs).toBe(found[i - 1]?.untilMs);
  });

  test("the critical path ends at the slowest gateway", () => {
    const path = criticalPath(sampleReport);
    expect(path?.parts).toEqual(["5 missed keepalives", "verdict", "claim", "if-2"]);
    expect(path?.sentences.join(" ")).toContain("208 ms earlier".replace("208 ms", "0.21 s"));
  });
});

describe("drawing", () => {
  const drawing = drawWaterfall(sampleReport, 872, 0);
  const all = drawing.lanes.flatMap((lane) => lane.marks);

  test("has the five lanes in order, each below the one before", () => {
    expect(drawing.lanes.map((lane) => lane.name)).toEqual(["Detection", "Decision", "Takeover", "Gateways", "Calls"]);
    for (let i = 1; i < drawing.lanes.length; i++) expect(drawing.lanes[i]?.top).toBe(drawing.lanes[i - 1]?.bottom);
  });

  test("the fifth miss is full height and red, the first is neither", () => {
    const bars = all.filter((mark): mark is BoxMark => mark.kind === "box" && mark.name.startsWith("Missed"));
    expect(bars).toHaveLength(5);
    expect(bars[4]).toMatchObject({ tone: "red", height: 32 });
    expect(bars[0]?.tone).toBe("mark");
    expect(bars[0]?.height).toBeLessThan(20);
  });

  test("the hatch lies between the last good keepalive and the first miss", () => {
    const [first] = drawing.ground;
    expect(first).toMatchObject({ kind: "hatch", x: xOf(drawing.scale, 0) });
    expect(first?.kind === "hatch" && first.x + first.width).toBeCloseTo(xOf(drawing.scale, 100), 1);
  });

  test("no gateway's promise reaches into the work of the new owner", () => {
    for (const gateway of sampleReport.gateways) {
      const work = workOf(sampleReport, gateway, 0);
      const first = work.parts[0]?.fromMs ?? 0;
      expect(first).toBeGreaterThanOrEqual(gateway.promiseEndMs ?? 0);
      const ended = all.find((mark): mark is LineMark => mark.kind === "line" && mark.name === `${gateway.gateway} promise ran out`);
      expect(ended === undefined).toBe(gateway.promiseEndMs === null);
    }
  });

  test("words do not lie over each other", () => {
    for (const lane of drawing.lanes.filter((found) => found.name !== "Gateways")) {
      const words = lane.marks.filter((mark): mark is TextMark => mark.kind === "text");
      expect(keepApart(words)).toHaveLength(words.length);
    }
  });

  test("no word lies across the title's or the end's vertical, on a phone neither", () => {
    for (const width of [300, 350, 560, 715, 872, 1400]) {
      const picture = drawWaterfall(sampleReport, width, 0);
      const uprights = picture.verticals.filter((mark): mark is LineMark => mark.kind === "line");
      for (const mark of picture.lanes.flatMap((lane) => lane.marks)) {
        if (mark.kind !== "text") continue;
        const [from, until] = spanOf(mark);
        for (const upright of uprights) {
          if (mark.y < upright.y1 || mark.y > upright.y2 || mark.backed) continue;
          expect(from < upright.x1 - 1 && until > upright.x1 + 1, `${mark.text} at ${width} px`).toBe(false);
        }
        expect(until, `${mark.text} at ${width} px`).toBeLessThanOrEqual(width);
      }
    }
  });

  test("the claim counts voters: gateways without a vote make no title", () => {
    const told = (report: FailoverReport) =>
      drawWaterfall(report, 872, 0).lanes[2]?.marks.flatMap((mark) => (mark.kind === "text" ? [mark.text] : []));
    expect(told(sampleReport)).toContain("claim, granted by 5 of 7 voters");
    const steps = sampleReport.steps.map((step) => (step.what === "title" ? { ...step, text: "title, epoch 42: 4 of 7 grants" } : step));
    expect(told({ ...sampleReport, steps })).toContain("claim, title by 4 of 7 voters");
  });

  test("in progress: a line says now, and work under way is open", () => {
    const [first, ...rest] = sampleReport.gateways;
    const waiting = {
      ...first,
      auditedMs: null,
      historyMs: null,
      adoptedMs: null,
      state: "auditing",
    } as FailoverReport["gateways"][number];
    const live: FailoverReport = {
      ...sampleReport,
      state: "in-progress",
      gateways: [waiting, ...rest],
      timeline: { ...sampleReport.timeline, activeAt: null },
      steps: sampleReport.steps.filter((step) => step.what !== "active"),
    };
    const picture = drawWaterfall(live, 872, 700);
    expect(picture.verticals.some((mark) => mark.kind === "line" && mark.name === "now")).toBe(true);
    const open = workOf(live, waiting, 700).parts.at(-1);
    expect(open).toMatchObject({ name: "waiting", untilMs: 700, open: true });
    expect(milestones(live).endMs).toBeNull();
  });

  test("an empty report in its first moment still draws", () => {
    const bare: FailoverReport = {
      ...sampleReport,
      state: "in-progress",
      steps: [],
      gateways: [],
      supported: [],
      verdict: null,
      longestMediaGapMs: null,
      timeline: { lastKeepaliveAt: null, suspectedAt: null, decidedAt: null, titleAt: null, activeAt: null },
    };
    expect(drawWaterfall(bare, 872, 12).lanes).toHaveLength(5);
    expect(criticalPath(bare)).toBeNull();
  });

  test("the less important of two words in one place gives way", () => {
    expect(
      keepApart([text(0, 10, "first", "ink"), text(5, 10, "second", "ink"), text(0, 30, "other row", "ink")]).map((mark) => mark.text),
    ).toEqual(["first", "other row"]);
  });
});

describe("stepping", () => {
  const moments = momentsOf(sampleReport);

  test("goes through each distinct moment and stops at the ends", () => {
    let cursor = stepCursor(moments, null, 1);
    const seen: number[] = [];
    for (let i = 0; i < 200 && cursor !== null && !seen.includes(cursor); i++) {
      seen.push(cursor);
      cursor = stepCursor(moments, cursor, 1);
    }
    expect(seen[0]).toBe(100);
    expect(seen.at(-1)).toBe(840);
    expect(stepCursor(moments, 100, -1)).toBe(100);
    expect(stepCursor(moments, 503, -1)).toBeLessThan(503);
  });

  test("says who was what at the cursor", () => {
    expect(stateAt(sampleReport, 503)).toMatchObject({
      old: { word: "FAILED" },
      fresh: { word: "CLAIMING" },
      gatewaysMoved: 0,
      callsSupported: 0,
    });
    expect(stateAt(sampleReport, 610)).toMatchObject({ fresh: { word: "PRIMARY" }, gatewaysMoved: 4, callsSupported: 34 });
  });
});
