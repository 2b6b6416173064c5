/**
 * A simulated server's outbox: a record is safe once its write is over, a few ms after it was added; what was not safe when the process
 * died is gone. What was known to be stored before the crash is known again after it.
 */
import type { CallRecord } from "../../core/calls/call-record.ts";
import { KnownRecords } from "../../core/calls/known-records.ts";
import type { WallTime } from "../../core/time.ts";

const remembered = 10_000;

export class SimOutbox {
  readonly stored: CallRecord[] = [];
  #writing: CallRecord[] = [];
  #known = new KnownRecords(remembered);

  /** True where it is to be written: `written` must follow. */
  add(record: CallRecord): boolean {
    if (!this.#known.isNews(record)) return false;
    this.#writing.push(record);
    return true;
  }

  written(record: CallRecord): void {
    const place = this.#writing.indexOf(record);
    if (place < 0) return;
    // One log: what was added before is on the disk as well.
    this.stored.push(...this.#writing.splice(0, place + 1));
  }

  /** When the newest safe record was written. */
  get newestAt(): WallTime | null {
    return this.stored.at(-1)?.writtenAt ?? null;
  }

  crash(): void {
    this.#writing = [];
    this.#known = new KnownRecords(remembered);
    for (const record of this.stored.slice(-remembered)) this.#known.isNews(record);
  }
}
