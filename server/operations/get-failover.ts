/** One change of control in full: live from the server that carries it out, else as collected. */
import type { Database } from "../../db/database.ts";
import { failoversNumbered, findFailover } from "../../db/failovers.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import type { OperationsContext } from "./context.ts";
import { findReport, isNumber } from "./find-report.ts";

export async function getFailover(context: OperationsContext, wanted: string): Promise<FailoverReport> {
  const { nodes } = await context.observe();
  const live = [...nodes.values()].flatMap(({ status }) => (status?.kind === "call-server" ? (status.failover ?? []) : []));
  const running = live.find((report) => report.id === wanted);
  if (running) return running;
  return findReport([...live, ...(context.database ? await stored(context.database, wanted, live) : [])], wanted);
}

async function stored(database: Database, wanted: string, live: readonly FailoverReport[]): Promise<FailoverReport[]> {
  if (!isNumber(wanted)) return [(await findFailover(database, wanted)) ?? []].flat();
  const numbered = await failoversNumbered(database, Number(wanted));
  return numbered.filter(({ id }) => live.every((one) => one.id !== id));
}
