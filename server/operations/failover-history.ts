/** Changes of control from everywhere at once: the servers that answer, and the database. Works with either missing. */
import { listStoredFailovers } from "../../db/failovers.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import type { OperationsContext } from "./context.ts";

/** Newest first. What a server says now wins over what was stored. */
export async function failoverHistory(context: OperationsContext, limit: number): Promise<FailoverReport[]> {
  const stored = context.database ? await listStoredFailovers(context.database, limit, null) : [];
  const asked = context.site.servers.map((server) => context.fleet.failovers(server.name).catch((): FailoverReport[] => []));
  const told = (await Promise.all(asked)).flat();
  const byId = new Map([...stored, ...told].map((report) => [report.id, report]));
  return [...byId.values()].sort((a, b) => b.startedAt - a.startedAt).slice(0, limit);
}
