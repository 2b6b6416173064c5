/** Lane 1: what the new owner missed. Misses are strip bars: the higher, the nearer to the limit. */
import type { FailoverReport, ReportedStep } from "../../../server/core/timeline/failover-report.ts";
import { box, keepApart, type LaneDrawing, line, type Mark, placed, type TextMark, type Tone, text, textWidth } from "./mark.ts";
import { missesOf } from "./milestones.ts";
import { roomOf } from "./room.ts";
import { type Scale, xOf } from "./scale.ts";
import { shortened } from "./words.ts";

const barWidth = 4;
const fullBar = 32;

/** 40 % at none missed, full height at the limit, as on the strip. */
export function missHeight(missed: number, limit: number): number {
  return fullBar * (0.4 + 0.6 * Math.min(1, missed / Math.max(1, limit)));
}

export function missTone(missed: number, limit: number): Tone {
  if (missed >= limit) return "red";
  return missed >= 2 ? "amber" : "mark";
}

function missText(missed: number, limit: number, x: number, y: number): TextMark {
  if (missed === limit) return text(x, y, `${missed}: limit`, "ink");
  if (missed === 1) return text(x, y, "missed 1", "ink-3");
  return missed === 2 ? text(x, y, "2: suspect", "ink-2") : text(x, y, `${missed}`, "ink-3");
}

export function detectionLane(report: FailoverReport, scale: Scale, top: number, soFarMs: number): LaneDrawing {
  const base = top + 40;
  const misses = missesOf(report);
  const room = roomOf(report, scale, soFarMs, null);
  const marks: Mark[] = [];
  const labels: { readonly rank: number; readonly mark: TextMark }[] = [];
  if (report.timeline.lastKeepaliveAt !== null) {
    marks.push(box("last good keepalive", xOf(scale, 0) - 1, base - 12, barWidth, 12, "ink"));
    labels.push({ rank: 1, mark: text(xOf(scale, 0) + 8, base + 12, "last good keepalive", "ink") });
  }
  misses.forEach((miss, index) => {
    const missed = index + 1;
    const x = xOf(scale, miss.atMs);
    const height = missHeight(missed, report.missLimit);
    marks.push(box(miss.text, x - barWidth / 2, base - height, barWidth, height, missTone(missed, report.missLimit)));
    const following = misses[index + 1];
    const label = missText(missed, report.missLimit, x + 6, base - 20);
    // A word that would lie over the next bar gives way; the bar's height still says which miss it is.
    if (following !== undefined && x + 6 + textWidth(label.text) > xOf(scale, following.atMs) - barWidth) return;
    const clear = placed([x - 2, x], label.y, [label.text], label.tone, room);
    if (clear !== null) labels.push({ rank: missed === report.missLimit ? 0 : missed + 1, mark: clear });
  });
  for (const step of otherSteps(report)) {
    const x = xOf(scale, step.atMs);
    marks.push(line(step.text, [x, base - 14], [x, base], "mark", 1.5));
    const clear = placed([x, x], base - 4, [shortened(step.text, 34)], "ink-2", room);
    if (clear !== null) labels.push({ rank: 20, mark: clear });
  }
  marks.push(line("base", [scale.left, base], [scale.right, base], "line"));
  const kept = keepApart(labels.sort((a, b) => a.rank - b.rank).map((label) => label.mark));
  return { name: "Detection", top, bottom: top + 56, marks: [...marks, ...kept] };
}

function otherSteps(report: FailoverReport): ReportedStep[] {
  return report.steps.filter(
    (step) => step.lane === "detection" && step.what !== "missed" && step.what !== "suspect" && step.what !== "last-keepalive",
  );
}
