/** Failover reports, live ones too; a finished report never changes again. */
import { and, asc, desc, eq, gte, lt, ne } from "drizzle-orm";
import type { FailoverReport } from "../server/core/timeline/failover-report.ts";
import type { Database } from "./database.ts";
import { failovers } from "./schema/failovers.ts";

/**
 * A report that is still in progress replaces itself; so does a finished one that only learnt its media gap.
 * One in progress never replaces a finished one, whatever order they arrive in.
 */
export async function storeFailover(database: Database, report: FailoverReport): Promise<void> {
  const row = {
    id: report.id,
    kind: report.kind,
    state: report.state,
    epochNumber: report.epoch.number,
    fromServer: report.from,
    toServer: report.to,
    startedAt: Math.round(report.startedAt),
    activeAt: report.timeline.activeAt === null ? null : Math.round(report.timeline.activeAt),
    report: JSON.stringify(report),
  };
  const { id: _, ...changed } = row;
  database.orm
    .insert(failovers)
    .values(row)
    .onConflictDoUpdate({
      target: failovers.id,
      set: changed,
      ...(report.state === "in-progress" ? { setWhere: eq(failovers.state, "in-progress") } : {}),
    })
    .run();
}

export async function listStoredFailovers(database: Database, limit: number, before: number | null): Promise<FailoverReport[]> {
  const rows = database.orm
    .select({ report: failovers.report })
    .from(failovers)
    .where(before === null ? undefined : lt(failovers.startedAt, before))
    .orderBy(desc(failovers.startedAt), desc(failovers.id))
    .limit(limit)
    .all();
  return rows.map((row) => JSON.parse(row.report) as FailoverReport);
}

export async function findFailover(database: Database, id: string): Promise<FailoverReport | null> {
  const row = database.orm.select({ report: failovers.report }).from(failovers).where(eq(failovers.id, id)).get();
  return row ? (JSON.parse(row.report) as FailoverReport) : null;
}

/** Two servers may have claimed with the same number; at most 100. */
export async function failoversNumbered(database: Database, number: number): Promise<FailoverReport[]> {
  const rows = database.orm.select({ report: failovers.report }).from(failovers).where(eq(failovers.epochNumber, number)).limit(100).all();
  return rows.map((row) => JSON.parse(row.report) as FailoverReport);
}

export interface FailoverMark {
  readonly id: string;
  readonly at: number;
  readonly number: number;
  readonly to: string;
}

/** Where failovers lie on a time axis; at most 500. */
export async function failoverMarks(database: Database, from: number, to: number): Promise<FailoverMark[]> {
  return database.orm
    .select({ id: failovers.id, at: failovers.startedAt, number: failovers.epochNumber, to: failovers.toServer })
    .from(failovers)
    .where(and(gte(failovers.startedAt, from), lt(failovers.startedAt, to), ne(failovers.state, "abandoned")))
    .orderBy(asc(failovers.startedAt))
    .limit(500)
    .all();
}
