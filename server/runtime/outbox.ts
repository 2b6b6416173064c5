/**
 * The outbox of call records: what a call server has to deliver to the console, until the console says that it is stored there.
 * Invariants: a record is shown only once it is on the disk, so a number is never given out twice; a record goes only when it was
 * acknowledged; what was acknowledged may come again after a power loss (the receiver is idempotent), but nothing is ever missing.
 * Several records share one sync (group commit), which does not stop the event loop.
 */
import { join } from "node:path";
import type { CallRecord, OutboxEntry } from "../core/calls/call-record.ts";
import type { WallTime } from "../core/time.ts";
import type { Counters } from "./counters.ts";
import { SegmentedLog, type StoredLine, sequenceOf } from "./segmented-log.ts";

export interface OutboxOptions {
  /** The node's own data folder; the outbox lives in `outbox/` below it. */
  readonly folder: string;
  readonly counters: Counters;
  readonly maxSegmentOctets?: number;
  readonly maxSegments?: number;
  readonly inMemory?: number;
  readonly retryMs?: number;
  /**
   * Of the first record in an empty folder; 1 unless told. Whoever collects remembers how far it has come: an outbox that lost its disk must begin
   * above that, or what it writes anew would be taken for read, and dropped.
   */
  readonly firstSequence?: number;
}

export interface Outbox {
  /** Written at once, on the disk and shown by `after` some milliseconds later. Never throws: while the disk refuses, it is kept in memory and tried again. */
  add(record: CallRecord): OutboxEntry;
  /** Unacknowledged entries on the disk above `sequence`, oldest first. */
  after(sequence: number, limit: number): OutboxEntry[];
  /** Everything up to and including `through` is stored elsewhere and may be dropped. Numbers never shown are ignored. */
  acknowledge(through: number): void;
  /** Resolves when all that was added or acknowledged before is on the disk; rejects with StorageError where the disk refuses. */
  flush(): Promise<void>;
  /** Sequence of the newest entry on the disk; one less than the first where there was never one. */
  readonly last: number;
  readonly acknowledged: number;
  /** When the newest record that was on the disk at the start had been written; null where there was none. */
  readonly newestAtStart: WallTime | null;
  /** Entries not yet acknowledged, on the disk or not. */
  readonly pending: number;
  /** True while the disk refuses: a reason not to be ready. */
  readonly failing: boolean;
  close(): void;
}

const defaultSegmentOctets = 1_048_576;
/** 4 GiB, about three million records: weeks without a console. */
const defaultSegments = 4096;
const defaultInMemory = 5000;
const defaultRetryMs = 1000;
/** Records that wait for a disk that refuses. */
const maxUnwritten = 20_000;

export function openOutbox(options: OutboxOptions): Outbox {
  return new DurableOutbox(options);
}

class DurableOutbox implements Outbox {
  private readonly options: OutboxOptions;
  private readonly log: SegmentedLog;
  /** The newest entries on the disk, rising. */
  private shown: OutboxEntry[] = [];
  /** Added, but not yet known to be on the disk. */
  private unsynced: OutboxEntry[] = [];
  newestAtStart: WallTime | null = null;
  private lastAdded = 0;
  private durable = 0;
  private acked = 0;
  private syncing: Promise<void> | null = null;
  private syncAgain = false;
  private retry: NodeJS.Timeout | null = null;
  private refused = false;
  private closed = false;

  constructor(options: OutboxOptions) {
    this.options = options;
    this.log = new SegmentedLog({
      folder: join(options.folder, "outbox"),
      name: "outbox",
      maxSegmentOctets: options.maxSegmentOctets ?? defaultSegmentOctets,
      maxSegments: options.maxSegments ?? defaultSegments,
      firstSequence: options.firstSequence,
      headLine: () => JSON.stringify({ acknowledged: this.acked }),
      onOverflow: () => options.counters.add("outbox.overflowed"),
    });
    if (this.log.cutOctets > 0) options.counters.add("outbox.tornLines");
    if (this.log.damagedLines > 0) options.counters.add("outbox.damagedLines", this.log.damagedLines);
    this.load();
  }

  get last(): number {
    return this.durable;
  }

  get acknowledged(): number {
    return this.acked;
  }

  get pending(): number {
    return this.lastAdded - this.acked;
  }

  get failing(): boolean {
    return this.refused;
  }

  add(record: CallRecord): OutboxEntry {
    this.lastAdded += 1;
    const entry: OutboxEntry = { sequence: this.lastAdded, record };
    this.unsynced.push(entry);
    if (this.unsynced.length > maxUnwritten) {
      this.unsynced.shift();
      this.options.counters.add("outbox.overflowed");
    }
    // While the disk refuses, the retry writes everything in order; a write now would only fail again.
    if (!this.refused) this.write(() => this.log.append({ ...entry }, entry.sequence));
    return entry;
  }

