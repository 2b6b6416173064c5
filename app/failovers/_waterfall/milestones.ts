/**
 * The moments of a change of control that every drawing and sentence about it hangs on,
 * as offsets in ms after the last good keepalive. Null where it has not happened or nobody said.
 */
import type { FailoverReport, ReportedGateway, ReportedStep } from "../../../server/core/timeline/failover-report.ts";

export interface Milestones {
  /** First missed keepalive: the failure lies between 0 and this. */
  readonly firstMissMs: number | null;
  /** The miss that reached the limit. */
  readonly limitMs: number | null;
  readonly verdictMs: number | null;
  readonly titleMs: number | null;
  /** Last call adopted. */
  readonly endMs: number | null;
}

export interface Total {
  /** Longest it can have lasted; null while in progress or unknown. */
  readonly upperMs: number | null;
  /** Shortest it can have lasted. */
  readonly lowerMs: number | null;
  /** True where both are the same moment, as in a switchover. */
  readonly exact: boolean;
}

export function stepsOf(report: FailoverReport, what: string): ReportedStep[] {
  return report.steps.filter((step) => step.what === what).sort((a, b) => a.atMs - b.atMs);
}

export function milestones(report: FailoverReport): Milestones {
  const misses = stepsOf(report, "missed");
  const offset = (wall: number | null): number | null => (wall === null ? null : Math.max(0, wall - report.startedAt));
  const first = (what: string): number | null => stepsOf(report, what)[0]?.atMs ?? null;
  const verdictMs = report.verdict?.atMs ?? first("verdict") ?? (report.kind === "failover" ? offset(report.timeline.decidedAt) : null);
  return {
    firstMissMs: misses[0]?.atMs ?? null,
    // Below the limit the counting still goes on, unless a verdict came without it (an explicit "no title").
    limitMs:
      misses[report.missLimit - 1]?.atMs ?? (verdictMs === null && report.state === "in-progress" ? null : (misses.at(-1)?.atMs ?? null)),
    verdictMs,
    titleMs: first("title") ?? offset(report.timeline.titleAt),
    endMs: report.state === "in-progress" ? null : (first("active") ?? offset(report.timeline.activeAt) ?? lastAdoptedMs(report)),
  };
}

function lastAdoptedMs(report: FailoverReport): number | null {
  const adopted = report.gateways.map((gateway) => gateway.adoptedMs).filter((at) => at !== null);
  return adopted.length === 0 ? null : Math.max(...adopted);
}

/**
 * How long calls were without control. A failover began somewhere between the last good keepalive and the first miss,
 * so its length has two bounds; a switchover began when the old primary let go, which is one moment.
 */
export function total(report: FailoverReport): Total {
  const { endMs, firstMissMs } = milestones(report);
  if (endMs === null) return { upperMs: null, lowerMs: null, exact: false };
  if (report.kind === "switchover") {
    const letGoMs = (stepsOf(report, "resigned")[0] ?? stepsOf(report, "released")[0])?.atMs ?? 0;
    const lastedMs = Math.max(0, endMs - letGoMs);
    return { upperMs: lastedMs, lowerMs: lastedMs, exact: true };
  }
  const uncertainMs = Math.min(firstMissMs ?? report.keepaliveMs, endMs);
  return { upperMs: endMs, lowerMs: endMs - uncertainMs, exact: false };
}

/** The gateway that was supported last; null while any is still on its way, or where none had to move. */
export function lastGateway(report: FailoverReport): ReportedGateway | null {
  let last: ReportedGateway | null = null;
  for (const gateway of report.gateways) {
    if (gateway.adoptedMs === null) continue;
    if (last === null || gateway.adoptedMs > (last.adoptedMs ?? 0)) last = gateway;
  }
  return last;
}

/** The furthest offset that the report speaks of. */
export function furthestMs(report: FailoverReport): number {
  const offsets = report.steps.map((step) => step.untilMs ?? step.atMs);
  for (const gateway of report.gateways) {
    offsets.push(
      ...[gateway.promiseEndMs, gateway.grantedMs, gateway.connectedMs, gateway.auditedMs, gateway.historyMs, gateway.adoptedMs].filter(
        (at) => at !== null,
      ),
    );
  }
  if (report.verdict) offsets.push(report.verdict.atMs);
  return offsets.reduce((most, at) => Math.max(most, at), report.keepaliveMs);
}
