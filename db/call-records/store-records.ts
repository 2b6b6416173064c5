/**
 * Stores collected call records: one transaction, at most one row per call.
 * The same record may come twice (an acknowledgement got lost) and two servers may each have written one for the same call;
 * `betterRecord` decides, so the order of arrival does not matter.
 */
import { eq, getTableColumns, sql } from "drizzle-orm";
import { betterRecord, type CallRecord } from "../../server/core/calls/call-record.ts";
import type { NodeName } from "../../server/core/identity.ts";
import type { Database } from "../database.ts";
import { callRecords } from "../schema/call-records.ts";
import { collected } from "../schema/collected.ts";

export interface StoredCount {
  readonly added: number;
  readonly improved: number;
  /** Came again, or were the worse of two. */
  readonly kept: number;
}

export interface CollectedFrom {
  readonly node: NodeName;
  readonly recordSequence: number;
}

/** When this resolves the records are on disk: only then may the node be told to forget them. */
export async function storeRecords(database: Database, records: readonly CallRecord[], from: CollectedFrom | null): Promise<StoredCount> {
  let added = 0;
  let improved = 0;
  database.orm.transaction(
    (tx) => {
      const find = tx
        .select({ record: callRecords.record })
        .from(callRecords)
        .where(eq(callRecords.callId, sql.placeholder("callId")))
        .prepare();
      const insert = tx.insert(callRecords).values(rowPlaceholders).prepare();
      for (const record of records) {
        const stored = find.get({ callId: record.callId });
        if (stored) {
          const before = JSON.parse(stored.record) as CallRecord;
          if (betterRecord(before, record) === before) continue;
          tx.update(callRecords).set(rowOf(record)).where(eq(callRecords.callId, record.callId)).run();
          improved += 1;
        } else {
          insert.run(rowOf(record));
          added += 1;
        }
      }
      if (from) {
        tx.insert(collected)
          .values({ node: from.node, recordSequence: from.recordSequence })
          .onConflictDoUpdate({ target: collected.node, set: { recordSequence: from.recordSequence } })
          .run();
      }
    },
    { behavior: "immediate" },
  );
  return { added, improved, kept: records.length - added - improved };
}

/** Prepared once per transaction: building the statement anew for each row costs more than running it. */
const rowPlaceholders = Object.fromEntries(
  Object.keys(getTableColumns(callRecords)).map((name) => [name, sql.placeholder(name)]),
) as unknown as typeof callRecords.$inferInsert;

function rowOf(record: CallRecord): typeof callRecords.$inferInsert {
  return {
    callId: record.callId,
    startAt: Math.round(record.start.at),
    answerAt: Math.round(record.answer.at),
    endAt: Math.round(record.end.at),
    durationMs: Math.round(record.durationMs),
    durationErrorMs: Math.round(record.durationErrorMs),
    callingNumber: record.calling.number,
    callingGateway: record.calling.gateway,
    calledNumber: record.called.number,
    calledGateway: record.called.gateway,
    dialled: record.dialled,
    cause: record.cause,
    releasedBy: record.releasedBy,
    outcome: record.outcome,
    origin: record.origin,
    codec: record.codec,
    writtenBy: record.writtenBy,
    writtenAt: Math.round(record.writtenAt),
    record: JSON.stringify(record),
  };
}
