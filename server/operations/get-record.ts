/** One call record in full. */
import { findRecord } from "../../db/call-records/search-records.ts";
import type { CallRecord } from "../core/calls/call-record.ts";
import { type OperationsContext, requireDatabase } from "./context.ts";
import { OperationError } from "./operation-error.ts";

export async function getRecord(context: OperationsContext, callId: string): Promise<CallRecord> {
  const record = await findRecord(requireDatabase(context), callId);
  if (!record) throw new OperationError("not-found", `No record of call ${callId} is stored.`);
  return record;
}
