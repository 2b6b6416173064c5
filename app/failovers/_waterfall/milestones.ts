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
}

export function stepsOf(report: FailoverReport, what: string): ReportedStep[] {
  return report.steps.filter((step) => step.what === what).sort((a, b) => a.atMs - b.atMs);
}

/**
 * The misses in order. The one that reaches the limit brings the verdict in the same instant and need not have a step
 * of its own; the verdict's count tells of it.
 */
export function missesOf(report: FailoverReport): ReportedStep[] {
  const misses = stepsOf(report, "missed");
  const { verdict } = report;
  if (verdict === null || verdict.missed !== misses.length + 1) return misses;
  const last: ReportedStep = {
    atMs: verdict.atMs,
    untilMs: null,
    lane: "detection",
    what: "missed",
    node: report.from,
    text: `missed ${verdict.missed}, with the verdict`,
  };
  return [...misses, last];
}

/** Calls that were up when control was lost, as far as anyone knew: the old number may miss calls that began in the last moment. */
export function callsAtStake(report: FailoverReport): number {
  return Math.max(report.callsAtStake, report.callsAdopted + report.callsReleased);
}

export function milestones(report: FailoverReport): Milestones {
  const misses = missesOf(report);
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
    endMs: report.state === "in-progress" ? null : (offset(report.timeline.activeAt) ?? first("active") ?? lastAdoptedMs(report)),
  };
}

function lastAdoptedMs(report: FailoverReport): number | null {
  const adopted = report.gateways.map((gateway) => gateway.adoptedMs).filter((at) => at !== null);
  return adopted.length === 0 ? null : Math.max(...adopted);
}

/**
 * How long calls were without control. A failover began somewhere between the last good keepalive and the first miss,
 * a switchover between the last keepalive of the old primary and its word to the new one; so both have two bounds.
 */
export function total(report: FailoverReport): Total {
  const { endMs, firstMissMs } = milestones(report);
  if (endMs === null) return { upperMs: null, lowerMs: null };
  const letGo = stepsOf(report, "handover")[0] ?? stepsOf(report, "resigned")[0] ?? stepsOf(report, "released")[0];
  const uncertainMs = report.kind === "switchover" ? (letGo?.atMs ?? report.keepaliveMs) : (firstMissMs ?? report.keepaliveMs);
  return { upperMs: endMs, lowerMs: Math.max(0, endMs - uncertainMs) };
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

/** Forced while the old primary was there: the order began it, and nobody judged anything. */
export function isByOrder({ cause, from, timeline }: FailoverReport): boolean {
  return cause === "operator-forced" && from !== null && timeline.lastKeepaliveAt === null;
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
