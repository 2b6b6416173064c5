/**
 * A node's journal: every decision and fact with its evidence, in order, never changed; the console's timeline is made of it.
 * `append` is in the system's hands when it returns (kill -9 loses nothing) and on the disk within a second;
 * `appendDurably` is on the disk when it returns: for evidence that must be stored before the first command depends on it.
 * The latest events are kept in memory, older ones are read from the disk, the oldest are dropped.
 */
import { join } from "node:path";
import type { BootId, NodeName } from "../core/identity.ts";
import type { JournalEvent, Severity } from "../core/timeline/journal-event.ts";
import type { Clock } from "./clock.ts";
import type { Counters } from "./counters.ts";
import { SegmentedLog, type StoredLine, sequenceOf } from "./segmented-log.ts";

export interface JournalOptions {
  /** The node's own data folder; the journal lives in `journal/` below it. */
  readonly folder: string;
  readonly node: NodeName;
  readonly boot: BootId;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly maxSegmentOctets?: number;
  readonly maxSegments?: number;
  readonly inMemory?: number;
}

export interface Journal {
  /** Never throws: where the disk refuses, the event lives in memory only and `journal.writeFailed` rises. */
  append(what: string, severity: Severity, text: string, data?: JournalEvent["data"]): JournalEvent;
  /** On the disk when it returns; throws StorageError where it is not, and then nothing may be done that relies on it. */
  appendDurably(what: string, severity: Severity, text: string, data?: JournalEvent["data"]): JournalEvent;
  /** Events with a sequence above `sequence`, oldest first. A jump in the numbers means that older ones are gone. */
  after(sequence: number, limit: number): JournalEvent[];
  /** Sequence of the newest event; 0 when there was never one. */
  readonly last: number;
  close(): void;
}

const defaultSegmentOctets = 1_048_576;
const defaultSegments = 32;
const defaultInMemory = 5000;
const syncWithinMs = 1000;
const maxTextLength = 2000;
const maxDataOctets = 262_144;

export function openJournal(options: JournalOptions): Journal {
  const { node, boot, clock, counters } = options;
  const inMemory = options.inMemory ?? defaultInMemory;
  const log = new SegmentedLog({
    folder: join(options.folder, "journal"),
    name: "journal",
    maxSegmentOctets: options.maxSegmentOctets ?? defaultSegmentOctets,
    maxSegments: options.maxSegments ?? defaultSegments,
  });
  if (log.cutOctets > 0) counters.add("journal.tornLines");
  if (log.damagedLines > 0) counters.add("journal.damagedLines", log.damagedLines);
  let latest = latestEvents(log, inMemory);
  let last = log.lastSequence;
  let syncTimer: NodeJS.Timeout | null = null;
  let closed = false;

  const made = (what: string, severity: Severity, text: string, data: JournalEvent["data"]): JournalEvent => {
    const now = clock.now();
    last += 1;
    const event = {
      sequence: last,
      node,
      boot,
      mono: now.mono,
      wall: now.wall,
      what,
      severity,
      text: text.slice(0, maxTextLength),
      data: bounded(data),
    };
    latest.push(event);
    // Cut rarely, not with every event: dropping from the front copies the whole list.
    if (latest.length > 2 * inMemory) latest = latest.slice(-inMemory);
    return event;
  };
  const syncSoon = (): void => {
    if (syncTimer !== null || closed) return;
    syncTimer = setTimeout(() => {
      syncTimer = null;
      if (!closed) log.syncInBackground().catch(() => counters.add("journal.syncFailed"));
    }, syncWithinMs);
    syncTimer.unref();
  };

  return {
    append(what, severity, text, data = {}) {
      const event = made(what, severity, text, data);
      try {
        log.append(lineOf(event), event.sequence);
        syncSoon();
      } catch {
        counters.add("journal.writeFailed");
      }
      return event;
    },
    appendDurably(what, severity, text, data = {}) {
      const event = made(what, severity, text, data);
      try {
        log.append(lineOf(event), event.sequence);
        log.sync();
      } catch (error) {
        counters.add("journal.writeFailed");
        // Nobody has seen it yet; a statement that is not stored must not be shown as evidence.
        latest.pop();
        last -= 1;
        throw error;
      }
      return event;
    },
    after(sequence, limit) {
      const oldest = latest[0]?.sequence ?? last + 1;
      if (sequence + 1 >= oldest) {
        const from = firstAbove(latest, sequence);
        return latest.slice(from, from + limit);
      }
      const stored = log.read(sequence, limit).map(eventOf);
      const upTo = stored.at(-1)?.sequence ?? sequence;
      const more = firstAbove(latest, upTo);
      return stored.length < limit ? [...stored, ...latest.slice(more, more + limit - stored.length)] : stored;
    },
    get last() {
      return last;
    },
    close() {
      if (closed) return;
      closed = true;
      if (syncTimer !== null) clearTimeout(syncTimer);
      try {
        log.sync();
      } catch {
        counters.add("journal.syncFailed");
      }
      log.close();
    },
  };
}

function latestEvents(log: SegmentedLog, count: number): JournalEvent[] {
  const bySequence = new Map<number, JournalEvent>();
  log.readBackwards((lines) => {
    for (const line of lines) if (isEvent(line)) bySequence.set(sequenceOf(line), eventOf(line));
    return bySequence.size >= count;
  });
  return [...bySequence.values()].sort((a, b) => a.sequence - b.sequence).slice(-count);
}

function isEvent(line: StoredLine): boolean {
  return Number.isSafeInteger(line.sequence) && typeof line.what === "string";
}

function eventOf(line: StoredLine): JournalEvent {
  return line as unknown as JournalEvent;
}

function lineOf(event: JournalEvent): StoredLine {
  return event as unknown as StoredLine;
}

function bounded(data: JournalEvent["data"]): JournalEvent["data"] {
  const octets = JSON.stringify(data).length;
  return octets <= maxDataOctets ? data : { leftOut: true, octets };
}

/** Index of the first event above `sequence` in a rising list. */
function firstAbove(events: readonly { readonly sequence: number }[], sequence: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.sequence ?? 0) > sequence) high = middle;
    else low = middle + 1;
  }
  return low;
}
