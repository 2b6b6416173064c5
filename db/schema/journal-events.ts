/**
 * The nodes' journals, as far as the console has collected them.
 * The boot is part of the key: a node that lost its disk counts from 1 again, and its old events stay.
 */
import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const journalEvents = sqliteTable(
  "journal_events",
  {
    node: text("node").notNull(),
    sequence: integer("sequence").notNull(),
    boot: integer("boot").notNull(),
    mono: real("mono").notNull(),
    wall: integer("wall").notNull(),
    what: text("what").notNull(),
    severity: text("severity").notNull(),
    text: text("text").notNull(),
    /** JSON. */
    data: text("data").notNull(),
  },
  (table) => [
    primaryKey({ name: "journal_events_key", columns: [table.node, table.boot, table.sequence] }),
    index("journal_events_wall").on(table.wall, table.node, table.sequence),
    index("journal_events_severity").on(table.severity, table.wall),
  ],
);
