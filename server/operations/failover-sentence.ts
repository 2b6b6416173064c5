/** A change of control in one sentence, and its total time. */
import type { Cause, FailoverReport } from "../core/timeline/failover-report.ts";
import { unreachable } from "../core/unreachable.ts";
import type { FailoverSummary } from "./console-view.ts";
import { counted, lasted } from "./words.ts";

/** Last good keepalive → last call adopted, ms; null while that is not known. */
export function failoverTotalMs(report: FailoverReport): number | null {
  const { activeAt, lastKeepaliveAt } = report.timeline;
  if (activeAt === null) return null;
  return Math.max(0, activeAt - (lastKeepaliveAt ?? report.startedAt));
}

/** In a site that stands by cold, a takeover that nobody handed over resets gateways; their calls end. */
function resetGateways(report: FailoverReport): number {
  return new Set(report.steps.filter((step) => step.what === "reset").map((step) => step.node)).size;
}

export function failoverSentence(report: FailoverReport): string {
  const total = failoverTotalMs(report);
  const took = total === null ? "" : ` in ${lasted(total)}`;
  if (report.state === "abandoned") return `${report.to} began to take over and gave up.`;
  if (report.state === "in-progress") return `${report.to} is taking over${report.from === null ? "" : ` from ${report.from}`}.`;
  const parts = [
    `${counted(report.callsAdopted, "call")} kept`,
    `${report.callsReleased} released`,
    `${counted(report.recordsRecovered, "record")} recovered`,
  ];
  const reset = resetGateways(report);
  if (reset > 0) parts.push(`${counted(reset, "gateway")} reset, as the site stands by cold`);
  if (report.longestMediaGapMs !== null) parts.push(`longest silence ${Math.round(report.longestMediaGapMs)} ms`);
  return `${causeSentence(report)} ${report.to} took over${took}. ${parts.join(", ")}.`;
}

function causeSentence(report: FailoverReport): string {
  if (report.cause === "requested")
    return `${report.by ?? "Somebody"} asked for a switchover${report.reason ? `: ${report.reason.replace(/\.$/, "")}.` : "."}`;
  return `${causeText(report.cause, report.from)}.`;
}

export function causeText(cause: Cause, from: string | null): string {
  const name = from ?? "the primary";
  switch (cause) {
    case "primary-dead":
      // Nobody heard it any more. Whether its process died, or froze and will come back, no voter can tell.
      return `${name} fell silent`;
    case "primary-frozen":
      return `${name} froze`;
    case "primary-cut-off":
      return `${name} was cut off`;
    case "primary-without-title":
      return `${name} lost the title`;
    case "no-primary":
      return "Nobody was primary";
    case "requested":
      return "Requested";
    case "operator-forced":
      return `Forced by an operator, without the consent of ${name}`;
    default:
      return unreachable(cause);
  }
}

export function summarize(report: FailoverReport): FailoverSummary {
  return {
    id: report.id,
    kind: report.kind,
    number: report.epoch.number,
    from: report.from,
    to: report.to,
    cause: report.cause,
    cold: resetGateways(report) > 0,
    state: report.state,
    startedAt: report.startedAt,
    totalMs: failoverTotalMs(report),
    callsAdopted: report.callsAdopted,
    callsReleased: report.callsReleased,
    recordsRecovered: report.recordsRecovered,
    by: report.by,
    reason: report.reason,
    sentence: failoverSentence(report),
  };
}
