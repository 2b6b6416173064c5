/** A scheduled switchover is carried out, or is not, when nobody is there to ask: what the server wrote down of it becomes an audit entry. */
import { addAuditRow } from "../../db/audit-log.ts";
import type { JournalEvent } from "../core/timeline/journal-event.ts";
import type { OperationsContext } from "./context.ts";

const outcomes: ReadonlyMap<string, string> = new Map([
  ["scheduled-switchover-began", "done"],
  ["scheduled-switchover-blocked", "refused: blocked"],
  ["scheduled-switchover-dropped", "refused: dropped"],
]);

export async function auditSchedule({ database }: OperationsContext, events: readonly JournalEvent[]): Promise<void> {
  if (!database) return;
  for (const { what, wall, text, data } of events) {
    const outcome = outcomes.get(what);
    // One whose file did not read names nobody.
    if (outcome === undefined || typeof data.to !== "string") continue;
    const actor = `${String(data.by)} by schedule`;
    await addAuditRow(database, {
      at: wall,
      actor,
      action: "switchover",
      target: data.to,
      reason: String(data.reason),
      outcome,
      detail: text,
    });
  }
}
