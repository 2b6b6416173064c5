/**
 * The rules of the outbox of call records; a file keeps what these rules say (runtime/outbox.ts).
 *  1. A record is stored before it is offered, and offered until it is acknowledged: sent is not arrived.
 *  2. One record per call: the same call again is no new entry, unless the new record is better.
 *  3. Only acknowledged entries may be dropped. A full outbox is an alarm, never a reason to lose a record.
 *  4. An acknowledgement counts for what was durable when it came, and never goes back.
 */
import { betterRecord, type CallRecord, type OutboxEntry } from "./call-record.ts";

export interface OutboxLimits {
  /** Entries waiting for acknowledgement before it is an alarm. */
  readonly alarmAt: number;
  /** Acknowledged calls that are remembered, so that a late repetition is recognised. */
  readonly remembered: number;
  /** Entries offered at once. */
  readonly window: number;
}

export const defaultOutboxLimits: OutboxLimits = { alarmAt: 100_000, remembered: 20_000, window: 1_000 };

export class OutboxRules {
  readonly #limits: OutboxLimits;
  /** Not acknowledged, by sequence, oldest first. */
  readonly #waiting = new Map<number, CallRecord>();
  /** The best record known of each call that is waiting or remembered. */
  readonly #best = new Map<string, CallRecord>();
  #last: number;
  #durable: number;
  #acknowledged: number;

  /** From what the file holds: its entries, and how far they were acknowledged. */
  constructor(limits: OutboxLimits, stored: readonly OutboxEntry[], acknowledged: number) {
    this.#limits = limits;
    this.#acknowledged = acknowledged;
    this.#last = acknowledged;
    for (const { sequence, record } of stored) {
      this.#last = Math.max(this.#last, sequence);
      if (sequence > acknowledged) this.#waiting.set(sequence, record);
      this.#keepBest(record);
    }
    this.#durable = this.#last;
  }

  /** The entry to store, or null where the call's record is known and no worse. */
  add(record: CallRecord): OutboxEntry | null {
    const known = this.#best.get(record.callId);
    if (known && betterRecord(known, record) === known) return null;
    this.#last += 1;
    this.#waiting.set(this.#last, record);
    this.#keepBest(record);
    return { sequence: this.#last, record };
  }

  /** Everything up to this sequence is on the disk now. */
  stored(through: number): void {
    this.#durable = Math.max(this.#durable, Math.min(through, this.#last));
  }

  /** What may be offered to whoever has everything up to `after`. */
  offer(after: number, limit: number): OutboxEntry[] {
    const entries: OutboxEntry[] = [];
    const most = Math.min(limit, this.#limits.window);
    for (const [sequence, record] of this.#waiting) {
      if (entries.length >= most || sequence > this.#durable) break;
      if (sequence > after) entries.push({ sequence, record });
    }
    return entries;
  }

  /** The new acknowledged sequence: everything up to it may be dropped. */
  acknowledge(through: number): number {
    const until = Math.min(through, this.#durable);
    if (until <= this.#acknowledged) return this.#acknowledged;
    this.#acknowledged = until;
    for (const sequence of this.#waiting.keys()) {
      if (sequence > until) break;
      this.#waiting.delete(sequence);
    }
    return until;
  }

  get pending(): number {
    return this.#waiting.size;
  }

  get lastSequence(): number {
    return this.#last;
  }

  /** Null, or why somebody must look. */
  alarm(): string | null {
    if (this.pending < this.#limits.alarmAt) return null;
    return `${this.pending} call records wait for acknowledgement; none is dropped, but nobody collects them.`;
  }

  #keepBest(record: CallRecord): void {
    const known = this.#best.get(record.callId);
    this.#best.delete(record.callId);
    this.#best.set(record.callId, known ? betterRecord(known, record) : record);
    // Oldest first; those that still wait are in #waiting and cannot be forgotten by mistake, because sequences only rise.
    for (const callId of this.#best.keys()) {
      if (this.#best.size <= this.#limits.remembered + this.#waiting.size) break;
      this.#best.delete(callId);
    }
  }
}
