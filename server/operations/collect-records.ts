/**
 * Pulls call records from every call server: read by sequence number, store, and only then acknowledge.
 * Whatever fails in between is done again; the store keeps one record per call, so nothing is lost and nothing counts twice.
 */

import { storeRecords } from "../../db/call-records/store-records.ts";
import { collectedFrom, markComplete } from "../../db/collected.ts";
import type { NodeName } from "../core/identity.ts";
import { type OperationsContext, requireDatabase } from "./context.ts";

const pageEntries = 500;

/** Pages per turn: a long backlog is taken in several turns, so that one server cannot hold up the others. */
const pagesPerTurn = 20;

export interface CollectedRecords {
  readonly added: number;
  /** True where nothing was left to read. */
  readonly complete: boolean;
}

export async function collectRecordsFrom(context: OperationsContext, node: NodeName): Promise<CollectedRecords> {
  const database = requireDatabase(context);
  let { recordSequence } = await collectedFrom(database, node);
  let added = 0;
  for (let page = 0; page < pagesPerTurn; page += 1) {
    const askedAt = context.now();
    const { entries, last } = await context.fleet.records(node, recordSequence, pageEntries);
    if (last < recordSequence) {
      // The node has lost its disk, and its clock stands before the day it began to count from: what it has now is read whole.
      recordSequence = 0;
      await storeRecords(database, [], { node, recordSequence });
      continue;
    }
    const through = entries.reduce((highest, entry) => Math.max(highest, entry.sequence), recordSequence);
    if (entries.length > 0) {
      const stored = await storeRecords(
        database,
        entries.map((entry) => entry.record),
        { node, recordSequence: through },
      );
      added += stored.added;
      recordSequence = through;
    }
    // Also where nothing came: the acknowledgement before may have been lost, with a server that was killed just then.
    if (recordSequence > 0) await context.fleet.acknowledgeRecords(node, recordSequence);
    if (through >= last || entries.length === 0) {
      await markComplete(database, node, askedAt);
      return { added, complete: true };
    }
  }
  return { added, complete: false };
}

/** From all call servers at once; those that do not answer are named. */
export async function collectRecords(context: OperationsContext): Promise<{ added: number; missing: NodeName[] }> {
  const missing: NodeName[] = [];
  let added = 0;
  await Promise.all(
    context.site.servers.map(async ({ name }) => {
      try {
        const collected = await collectRecordsFrom(context, name);
        added += collected.added;
        if (!collected.complete) missing.push(name);
      } catch {
        missing.push(name);
      }
    }),
  );
  return { added, missing };
}
