/** The one place where operations' coded errors become tRPC errors. */
import { TRPCError } from "@trpc/server";
import { FleetError } from "../operations/fleet.ts";
import { OperationError, type OperationErrorCode } from "../operations/operation-error.ts";

const trpcCodes: Record<OperationErrorCode, TRPCError["code"]> = {
  "not-found": "NOT_FOUND",
  invalid: "BAD_REQUEST",
  forbidden: "FORBIDDEN",
  "no-lab": "PRECONDITION_FAILED",
  "no-server": "PRECONDITION_FAILED",
  "no-database": "PRECONDITION_FAILED",
  "situation-changed": "CONFLICT",
  blocked: "PRECONDITION_FAILED",
  unreachable: "BAD_GATEWAY",
  "timed-out": "TIMEOUT",
};

/** What a page reads from an error: `data.operationCode` and `data.details`. */
export function operationCodeOf(cause: unknown): { operationCode: OperationErrorCode | null; details: readonly string[] } {
  if (cause instanceof OperationError) return { operationCode: cause.code, details: cause.details };
  if (cause instanceof FleetError) return { operationCode: "unreachable", details: [] };
  return { operationCode: null, details: [] };
}

/** Runs the next step; an error of ours keeps its sentence, anything else becomes "internal error" without its innards. */
export async function mapErrors<Result extends { ok: boolean }>(next: () => Promise<Result>): Promise<Result> {
  const result = await next();
  if (result.ok) return result;
  const error = (result as unknown as { error: TRPCError }).error;
  const cause = error.cause;
  if (cause instanceof OperationError) throw new TRPCError({ code: trpcCodes[cause.code], message: cause.message, cause });
  if (cause instanceof FleetError) throw new TRPCError({ code: "BAD_GATEWAY", message: cause.message, cause });
  if (error.code === "INTERNAL_SERVER_ERROR") throw new TRPCError({ code: error.code, message: "internal error", cause });
  return result;
}
