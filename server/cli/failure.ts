/** The one place where errors become words on stderr and an exit code. */
import { FleetError } from "../operations/fleet.ts";
import { OperationError } from "../operations/operation-error.ts";
import { hasPrintedJson, printJson } from "./output.ts";

/** Wrong words on the command line, or a configuration that does not read: nothing was attempted. */
export class UsageError extends Error {}

/** @param json a script reads stdout: where it has got nothing yet, `{ error: { code, message, details } }`; people get the sentence as ever */
export function report(error: unknown, json: boolean): void {
  process.exitCode = error instanceof UsageError ? 2 : 1;
  if (json && !hasPrintedJson()) printJson({ error: told(error) });
  if (error instanceof OperationError) {
    process.stderr.write(`tandem: ${error.message}\n${error.details.map((detail) => `  - ${detail}\n`).join("")}`);
  } else if (error instanceof FleetError || error instanceof UsageError) {
    process.stderr.write(`tandem: ${error.message}\n`);
  } else {
    process.stderr.write(`tandem: unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
}

function told(error: unknown): { readonly code: string; readonly message: string; readonly details: readonly string[] } {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof OperationError) return { code: error.code, message, details: error.details };
  return { code: error instanceof UsageError ? "usage" : "failed", message, details: [] };
}
