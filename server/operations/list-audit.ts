/** The audit log, newest first. */
import { listAuditRows } from "../../db/audit-log.ts";
import type { AuditEntry } from "./console-view.ts";
import { type OperationsContext, requireDatabase } from "./context.ts";

export async function listAudit(
  context: OperationsContext,
  page: { limit: number; before?: number | null | undefined },
): Promise<AuditEntry[]> {
  return listAuditRows(requireDatabase(context), page.limit, page.before ?? null);
}
