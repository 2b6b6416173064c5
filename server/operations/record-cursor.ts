/** The opaque cursor of a page of records: `<start>.<call id>`; what does not read as one is refused, not guessed. */
import type { RecordCursor } from "../../db/call-records/record-filter.ts";
import { longestCallId } from "../core/calls/call-record.ts";
import { OperationError } from "./operation-error.ts";

export function cursorText(cursor: RecordCursor): string {
  return `${cursor.startAt}.${cursor.callId}`;
}

export function parseCursor(text: string): RecordCursor {
  const match = /^(\d{1,16})\.(.+)$/.exec(text);
  if (!match?.[1] || !match[2] || match[2].length > longestCallId)
    throw new OperationError("invalid", "This cursor is not one of ours. Begin with the first page.");
  return { startAt: Number(match[1]), callId: match[2] };
}
