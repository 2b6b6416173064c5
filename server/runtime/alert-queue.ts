/**
 * Alerts on their way to a webhook, kept over the death of this process: what was added is delivered at least once, in order.
 * Beside them, which alerts fire, so that the next run can resolve what this one left. Bounded: the oldest is dropped first, and counted.
 * A killed process loses nothing; a dead machine may lose the last second.
 */
import { join } from "node:path";
import type { Alert } from "../core/notify/alert.ts";
import type { Counters } from "./counters.ts";
import { SegmentedLog, sequenceOf } from "./segmented-log.ts";

export interface QueuedAlert {
  readonly sequence: number;
  readonly alert: Alert;
}

export interface AlertQueueOptions {
  /** The node's own data folder; the queue lives in `alerts/` below it. */
  readonly folder: string;
  readonly counters: Counters;
  readonly most?: number;
  readonly maxSegmentOctets?: number;
}

/** Months of a site in trouble; more is no news any more. */
const defaultMost = 500;
const defaultSegmentOctets = 1_048_576;
const maxSegments = 8;
const syncWithinMs = 200;

export class AlertQueue {
  readonly #log: SegmentedLog;
  readonly #counters: Counters;
  readonly #most: number;
  #waiting: QueuedAlert[] = [];
  #done = 0;
  #open: readonly Alert[] = [];
  #dropped = 0;
  #sync: NodeJS.Timeout | null = null;

  constructor(options: AlertQueueOptions) {
    this.#counters = options.counters;
    this.#most = options.most ?? defaultMost;
    this.#log = new SegmentedLog({
      folder: join(options.folder, "alerts"),
      name: "alerts",
      maxSegmentOctets: options.maxSegmentOctets ?? defaultSegmentOctets,
      maxSegments,
      headLine: () => JSON.stringify(this.#state()),
    });
    this.#load();
  }

  /** What fires, as told last. */
  get open(): readonly Alert[] {
    return this.#open;
  }

  get pending(): number {
    return this.#waiting.length;
  }

  /** Alerts dropped since one was last delivered. */
  get dropped(): number {
    return this.#dropped;
  }

  first(): QueuedAlert | null {
    return this.#waiting[0] ?? null;
  }

  /** `open`: everything that fires from now on. `deliver` false: nothing is to be sent, only `open` is kept. */
  add(alerts: readonly Alert[], open: readonly Alert[], deliver: boolean): void {
    this.#open = open;
    for (const alert of deliver ? alerts : []) {
      const sequence = Math.max(this.#log.lastSequence, this.#waiting.at(-1)?.sequence ?? 0, this.#done) + 1;
      this.#waiting.push({ sequence, alert });
      this.#write({ sequence, alert }, sequence);
    }
    while (this.#waiting.length > this.#most) {
      this.#done = this.#waiting.shift()!.sequence;
      this.#dropped += 1;
      this.#counters.add("notify.dropped");
    }
    this.#write(this.#state(), null);
  }

  /** Delivered, or given up. */
  finish(sequence: number, delivered: boolean): void {
    if (this.#waiting[0]?.sequence !== sequence) return;
    this.#waiting.shift();
    this.#done = sequence;
    if (delivered) this.#dropped = 0;
    else this.#dropped += 1;
    this.#write(this.#state(), null);
    this.#log.dropThrough(this.#done);
  }

  close(): void {
    if (this.#sync !== null) clearTimeout(this.#sync);
    try {
      this.#log.sync();
    } catch {
      this.#counters.add("notify.writeFailed");
    }
    this.#log.close();
  }

  #state(): Record<string, unknown> {
    return { done: this.#done, open: this.#open };
  }

  /** Where the disk refuses, the alert is still sent: it is only not remembered. */
  #write(line: Record<string, unknown>, sequence: number | null): void {
    try {
      this.#log.append(line, sequence);
    } catch {
      this.#counters.add("notify.writeFailed");
      return;
    }
    this.#sync ??= setTimeout(() => {
      this.#sync = null;
      this.#log.syncInBackground().catch(() => this.#counters.add("notify.writeFailed"));
    }, syncWithinMs).unref();
  }

  #load(): void {
    let known = false;
    const found = new Map<number, Alert>();
    this.#log.readBackwards((lines) => {
      for (const line of [...lines].reverse()) {
        if (!known && Number.isSafeInteger(line.done) && Array.isArray(line.open)) {
          known = true;
          this.#done = line.done as number;
          this.#open = (line.open as unknown[]).filter(isAlert);
        }
        if (Number.isSafeInteger(line.sequence) && isAlert(line.alert)) found.set(sequenceOf(line), line.alert);
      }
      return known && Math.min(...found.keys()) <= this.#done + 1;
    });
    this.#log.raiseLastSequence(this.#done);
    this.#waiting = [...found]
      .filter(([sequence]) => sequence > this.#done)
      .sort(([a], [b]) => a - b)
      .slice(-this.#most)
      .map(([sequence, alert]) => ({ sequence, alert }));
  }
}

function isAlert(value: unknown): value is Alert {
  const alert = value as Partial<Alert> | null;
  return typeof alert === "object" && typeof alert?.labels === "object" && typeof alert.startsAt === "number";
}
