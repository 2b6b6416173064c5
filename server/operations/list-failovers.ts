/** Changes of control, newest first. */
import { listStoredFailovers } from "../../db/failovers.ts";
import type { FailoverSummary } from "./console-view.ts";
import { type OperationsContext, requireDatabase } from "./context.ts";
import { summarize } from "./failover-sentence.ts";

export interface FailoverPage {
  readonly limit: number;
  /** Start of the last one of the page before. */
  readonly before?: number | null | undefined;
}

export async function listFailovers(context: OperationsContext, page: FailoverPage): Promise<FailoverSummary[]> {
  const reports = await listStoredFailovers(requireDatabase(context), page.limit, page.before ?? null);
  return reports.map(summarize);
}
