/** `tandem history`: changes of control, and one of them step by step. */
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import { failoverHistory } from "../operations/failover-history.ts";
import { summarize } from "../operations/failover-sentence.ts";
import { findReport } from "../operations/find-report.ts";
import { counted, lasted } from "../operations/words.ts";
import { printReport } from "./history-report.ts";
import { type CommonOptions, withContext } from "./open-context.ts";
import { isoTime, printJson, printLine, printTable } from "./output.ts";

const searchedReports = 500;

export async function history(common: CommonOptions, options: { limit: number }, id: string | undefined): Promise<void> {
  await withContext(common, "if-there", async (context) => {
    const reports = await failoverHistory(context, id === undefined ? options.limit + 1 : searchedReports);
    if (id !== undefined) {
      const report = findReport(reports, id, "`tandem history` lists them.");
      if (common.json) printJson(withIsoTimes(report));
      else printReport(report);
      return;
    }
    const shown = reports.slice(0, options.limit);
    if (common.json) printJson(shown.map((report) => ({ ...summarize(report), ...withIsoTimes(report, false) })));
    else printList(shown, reports.length > shown.length);
  });
}

function printList(shown: readonly FailoverReport[], more: boolean): void {
  printTable(
    ["ID", "STARTED", "KIND", "FROM", "TO", "TOOK", "KEPT", "RELEASED", "STATE"],
    shown
      .map(summarize)
      .map((one) => [
        one.id,
        isoTime(one.startedAt),
        one.kind,
        one.from ?? "-",
        one.to,
        one.totalMs === null ? null : lasted(one.totalMs),
        one.callsAdopted,
        one.callsReleased,
        one.state,
      ]),
  );
  printLine(`${counted(shown.length, "change of control", "changes of control")}${more ? ", the newest; --limit N for more" : ""}`);
}

function withIsoTimes(report: FailoverReport, whole = true): Record<string, unknown> {
  const timeline = Object.fromEntries(Object.entries(report.timeline).map(([name, at]) => [name, isoTime(at)]));
  return { ...(whole ? report : {}), startedAt: isoTime(report.startedAt), timeline };
}
