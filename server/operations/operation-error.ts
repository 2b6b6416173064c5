/**
 * The errors of operations: each has a code that scripts and pages may rely on, and a sentence for people.
 * Each boundary (tRPC, REST, command line) maps the codes once.
 */

export type OperationErrorCode =
  | "not-found"
  | "invalid"
  | "forbidden"
  | "no-lab"
  | "no-server"
  | "no-database"
  | "situation-changed"
  | "blocked"
  | "unreachable"
  | "timed-out";

export class OperationError extends Error {
  readonly code: OperationErrorCode;
  /** Further sentences, for example each blocker of a switchover. */
  readonly details: readonly string[];

  constructor(code: OperationErrorCode, message: string, details: readonly string[] = []) {
    super(message);
    this.name = "OperationError";
    this.code = code;
    this.details = details;
  }
}
