/** The audit log: rows are added, never changed. */
import { desc, lt } from "drizzle-orm";
import type { Database } from "./database.ts";
import { auditLog } from "./schema/audit-log.ts";

export type NewAuditRow = Omit<typeof auditLog.$inferSelect, "id">;
export type AuditRow = typeof auditLog.$inferSelect;

export async function addAuditRow(database: Database, row: NewAuditRow): Promise<void> {
  database.orm.insert(auditLog).values(row).run();
}

export async function listAuditRows(database: Database, limit: number, before: number | null): Promise<AuditRow[]> {
  return database.orm
    .select()
    .from(auditLog)
    .where(before === null ? undefined : lt(auditLog.id, before))
    .orderBy(desc(auditLog.id))
    .limit(limit)
    .all();
}
