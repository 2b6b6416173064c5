/** The brackets over the ruler: which part of the time went where. Shares are of the whole, rounded, and need not add to 100. */
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { isByOrder, milestones } from "./milestones.ts";

export type PhaseName = "detection" | "decision" | "hand-over" | "adoption";

export interface Phase {
  readonly name: PhaseName;
  readonly fromMs: number;
  readonly untilMs: number;
  /** 0..100 of the whole; null while the whole is not known. */
  readonly sharePercent: number | null;
}

/** `soFarMs` ends the last phase of a change in progress. */
export function phases(report: FailoverReport, soFarMs: number): Phase[] {
  const { limitMs, verdictMs, titleMs, endMs } = milestones(report);
  const wholeMs = endMs ?? soFarMs;
  const found: Phase[] = [];
  const add = (name: PhaseName, fromMs: number, untilMs: number) => {
    if (untilMs <= fromMs) return;
    found.push({ name, fromMs, untilMs, sharePercent: endMs === null ? null : Math.round(((untilMs - fromMs) / endMs) * 100) });
  };
  const handedOverMs = titleMs ?? wholeMs;
  if (report.kind === "switchover") {
    add("hand-over", 0, handedOverMs);
  } else if (isByOrder(report)) {
    add("decision", 0, handedOverMs);
  } else {
    const detectedMs = Math.min(limitMs ?? verdictMs ?? handedOverMs, handedOverMs);
    add("detection", 0, detectedMs);
    add("decision", detectedMs, handedOverMs);
  }
  if (titleMs !== null) add("adoption", titleMs, wholeMs);
  return found;
}

/** `detection 500 ms, 60 %` */
export function phaseText(phase: Phase): string {
  const lasted = `${phase.name} ${Math.round(phase.untilMs - phase.fromMs)} ms`;
  return phase.sharePercent === null ? `${lasted} so far` : `${lasted}, ${phase.sharePercent} %`;
}
