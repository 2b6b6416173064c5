/** The newest reports of changes of control in full; empty without a database. */
import { listStoredFailovers } from "../../db/failovers.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import type { OperationsContext } from "./context.ts";

export async function recentReports({ database }: OperationsContext, limit: number): Promise<FailoverReport[]> {
  return database ? listStoredFailovers(database, limit, null) : [];
}
