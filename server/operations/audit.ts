/** Writes the audit log, one row for each attempt: what, by whom, why, and how it ended; refusals too. */
import { addAuditRow } from "../../db/audit-log.ts";
import type { OperationsContext } from "./context.ts";
import { OperationError } from "./operation-error.ts";

export interface Attempt {
  readonly action: string;
  readonly target: string;
  readonly reason: string;
}

export interface Told {
  readonly detail: string;
  /** Where the attempt named nobody: who was meant. */
  readonly target?: string;
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
  tellOf: (result: Result) => string | Told,
): Promise<Result> {
  try {
    const result = await run();
    const told = tellOf(result);
    const { detail, target = attempt.target } = typeof told === "string" ? { detail: told } : told;
    await write(context, { ...attempt, target }, "done", detail).catch(() => {});
    return result;
  } catch (error) {
    await auditRefusal(context, attempt, error);
    throw error;
  }
}

/** An attempt that was refused, or could not even be planned. */
export async function auditRefusal(context: OperationsContext, attempt: Attempt, error: unknown): Promise<void> {
  const code = error instanceof Error && "code" in error ? String(error.code) : "failed";
  const why =
    error instanceof OperationError ? [error.message, ...error.details].join(" ") : error instanceof Error ? error.message : String(error);
  await write(context, attempt, `refused: ${code}`, why).catch(() => {});
}
