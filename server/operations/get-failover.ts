/** One change of control in full: live from the server that carries it out, else as collected. */
import { findFailover } from "../../db/failovers.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import type { OperationsContext } from "./context.ts";
import { OperationError } from "./operation-error.ts";

export async function getFailover(context: OperationsContext, id: string): Promise<FailoverReport> {
  const { nodes } = await context.observe();
  for (const { status } of nodes.values()) {
    if (status?.kind === "call-server" && status.failover?.id === id) return status.failover;
  }
  const stored = context.database ? await findFailover(context.database, id) : null;
  if (!stored) throw new OperationError("not-found", `No failover ${id} is known here.`);
  return stored;
}
