/** Pulls a node's journal by sequence number into the database. */
import { collectedFrom } from "../../db/collected.ts";
import { storeEvents } from "../../db/journal-events.ts";
import type { NodeName } from "../core/identity.ts";
import type { JournalEvent } from "../core/timeline/journal-event.ts";
import { type OperationsContext, requireDatabase } from "./context.ts";

const pageEvents = 500;

/** The events that came in this turn, oldest first; at most one page, the rest comes with the next turn. */
export async function collectEventsFrom(context: OperationsContext, node: NodeName): Promise<readonly JournalEvent[]> {
  const database = requireDatabase(context);
  const { eventSequence } = await collectedFrom(database, node);
  const { events, last } = await context.fleet.events(node, eventSequence, pageEvents);
  if (last < eventSequence) {
    // The node has lost its disk and counts from the beginning again.
    await storeEvents(database, node, [], 0);
    return [];
  }
  if (events.length === 0) return [];
  const through = events.reduce((highest, event) => Math.max(highest, event.sequence), eventSequence);
  await storeEvents(database, node, events, through);
  return events;
}
