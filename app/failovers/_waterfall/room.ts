/** Where the words of a lane may stand: beside the verticals of the title and of the end, not across them. */
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import type { Room } from "./mark.ts";
import { milestones } from "./milestones.ts";
import { type Scale, xOf } from "./scale.ts";

/** `firstMs`: what stands upright in this lane before the end, from the takeover down the title. */
export function roomOf(report: FailoverReport, scale: Scale, soFarMs: number, firstMs = milestones(report).titleMs): Room {
  const endMs = milestones(report).endMs ?? (report.state === "in-progress" ? soFarMs : null);
  return { left: scale.left, right: scale.right, verticals: [firstMs, endMs].filter((at) => at !== null).map((at) => xOf(scale, at)) };
}
