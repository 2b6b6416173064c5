/** Writes one row of the audit log: what was attempted, by whom, why, and how it ended; refusals too. */
import { addAuditRow } from "../../db/audit-log.ts";
import type { OperationsContext } from "./context.ts";

export interface Attempt {
  readonly action: string;
  readonly target: string;
  readonly reason: string;
}

async function write(context: OperationsContext, attempt: Attempt, outcome: string, detail: string): Promise<void> {
  if (!context.database) return;
  const actor = `${context.actor.name} via ${context.actor.via}`;
  await addAuditRow(context.database, { at: context.now(), actor, ...attempt, outcome, detail: detail.slice(0, 4000) });
}

/**
 * Runs an attempt and records its outcome. What is attempted without a database is still attempted:
 * the console's disk must never stand between a person and a switchover.
 */
export async function audited<Result>(
  context: OperationsContext,
  attempt: Attempt,
  run: () => Promise<Result>,
  detailOf: (result: Result) => string,
): Promise<Result> {
  try {
    const result = await run();
    await write(context, attempt, "done", detailOf(result)).catch(() => {});
    return result;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "failed";
    await write(context, attempt, `refused: ${code}`, error instanceof Error ? error.message : String(error)).catch(() => {});
    throw error;
  }
}
