/**
 * The whole waterfall as plain shapes: lanes top to bottom, ruler with brackets above, verticals through them.
 * Pure: the same report, width and moment give the same picture, live or years later.
 */
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { callsLane } from "./lane-calls.ts";
import { decisionLane } from "./lane-decision.ts";
import { detectionLane } from "./lane-detection.ts";
import { gatewaysLane } from "./lane-gateways.ts";
import { takeoverLane } from "./lane-takeover.ts";
import { hatch, type LaneDrawing, line, type Mark, text, textWidth } from "./mark.ts";
import { furthestMs, milestones } from "./milestones.ts";
import { phases, phaseText } from "./phases.ts";
import { type Scale, scaleFor, xOf } from "./scale.ts";

export interface WaterfallDrawing {
  readonly width: number;
  readonly height: number;
  readonly scale: Scale;
  readonly ruler: readonly Mark[];
  /** Behind everything: hairlines and the hatch in which the failure lies. */
  readonly ground: readonly Mark[];
  readonly lanes: readonly LaneDrawing[];
  readonly verticals: readonly Mark[];
}

const lanesTop = 46;
const gutter = 148;
const narrowGutter = 72;

/** `soFarMs`: how long a change in progress has lasted; ignored once it is over. */
export function drawWaterfall(report: FailoverReport, width: number, soFarMs: number): WaterfallDrawing {
  const left = width < 640 ? narrowGutter : gutter;
  const marks = milestones(report);
  const reachMs = report.state === "in-progress" ? Math.max(soFarMs, furthestMs(report)) : Math.max(marks.endMs ?? 0, furthestMs(report));
  const scale = scaleFor(reachMs, left, width);
  const detection = detectionLane(report, scale, lanesTop, soFarMs);
  const decision = decisionLane(report, scale, detection.bottom, soFarMs);
  const takeover = takeoverLane(report, scale, decision.bottom, soFarMs);
  const gateways = gatewaysLane(report, scale, takeover.bottom, soFarMs);
  const calls = callsLane(report, scale, gateways.bottom, soFarMs);
  const bottom = calls.bottom;
  return {
    width,
    height: bottom + 1,
    scale,
    ground: ground(report, scale, bottom),
    ruler: ruler(report, scale, soFarMs),
    lanes: [detection, decision, takeover, gateways, calls],
    verticals: verticals(report, scale, takeover.top, bottom, soFarMs),
  };
}

function ground(report: FailoverReport, scale: Scale, bottom: number): Mark[] {
  const marks: Mark[] = [];
  const { firstMissMs } = milestones(report);
  if (report.kind === "failover" && firstMissMs !== null) {
    const x = xOf(scale, 0);
    marks.push(hatch("the failure lies in here", x, lanesTop, xOf(scale, firstMissMs) - x, bottom - lanesTop));
  }
  for (const at of scale.ticks) marks.push(line("tick", [xOf(scale, at), 40], [xOf(scale, at), bottom], "line"));
  return marks;
}

function ruler(report: FailoverReport, scale: Scale, soFarMs: number): Mark[] {
  const marks: Mark[] = scale.ticks.map((at, index) => {
    const isLast = index === scale.ticks.length - 1;
    const anchor = index === 0 ? "start" : isLast ? "end" : "middle";
    return text(xOf(scale, at), 34, isLast ? `${at} ms` : `${at}`, "ink-3", { anchor });
  });
  for (const phase of phases(report, soFarMs)) {
    const from = xOf(scale, phase.fromMs) + 1;
    const until = Math.max(from + 1, xOf(scale, phase.untilMs) - 1);
    marks.push({ kind: "curve", name: phaseText(phase), d: `M${from} 16V10H${until}V16`, tone: "ink-2", width: 1 });
    const said = phaseText(phase);
    const short = phase.name;
    const room = until - from - 16;
    const fits = textWidth(said) <= room ? said : textWidth(short) <= room ? short : null;
    if (fits !== null) marks.push(text((from + until) / 2, 14, fits, "ink", { anchor: "middle", backed: true }));
  }
  return marks;
}

function verticals(report: FailoverReport, scale: Scale, takeoverTop: number, bottom: number, soFarMs: number): Mark[] {
  const { titleMs, endMs } = milestones(report);
  const marks: Mark[] = [];
  if (titleMs !== null) marks.push(line("title", [xOf(scale, titleMs), takeoverTop + 2], [xOf(scale, titleMs), bottom], "ink", 1.5));
  if (endMs !== null) marks.push(line("last call adopted", [xOf(scale, endMs), 40], [xOf(scale, endMs), bottom], "ink", 1.5));
  else if (report.state === "in-progress") marks.push(line("now", [xOf(scale, soFarMs), 40], [xOf(scale, soFarMs), bottom], "ink", 1.5));
  return marks;
}
