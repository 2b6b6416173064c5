/** `tandem history`: changes of control, and one of them step by step. */
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import { failoverHistory } from "../operations/failover-history.ts";
import { summarize } from "../operations/failover-sentence.ts";
import { OperationError } from "../operations/operation-error.ts";
import { type CommonOptions, withContext } from "./open-context.ts";
import { isoTime, printJson, printLine, printTable } from "./output.ts";

const searchedReports = 500;

export async function history(common: CommonOptions, options: { limit: number }, id: string | undefined): Promise<void> {
  await withContext(common, "if-there", async (context) => {
    const reports = await failoverHistory(context, id === undefined ? options.limit : searchedReports);
    if (id !== undefined) {
      const report = reports.find((one) => one.id === id);
      if (!report) throw new OperationError("not-found", `No failover ${id} is known. \`tandem history\` lists them.`);
      if (common.json) printJson(withIsoTimes(report));
      else printReport(report);
    } else if (common.json) printJson(reports.map((report) => ({ ...summarize(report), ...withIsoTimes(report, false) })));
    else {
      printTable(
        ["ID", "STARTED", "KIND", "FROM", "TO", "TOOK", "KEPT", "RELEASED", "STATE"],
        reports
          .map(summarize)
          .map((one) => [
            one.id,
            isoTime(one.startedAt),
            one.kind,
            one.from ?? "-",
            one.to,
            one.totalMs === null ? null : `${Math.round(one.totalMs)} ms`,
            one.callsAdopted,
            one.callsReleased,
            one.state,
          ]),
      );
      printLine(`${reports.length} changes of control`);
    }
  });
}

function withIsoTimes(report: FailoverReport, whole = true): Record<string, unknown> {
  const timeline = Object.fromEntries(Object.entries(report.timeline).map(([name, at]) => [name, isoTime(at)]));
  return { ...(whole ? report : {}), startedAt: isoTime(report.startedAt), timeline };
}

function printReport(report: FailoverReport): void {
  printLine(summarize(report).sentence);
  if (report.verdict) printLine(`Verdict: ${report.verdict.sentence}`);
  printLine(`\nms after the last good keepalive (${isoTime(report.startedAt)})\n`);
  printTable(
    ["AT", "UNTIL", "LANE", "NODE", "WHAT"],
    [...report.steps]
      .sort((a, b) => a.atMs - b.atMs)
      .map((step) => [step.atMs.toFixed(1), step.untilMs === null ? "" : step.untilMs.toFixed(1), step.lane, step.node ?? "", step.text]),
  );
}
