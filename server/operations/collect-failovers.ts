/**
 * Keeps the database's failover reports up to date. A server's status carries its newest report; the full list is fetched
 * only when a report appears that is not known here, because a hundred reports are megabytes.
 */
import { findFailover, storeFailover } from "../../db/failovers.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import { type OperationsContext, requireDatabase } from "./context.ts";

/** Changes whenever a report has more to say. */
export function reportVersion(report: FailoverReport): string {
  return [report.id, report.state, report.steps.length, report.callsAdopted, report.recordsRecovered, report.longestMediaGapMs].join("|");
}

/** All reports of a server: at the first contact, and after a gap. */
export async function collectFailoversFrom(context: OperationsContext, node: string): Promise<number> {
  const database = requireDatabase(context);
  const reports = (await context.fleet.failovers(node)).slice(-100);
  for (const report of reports) {
    const stored = await findFailover(database, report.id);
    if (!stored || reportVersion(stored) !== reportVersion(report)) await storeFailover(database, report);
  }
  return reports.length;
}

export async function storeReport(context: OperationsContext, report: FailoverReport): Promise<void> {
  await storeFailover(requireDatabase(context), report);
}
