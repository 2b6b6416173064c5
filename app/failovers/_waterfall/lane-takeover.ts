/** Lane 3: from the evidence on disk to the title. */
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { box, keepApart, type LaneDrawing, line, type Mark, placed, type TextMark } from "./mark.ts";
import { milestones, stepsOf } from "./milestones.ts";
import { roomOf } from "./room.ts";
import { type Scale, xOf } from "./scale.ts";
import { counted, shortened } from "./words.ts";

export function takeoverLane(report: FailoverReport, scale: Scale, top: number, soFarMs: number): LaneDrawing {
  const marks: Mark[] = [];
  const labels: (TextMark | null)[] = [];
  const { titleMs } = milestones(report);
  const room = roomOf(report, scale, soFarMs);
  const claims = stepsOf(report, "claim");
  if (titleMs !== null) {
    const x = xOf(scale, titleMs);
    const said = `title +${Math.round(titleMs)}`;
    labels.push(placed([x, x], top + 32, [`${said}, epoch ${report.epoch.number}`, said], "ink", room));
  }
  claims.forEach((claim, index) => {
    const x = xOf(scale, claim.atMs);
    const untilX = Math.max(x, xOf(scale, claim.untilMs ?? titleMs ?? soFarMs));
    marks.push(box(claim.text, x, top + 8, untilX - x, 10, "mark", titleMs === null && claim.untilMs === null));
    const wordings = index === claims.length - 1 ? [`claim, ${grantsText(report)}`, "claim"] : ["claim"];
    labels.push(placed([x, untilX], top + 17, wordings, "ink-2", room));
  });
  const others = report.steps.filter((step) => step.lane === "takeover" && !["claim", "grant", "title"].includes(step.what));
  for (const step of others) {
    const x = xOf(scale, step.atMs);
    marks.push(line(step.text, [x, top + 8], [x, top + 18], "mark-2", 1.5));
    // Voters that say the same within a moment are told together, at the first of them.
    const same = others.filter(({ what, text }) => what === "refusal" && text === step.text);
    if (same.length > 1 && same[0] !== step) continue;
    const text = same.length > 1 ? `${same.length} ${step.text}` : step.text;
    labels.push(placed([x + 2, x - 2], top + 32, [shortened(text, 28)], "ink-3", room));
  }
  return { name: "Takeover", top, bottom: top + 40, marks: [...marks, ...keepApart(labels.filter((label) => label !== null))] };
}

/** Gateways that have no vote promise too, but only voters make the title: "title by 3 of 5 voters". */
function grantsText(report: FailoverReport): string {
  const told = /(\d+) of (\d+)/.exec(stepsOf(report, "title")[0]?.text ?? "");
  if (told !== null) return `title by ${told[1]} of ${told[2]} voters`;
  const voters = report.verdict?.votes.length ?? 0;
  const granted = report.gateways.filter((gateway) => gateway.voter && gateway.grantedMs !== null).length;
  return `granted by ${voters > granted ? `${granted} of ${counted(voters, "voter")}` : counted(granted, "voter")}`;
}