  after(sequence: number, limit: number): OutboxEntry[] {
    const from = Math.max(sequence, this.acked);
    const oldest = this.shown[0]?.sequence ?? this.durable + 1;
    if (from + 1 >= oldest) return this.shown.filter((entry) => entry.sequence > from).slice(0, limit);
    return this.log
      .read(from, limit)
      .filter((line) => isEntry(line) && sequenceOf(line) <= this.durable)
      .map(entryOf);
  }

  acknowledge(through: number): void {
    const upTo = Math.min(Math.floor(through), this.durable);
    if (!(upTo > this.acked)) return;
    this.acked = upTo;
    this.shown = this.shown.filter((entry) => entry.sequence > upTo);
    this.write(() => this.log.append({ acknowledged: upTo }, null));
    this.log.dropThrough(upTo);
  }

  async flush(): Promise<void> {
    const upTo = this.lastAdded;
    // At most: the sync that runs, and the one that covers what came after it began.
    for (let turn = 0; turn < 2 && this.syncing !== null; turn += 1) await this.syncing;
    if (this.durable < upTo || this.refused) this.rewrite();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.retry !== null) clearTimeout(this.retry);
    try {
      this.log.sync();
    } catch {
      this.options.counters.add("outbox.syncFailed");
    }
    this.log.close();
  }

  private load(): void {
    const inMemory = this.options.inMemory ?? defaultInMemory;
    const bySequence = new Map<number, OutboxEntry>();
    let acknowledgedKnown = false;
    this.log.readBackwards((lines) => {
      for (const line of lines) {
        if (isEntry(line)) bySequence.set(sequenceOf(line), entryOf(line));
        if (Number.isSafeInteger(line.acknowledged)) {
          this.acked = Math.max(this.acked, line.acknowledged as number);
          acknowledgedKnown = true;
        }
      }
      return acknowledgedKnown && bySequence.size >= inMemory;
    });
    // A segment is dropped only when all of it was acknowledged, even if the line that says so was lost.
    this.acked = Math.max(this.acked, this.log.oldestSequence - 1);
    this.log.raiseLastSequence(this.acked);
    this.lastAdded = this.log.lastSequence;
    this.durable = this.lastAdded;
    this.newestAtStart = bySequence.get(Math.max(...bySequence.keys()))?.record.writtenAt ?? null;
    this.shown = [...bySequence.values()]
      .filter((entry) => entry.sequence > this.acked)
      .sort((a, b) => a.sequence - b.sequence)
      .slice(-inMemory);
  }

  private write(append: () => void): void {
    try {
      append();
      this.syncSoon();
    } catch {
      this.options.counters.add("outbox.writeFailed");
      this.retryLater();
    }
  }

  private syncSoon(): void {
    if (this.syncing !== null) {
      this.syncAgain = true;
      return;
    }
    const through = this.unsynced.at(-1)?.sequence ?? this.durable;
    this.syncing = this.log.syncInBackground().then(
      () => this.synced(through),
      () => this.syncFailed(),
    );
  }

  private synced(through: number): void {
    this.syncing = null;
    if (!this.refused) this.show(through);
    if (this.syncAgain && !this.closed) {
      this.syncAgain = false;
      this.syncSoon();
    }
  }

  private syncFailed(): void {
    this.syncing = null;
    this.syncAgain = false;
    this.options.counters.add("outbox.syncFailed");
    this.retryLater();
  }

  private show(through: number): void {
    const done = this.unsynced.filter((entry) => entry.sequence <= through && entry.sequence > this.acked);
    this.unsynced = this.unsynced.filter((entry) => entry.sequence > through);
    this.durable = Math.max(this.durable, through);
    this.shown.push(...done);
    const inMemory = this.options.inMemory ?? defaultInMemory;
    if (this.shown.length > 2 * inMemory) this.shown = this.shown.slice(-inMemory);
  }

  private retryLater(): void {
    this.refused = true;
    if (this.retry !== null || this.closed) return;
    this.retry = setTimeout(() => {
      this.retry = null;
      try {
        this.rewrite();
      } catch {
        // It has counted the failure and asked for the next retry.
      }
    }, this.options.retryMs ?? defaultRetryMs);
    this.retry.unref();
  }

  /** After a failed sync nobody knows what reached the disk, and a second sync may wrongly succeed: so the lines are written anew. */
  private rewrite(): void {
    try {
      for (const entry of this.unsynced) this.log.append({ ...entry }, entry.sequence);
      this.log.append({ acknowledged: this.acked }, null);
      this.log.sync();
    } catch (error) {
      this.options.counters.add("outbox.writeFailed");
      this.retryLater();
      throw error;
    }
    this.refused = false;
    this.show(this.lastAdded);
  }
}

function isEntry(line: StoredLine): boolean {
  return Number.isSafeInteger(line.sequence) && typeof line.record === "object" && line.record !== null;
}

function entryOf(line: StoredLine): OutboxEntry {
  return { sequence: sequenceOf(line), record: line.record as CallRecord };
}
