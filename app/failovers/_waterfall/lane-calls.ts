/** Lane 5: how many calls were supported at each moment, and the media, which does not depend on control at all. */
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { type LaneDrawing, line, type Mark, placed, type Room, type Tone } from "./mark.ts";
import { callsAtStake, milestones } from "./milestones.ts";
import { roomOf } from "./room.ts";
import { type Scale, xOf } from "./scale.ts";

/** A longer silence than this a caller hears: concealment has faded to nothing by then (ITU-T G.711 Appendix I). */
export const audibleGapMs = 60;

export function callsLane(report: FailoverReport, scale: Scale, top: number, soFarMs: number): LaneDrawing {
  const marks: Mark[] = [];
  const base = top + 45;
  const full = 38;
  const most = Math.max(1, callsAtStake(report), ...report.supported.map(([, calls]) => calls));
  const endMs = milestones(report).endMs ?? soFarMs;
  const y = (calls: number): number => Math.round((base - (calls / most) * full) * 10) / 10;
  marks.push(line("all calls", [scale.left, y(most)], [scale.right, y(most)], "mark-2", 1, true));
  const curve = stepCurve(report.supported, endMs, scale, y);
  if (curve !== null) marks.push({ kind: "curve", name: "calls supported", d: curve, tone: "ink", width: 1.5 });
  marks.push(...supportedText(report, scale, endMs, y, roomOf(report, scale, soFarMs)));
  marks.push(...media(report, scale, top + 70, roomOf(report, scale, soFarMs)));
  return { name: "Calls", top, bottom: top + 79, marks };
}

/** A staircase: the number holds until the next one is known. */
export function stepCurve(points: FailoverReport["supported"], untilMs: number, scale: Scale, y: (calls: number) => number): string | null {
  const first = points[0];
  if (!first) return null;
  let d = `M${xOf(scale, first[0])} ${y(first[1])}`;
  for (const [atMs, calls] of points.slice(1)) d += `H${xOf(scale, atMs)}V${y(calls)}`;
  return `${d}H${xOf(scale, Math.max(untilMs, points.at(-1)?.[0] ?? 0))}`;
}

function supportedText(report: FailoverReport, scale: Scale, endMs: number, y: (calls: number) => number, room: Room): Mark[] {
  const now = report.supported.at(-1)?.[1] ?? 0;
  const said = `${report.state === "in-progress" ? now : report.callsAdopted} of ${callsAtStake(report)}${report.state === "in-progress" ? " so far" : ""}`;
  const endX = xOf(scale, endMs);
  const label = placed([endX, endX], Math.min(y(now) + 14, y(0)), [said], "ink", room);
  return label === null ? [] : [label];
}

function media(report: FailoverReport, scale: Scale, y: number, room: Room): Mark[] {
  const gapMs = report.longestMediaGapMs;
  const words = (from: number, wordings: readonly string[], tone: Tone): Mark[] => {
    // Behind the lane's own name where there is room for it; else from the left edge, however short.
    const label = [from, scale.left].map((x) => placed([x, x], y - 7, wordings, tone, room)).find((found) => found !== null);
    return label ? [label] : [];
  };
  const x = scale.left + 90;
  if (gapMs === null) {
    const said = report.state === "in-progress" ? "media: being watched" : "media: not measured";
    return [
      { kind: "hatch", name: "media not measured", x: scale.left, y: y - 3, width: scale.right - scale.left, height: 6 },
      ...words(x, [said], "ink-3"),
    ];
  }
  if (gapMs <= audibleGapMs) {
    return [
      line("media", [scale.left, y], [scale.right, y], "mark", 3),
      ...words(
        x,
        [
          `media: longest silence ${Math.round(gapMs)} ms, no gap over ${audibleGapMs} ms`,
          `media: longest silence ${Math.round(gapMs)} ms`,
        ],
        "ink-2",
      ),
    ];
  }
  // Only the length of the gap is reported, not its moment: it is drawn to scale at the failure, which is the earliest it can be.
  const cutX = xOf(scale, gapMs);
  return [
    line("media after the gap", [cutX, y], [scale.right, y], "mark", 3),
    line("gap", [scale.left, y - 4], [scale.left, y + 4], "amber", 1.5),
    line("gap end", [cutX, y - 4], [cutX, y + 4], "amber", 1.5),
    ...words(
      Math.max(x, cutX),
      [`media: longest gap ${Math.round(gapMs)} ms, drawn to scale, moment not reported`, `media: longest gap ${Math.round(gapMs)} ms`],
      "ink",
    ),
  ];
}
