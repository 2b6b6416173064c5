/** The newest reports of changes of control in full; empty without a database. */
import { listStoredFailovers } from "../../db/failovers.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import type { OperationsContext } from "./context.ts";

export async function recentReports({ database }: OperationsContext, limit: number): Promise<FailoverReport[]> {
  return database ? listStoredFailovers(database, limit, null) : [];
}

/** The newest change of control in the database that was one; null where there is none. */
export async function rememberedReport(context: OperationsContext): Promise<FailoverReport | null> {
  const reports = await recentReports(context, 20);
  return reports.find((report) => report.state !== "abandoned") ?? null;
}
