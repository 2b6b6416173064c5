/** How far each node has been collected. */
import { eq } from "drizzle-orm";
import type { NodeName } from "../server/core/identity.ts";
import type { Database } from "./database.ts";
import { collected } from "./schema/collected.ts";

export interface Collected {
  readonly node: NodeName;
  readonly recordSequence: number;
  readonly eventSequence: number;
  readonly completeAt: number | null;
}

export async function collectedFrom(database: Database, node: NodeName): Promise<Collected> {
  const row = database.orm.select().from(collected).where(eq(collected.node, node)).get();
  return row ?? { node, recordSequence: 0, eventSequence: 0, completeAt: null };
}

export async function markComplete(database: Database, node: NodeName, completeAt: number): Promise<void> {
  database.orm.insert(collected).values({ node, completeAt }).onConflictDoUpdate({ target: collected.node, set: { completeAt } }).run();
}
