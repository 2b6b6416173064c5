/** Lane 2: what was asked, who answered, what was decided, and how long the old promises still ran. */
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { box, keepApart, type LaneDrawing, line, type Mark, type TextMark, text } from "./mark.ts";
import { milestones, stepsOf } from "./milestones.ts";
import { type Scale, xOf } from "./scale.ts";
import { shortened } from "./words.ts";

export function decisionLane(report: FailoverReport, scale: Scale, top: number, soFarMs: number): LaneDrawing {
  const marks: Mark[] = [];
  const labels: TextMark[] = [];
  const { verdictMs, titleMs } = milestones(report);
  const decidedMs = verdictMs ?? soFarMs;

  for (const query of stepsOf(report, "query")) {
    const untilMs = query.untilMs ?? decidedMs;
    const x = xOf(scale, query.atMs);
    marks.push(box(query.text, x, top + 8, xOf(scale, untilMs) - x, 10, "mark", true));
    labels.push(text(xOf(scale, untilMs) + 6, top + 17, shortened(query.text, 30), "ink-2"));
  }
  stepsOf(report, "jury").forEach((round, index) => {
    const x = xOf(scale, round.atMs);
    const width = round.untilMs === null ? 8 : xOf(scale, round.untilMs) - x;
    marks.push(box(round.text, x, top + 25, width, 10, "mark", round.untilMs === null));
    labels.push(
      text(
        x + Math.max(8, width) + 6,
        top + 34,
        index === 0 ? `jury, ${shortened(round.text.replace(/^jury,?\s*/i, ""), 26)}` : `round ${index + 1}`,
        "ink-3",
      ),
    );
  });
  for (const step of report.steps) {
    if (step.lane !== "decision" || ["query", "jury", "verdict"].includes(step.what)) continue;
    const x = xOf(scale, step.atMs);
    marks.push(line(step.text, [x, top + 24], [x, top + 36], "mark", 1.5));
  }

  marks.push(...promises(report, scale, top + 47, titleMs ?? decidedMs));
  const promised = promiseEndMs(report);
  if (promised !== null && xOf(scale, promised) - scale.left > 150) {
    labels.push(
      text((scale.left + xOf(scale, promised)) / 2, top + 51, `promises to ${report.from ?? "the old primary"}`, "ink-3", {
        anchor: "middle",
        backed: true,
      }),
    );
  }
  if (verdictMs !== null) {
    const x = xOf(scale, verdictMs);
    marks.push(line("verdict", [x, top + 8], [x, top + 52], "ink", 2));
    labels.unshift(text(x + 8, top + 51, verdictLabel(report, verdictMs), "ink"));
  }
  return { name: "Decision", top, bottom: top + 64, marks: [...marks, ...keepApart(labels)] };
}

function verdictLabel(report: FailoverReport, verdictMs: number): string {
  const at = `verdict +${Math.round(verdictMs)}`;
  return report.verdict && !report.verdict.takeOver ? `${at}: not taking over` : at;
}

/** When the last voter's promise to the old owner ran out. */
function promiseEndMs(report: FailoverReport): number | null {
  const ends = report.gateways.map((gateway) => gateway.promiseEndMs).filter((at) => at !== null);
  return ends.length === 0 ? null : Math.max(...ends);
}

function promises(report: FailoverReport, scale: Scale, y: number, untilMs: number): Mark[] {
  const endMs = promiseEndMs(report);
  if (endMs === null)
    return report.kind === "switchover" ? [] : [line("promises: not told", [scale.left, y], [xOf(scale, untilMs), y], "mark-2", 1, true)];
  const x = xOf(scale, endMs);
  return [
    line("promises to the old owner", [scale.left, y], [x, y], "mark-2", 2),
    line("last promise ran out", [x, y - 5], [x, y + 5], "mark", 2),
  ];
}
