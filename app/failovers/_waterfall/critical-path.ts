/** The chain of steps that made a failover as long as it was, in words, with what would shorten it. */
import type { FailoverReport, ReportedGateway } from "../../../server/core/timeline/failover-report.ts";
import { lastGateway, milestones, missesOf } from "./milestones.ts";
import { phases } from "./phases.ts";
import { counted, lasted } from "./words.ts";

export interface CriticalPath {
  /** `5 missed keepalives`, `verdict`, `claim`, `gw-6` */
  readonly parts: readonly string[];
  readonly sentences: readonly string[];
}

export function criticalPath(report: FailoverReport): CriticalPath | null {
  const { endMs, titleMs } = milestones(report);
  if (endMs === null) return null;
  const last = lastGateway(report);
  const missed = missesOf(report).length;
  const parts: string[] = [];
  if (report.kind === "switchover") parts.push("hand-over");
  else if (missed > 0) parts.push(counted(missed, "missed keepalive"));
  if (report.verdict) parts.push("verdict");
  if (titleMs !== null) parts.push("claim");
  parts.push(last && onPath(report, last) ? last.gateway : "last call");
  return { parts, sentences: [...shares(report), ...others(report), ...advice(report)] };
}

function shares(report: FailoverReport): string[] {
  const last = lastGateway(report);
  return phases(report, 0)
    .filter((phase) => phase.sharePercent !== null && phase.sharePercent >= 5)
    .sort((a, b) => (b.sharePercent ?? 0) - (a.sharePercent ?? 0))
    .map((phase, index) => {
      const whose =
        phase.name === "adoption" && last && onPath(report, last)
          ? `the adoption, ending with ${last.gateway}, which held ${counted(last.connections, "connection")}`
          : phase.name;
      return `${phase.sharePercent} % ${index === 0 ? "of the time was" : "was"} ${whose}.`;
    });
}

/** A gateway may go on with its history after the last call was supported; then it did not make the change longer. */
export function onPath(report: FailoverReport, gateway: ReportedGateway): boolean {
  const { endMs } = milestones(report);
  return endMs !== null && gateway.adoptedMs !== null && gateway.adoptedMs <= endMs + 1;
}

/** How much earlier everybody else was supported. */
function others(report: FailoverReport): string[] {
  const last = lastGateway(report);
  const { endMs } = milestones(report);
  if (!last || last.adoptedMs === null || endMs === null) return [];
  if (!onPath(report, last)) {
    const laterMs = Math.round(last.adoptedMs - endMs);
    return [`${last.gateway} was done ${lasted(laterMs)} after the last call was supported: reading histories holds no call up.`];
  }
  const before = report.gateways.filter((gateway) => gateway !== last && gateway.adoptedMs !== null && gateway.connections > 0);
  const second = before.reduce((most, gateway) => Math.max(most, gateway.adoptedMs ?? 0), 0);
  const earlierMs = Math.round(last.adoptedMs - second);
  if (before.length === 0 || earlierMs < 20) return [];
  return [`The other ${counted(before.length, "gateway")} were done ${lasted(earlierMs)} earlier.`];
}

function advice(report: FailoverReport): string[] {
  // An operator decided, and no timer.
  if (report.cause === "operator-forced") return [];
  const [longest] = phases(report, 0).sort((a, b) => b.untilMs - b.fromMs - (a.untilMs - a.fromMs));
  if (!longest) return [];
  if (longest.name === "detection")
    return [
      `The floor of detection is ${report.missLimit} × ${report.keepaliveMs} ms; only a shorter interval or a lower limit would shorten it.`,
    ];
  const last = lastGateway(report);
  if (longest.name === "adoption" && last && onPath(report, last)) return ["A shorter audit of the last gateway would shorten it."];
  return [];
}
