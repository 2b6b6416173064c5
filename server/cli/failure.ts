/** The one place where errors become words on stderr and an exit code. */
import { FleetError } from "../operations/fleet.ts";
import { OperationError } from "../operations/operation-error.ts";

/** Wrong words on the command line, or a configuration that does not read: nothing was attempted. */
export class UsageError extends Error {}

export function report(error: unknown): void {
  process.exitCode = error instanceof UsageError ? 2 : 1;
  if (error instanceof OperationError) {
    process.stderr.write(`tandem: ${error.message}\n${error.details.map((detail) => `  - ${detail}\n`).join("")}`);
  } else if (error instanceof FleetError || error instanceof UsageError) {
    process.stderr.write(`tandem: ${error.message}\n`);
  } else {
    process.stderr.write(`tandem: unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
}
