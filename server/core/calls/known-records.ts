/**
 * One record per call in the outbox: the same call again is no news, unless the new record is better.
 * A server may come to the same end twice, by its own sight and from a gateway's history. The memory is bounded: what it has forgotten
 * is delivered once more, and the receiver keeps the better one by the same rule.
 */
import type { WallTime } from "../time.ts";
import { betterRecord, type CallRecord } from "./call-record.ts";

export class KnownRecords {
  readonly #most: number;
  /** The best record of each call, the newest last. */
  readonly #best = new Map<string, CallRecord>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Remembers the record; false where the call's record is known and this one no better. */
  isNews(record: CallRecord): boolean {
    const known = this.#best.get(record.callId);
    if (known !== undefined && betterRecord(known, record) === known) return false;
    this.#best.delete(record.callId);
    this.#best.set(record.callId, record);
    for (const oldest of this.#best.keys()) {
      if (this.#best.size <= this.#most) break;
      this.#best.delete(oldest);
    }
    return true;
  }
}

/** How long gateways are meant to keep the history of a call. */
const historyKeptMs = 15 * 60_000;
/** A call may have been released so long before its record was written. */
const writtenWithinMs = 8_000;

/**
 * From when on calls may lack their records, for a server that has just started and cannot know how long the gateways were without a
 * controller: it may have been the controller itself. Before its own newest record it wrote all of them; a newest record that is still to
 * come was written before the clock was set back, and says nothing.
 */
export function unrecordedSince(newestRecordAt: WallTime | null, startedAt: WallTime): WallTime {
  const writtenTo = newestRecordAt === null || newestRecordAt > startedAt ? 0 : newestRecordAt - writtenWithinMs;
  return Math.max(writtenTo, startedAt - historyKeptMs);
}
