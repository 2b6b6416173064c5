/**
 * To which instant the stored records are complete: the oldest of the servers' last emptied outboxes.
 * A server that is down may still hold records, so the mark stands still until it is back; null while one was never read.
 */
import { collectedFrom } from "../../db/collected.ts";
import type { WallTime } from "../core/time.ts";
import type { OperationsContext } from "./context.ts";

export async function completeTo(context: OperationsContext): Promise<WallTime | null> {
  const { database, site } = context;
  if (!database) return null;
  const marks = await Promise.all(site.servers.map((server) => collectedFrom(database, server.name)));
  let oldest: WallTime | null = null;
  for (const { completeAt } of marks) {
    if (completeAt === null) return null;
    oldest = oldest === null ? completeAt : Math.min(oldest, completeAt);
  }
  return oldest;
}
