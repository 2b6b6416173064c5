/** One change of control in full: live from the server that carries it out, else as collected. */
import type { Database } from "../../db/database.ts";
import { failoversNumbered, findFailover } from "../../db/failovers.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import type { OperationsContext } from "./context.ts";
import { findReport, isNumber } from "./find-report.ts";

export async function getFailover(context: OperationsContext, wanted: string): Promise<FailoverReport> {
  const { nodes } = await context.observe();
  const live = [...nodes.values()].flatMap(({ status }) => (status?.kind === "call-server" ? (status.failover ?? []) : []));
  const collected = context.database ? await stored(context.database, wanted) : [];
  // The server itself knows more than what was collected from it.
  return findReport([...live, ...collected.filter(({ id }) => live.every((one) => one.id !== id))], wanted);
}

async function stored(database: Database, wanted: string): Promise<FailoverReport[]> {
  if (isNumber(wanted)) return failoversNumbered(database, Number(wanted));
  const report = await findFailover(database, wanted);
  return report === null ? [] : [report];
}
