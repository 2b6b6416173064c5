/** How far the console has collected from each node: where the next pull goes on. */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const collected = sqliteTable("collected", {
  node: text("node").primaryKey(),
  recordSequence: integer("record_sequence").notNull().default(0),
  eventSequence: integer("event_sequence").notNull().default(0),
  /** When the node's outbox was last seen empty behind us: records are complete to this instant, wall ms. */
  completeAt: integer("complete_at"),
});
