/** Which change of control is meant: by its id, or by the number that the console calls it by. */
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import { OperationError } from "./operation-error.ts";

/**
 * Two servers may have claimed with the same number: then the one that came to something is meant.
 * @param hint where to look instead, a sentence
 * Throws `not-found`, or `invalid` where the number fits several.
 */
export function findReport(reports: readonly FailoverReport[], wanted: string, hint = ""): FailoverReport {
  const exact = reports.find((one) => one.id === wanted);
  if (exact) return exact;
  const numbered = isNumber(wanted) ? reports.filter((one) => one.epoch.number === Number(wanted)) : [];
  const carried = numbered.filter((one) => one.state !== "abandoned");
  const [only, ...others] = carried.length > 0 ? carried : numbered;
  if (only === undefined) throw new OperationError("not-found", `No change of control ${wanted} is known. ${hint}`.trimEnd());
  if (others.length > 0) {
    const ids = [only, ...others].map((one) => one.id).join(", ");
    throw new OperationError("invalid", `${others.length + 1} changes of control have the number ${wanted}: name one of ${ids}.`);
  }
  return only;
}

export function isNumber(wanted: string): boolean {
  return /^\d{1,15}$/.test(wanted);
}
