/** A change of control in the words and numbers that others are told. */
import type { FailoverReport } from "../timeline/failover-report.ts";

/** A start with no primary before and nothing to take over is no change of control. */
export function isChange(report: FailoverReport): boolean {
  return report.from !== null || report.cause !== "no-primary" || report.callsAtStake > 0 || report.callsAdopted > 0;
}

export function changeAnnotations(report: FailoverReport): Record<string, string> {
  const { epoch, from, to, timeline } = report;
  const known: Record<string, string | number | null> = {
    summary: summaryOf(report),
    reason: report.reason ?? report.verdict?.sentence ?? null,
    by: report.by,
    cause: report.cause,
    epoch: epoch.number,
    epochOwner: epoch.server,
    from,
    to,
    ...(report.state === "in-progress"
      ? { callsAtStake: report.callsAtStake }
      : {
          outcome: report.state,
          callsAdopted: report.callsAdopted,
          callsReleased: report.callsReleased,
          recordsRecovered: report.recordsRecovered,
          activeAfterMs: timeline.activeAt === null ? null : timeline.activeAt - report.startedAt,
        }),
  };
  // Nobody is told a number that nobody measured.
  return Object.fromEntries(Object.entries(known).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])));
}

function summaryOf({ state, from, to, callsAdopted, callsReleased, recordsRecovered }: FailoverReport): string {
  const whom = from ?? "nobody";
  switch (state) {
    case "in-progress":
      return `${to} takes over from ${whom}.`;
    case "done":
      return `${to} took over from ${whom}: ${callsAdopted} ${callsAdopted === 1 ? "call" : "calls"} adopted, ${callsReleased} released, ${recordsRecovered} ${recordsRecovered === 1 ? "record" : "records"} recovered.`;
    case "abandoned":
      return `${to} began to take over from ${whom}, and let go before it had finished.`;
  }
}
