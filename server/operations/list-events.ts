/** Journal events of all nodes, newest first. */
import { listStoredEvents } from "../../db/journal-events.ts";
import type { JournalEvent, Severity } from "../core/timeline/journal-event.ts";
import { type OperationsContext, requireDatabase } from "./context.ts";

export interface EventsRequest {
  readonly node?: string | null | undefined;
  readonly severity?: Severity | null | undefined;
  readonly before?: number | null | undefined;
  readonly limit: number;
}

export async function listEvents(context: OperationsContext, request: EventsRequest): Promise<JournalEvent[]> {
  const { node = null, severity = null, before = null, limit } = request;
  return listStoredEvents(requireDatabase(context), { node, severity, before, limit });
}
