/** A query for records as people type it, made exact: digits only in a number, bounds in order. */
import type { RecordQuery } from "./console-view.ts";
import { OperationError } from "./operation-error.ts";

export const allRecords: RecordQuery = { from: null, to: null, number: null, gateway: null, outcome: null, origin: null };

export function checkedQuery(query: RecordQuery): RecordQuery {
  const number = query.number === null ? null : query.number.replace(/[\s().-]/g, "");
  if (number !== null && !/^\+?[0-9*#A-D]{0,32}$/.test(number)) {
    throw new OperationError("invalid", `“${query.number}” is not the beginning of a number.`);
  }
  if (query.from !== null && query.to !== null && query.from > query.to) {
    throw new OperationError("invalid", "The time range ends before it begins.");
  }
  return { ...query, number: number === "" ? null : number };
}
