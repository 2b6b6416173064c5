/** Journals of the nodes: stored as collected, listed newest first. */
import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { NodeName } from "../server/core/identity.ts";
import type { JournalEvent, Severity } from "../server/core/timeline/journal-event.ts";
import type { Database } from "./database.ts";
import { collected } from "./schema/collected.ts";
import { journalEvents } from "./schema/journal-events.ts";

/** One transaction with the node's place, so that nothing is skipped and nothing comes twice. */
export async function storeEvents(database: Database, node: NodeName, events: readonly JournalEvent[], through: number): Promise<void> {
  database.orm.transaction(
    (tx) => {
      for (const event of events) {
        tx.insert(journalEvents)
          .values({ ...event, data: JSON.stringify(event.data) })
          .onConflictDoNothing()
          .run();
      }
      tx.insert(collected)
        .values({ node, eventSequence: through })
        .onConflictDoUpdate({ target: collected.node, set: { eventSequence: through } })
        .run();
    },
    { behavior: "immediate" },
  );
}

export interface EventQuery {
  readonly node: NodeName | null;
  readonly severity: Severity | null;
  /** Older than this instant. */
  readonly before: number | null;
  readonly limit: number;
}

export async function listStoredEvents(database: Database, query: EventQuery): Promise<JournalEvent[]> {
  const rows = database.orm
    .select()
    .from(journalEvents)
    .where(
      and(
        query.node === null ? undefined : eq(journalEvents.node, query.node),
        query.severity === null ? undefined : eq(journalEvents.severity, query.severity),
        query.before === null ? undefined : lt(journalEvents.wall, query.before),
      ),
    )
    .orderBy(desc(journalEvents.wall), desc(journalEvents.node), desc(journalEvents.sequence))
    .limit(query.limit)
    .all();
  return rows.map((row) => ({ ...row, severity: row.severity as Severity, data: JSON.parse(row.data) as Record<string, unknown> }));
}

/** Drops the oldest events beyond `keep`, at most `atMost` at a time; returns how many went. The nodes keep their own journals. */
export async function pruneStoredEvents(database: Database, keep: number, atMost: number): Promise<number> {
  const result = database.orm.run(sql`
    DELETE FROM journal_events WHERE rowid IN (
      SELECT rowid FROM journal_events WHERE rowid <= (SELECT max(rowid) FROM journal_events) - ${keep} ORDER BY rowid LIMIT ${atMost})`);
  return result.changes;
}
