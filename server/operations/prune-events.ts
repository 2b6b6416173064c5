/** Keeps the collected journals from growing without end; half a million events are months of a quiet site. */
import { pruneStoredEvents } from "../../db/journal-events.ts";
import type { OperationsContext } from "./context.ts";

const keepEvents = 500_000;
const eventsPerTurn = 5000;

export async function pruneEvents({ database }: OperationsContext): Promise<void> {
  if (database) await pruneStoredEvents(database, keepEvents, eventsPerTurn);
}
