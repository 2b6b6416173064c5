/** Changes of control, as the server that took over reported them. */
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const failovers = sqliteTable(
  "failovers",
  {
    /** `<epoch number>-<server>`. */
    id: text("id").primaryKey(),
    kind: text("kind").notNull(),
    state: text("state").notNull(),
    epochNumber: integer("epoch_number").notNull(),
    fromServer: text("from_server"),
    toServer: text("to_server").notNull(),
    startedAt: integer("started_at").notNull(),
    activeAt: integer("active_at"),
    /** The whole FailoverReport as JSON. */
    report: text("report").notNull(),
  },
  (table) => [index("failovers_started").on(table.startedAt, table.id)],
);
