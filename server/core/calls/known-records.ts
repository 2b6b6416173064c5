/**
 * One record per call in the outbox: the same call again is no news, unless the new record is better.
 * A server may come to the same end twice, by its own sight and from a gateway's history. The memory is bounded: what it has forgotten
 * is delivered once more, and the receiver keeps the better one by the same rule.
 */
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
