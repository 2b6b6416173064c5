/** Lane 3: from the evidence on disk to the title. */
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { box, keepApart, type LaneDrawing, line, type Mark, type TextMark, text } from "./mark.ts";
import { milestones, stepsOf } from "./milestones.ts";
import { type Scale, xOf } from "./scale.ts";
import { counted, shortened } from "./words.ts";

export function takeoverLane(report: FailoverReport, scale: Scale, top: number, soFarMs: number): LaneDrawing {
  const marks: Mark[] = [];
  const labels: TextMark[] = [];
  const { titleMs } = milestones(report);
  const claims = stepsOf(report, "claim");
  if (titleMs !== null) {
    labels.push(text(xOf(scale, titleMs) + 7, top + 32, `title +${Math.round(titleMs)}, epoch ${report.epoch.number}`, "ink"));
  }
  claims.forEach((claim, index) => {
    const untilMs = claim.untilMs ?? titleMs ?? soFarMs;
    const x = xOf(scale, claim.atMs);
    marks.push(box(claim.text, x, top + 8, xOf(scale, untilMs) - x, 10, "mark", titleMs === null && claim.untilMs === null));
    const grants = report.gateways.filter((gateway) => gateway.grantedMs !== null).length;
    const said = index === claims.length - 1 ? `claim, ${counted(grants, "grant")}` : "claim";
    labels.push(text(Math.max(xOf(scale, untilMs), xOf(scale, claim.atMs)) + 6, top + 17, said, "ink-2"));
  });
  for (const step of report.steps) {
    if (step.lane !== "takeover" || ["claim", "grant", "title"].includes(step.what)) continue;
    const x = xOf(scale, step.atMs);
    marks.push(line(step.text, [x, top + 8], [x, top + 18], "mark-2", 1.5));
    labels.push(text(x - 4, top + 17, shortened(step.text, 28), "ink-3", { anchor: "end" }));
  }
  return { name: "Takeover", top, bottom: top + 40, marks: [...marks, ...keepApart(labels)] };
}
