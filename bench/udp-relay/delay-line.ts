/**
 * Datagrams on their way: each leaves a fixed time after it came, in the order of coming. One timer for all of them.
 *
 * Timers of Node are exact to a millisecond, and late rather than early. So what is due within half a millisecond leaves with what is
 * due now, whenever the line is looked at, and it is looked at whenever a datagram comes: under load that is often enough by itself.
 * Waiting for the last milliseconds without sleeping was tried: it takes a core and is no more exact.
 */

export interface DelayLineOptions {
  readonly delayMs: number;
  /** At most so many at a time; the next one is dropped and counted. */
  readonly capacity: number;
}

/** How far from its time each datagram left, ms; below zero = early. */
export interface Deviation {
  readonly count: number;
  readonly meanMs: number;
  readonly earliestMs: number;
  readonly latestMs: number;
  /** How many left more than a millisecond off. */
  readonly beyondOneMs: number;
}

interface Waiting {
  readonly dueMs: number;
  readonly leave: () => void;
}

const earlyMs = 0.5;

export class DelayLine {
  dropped = 0;
  private readonly options: DelayLineOptions;
  private readonly now: () => number;
  private waiting: Waiting[] = [];
  /** Of `waiting`, those before this have left. */
  private first = 0;
  private timer: NodeJS.Timeout | null = null;
  private sum = { count: 0, ms: 0, earliestMs: 0, latestMs: 0, beyondOneMs: 0 };

  constructor(options: DelayLineOptions, now: () => number = () => performance.now()) {
    this.options = options;
    this.now = now;
  }

  enter(leave: () => void): void {
    const now = this.now();
    if (this.waiting.length - this.first >= this.options.capacity) this.dropped += 1;
    else this.waiting.push({ dueMs: now + this.options.delayMs, leave });
    this.release(now);
  }

  deviation(): Deviation {
    const { count, ms, earliestMs, latestMs, beyondOneMs } = this.sum;
    return { count, meanMs: count === 0 ? 0 : ms / count, earliestMs, latestMs, beyondOneMs };
  }

  clear(): void {
    this.waiting = [];
    this.first = 0;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private release(now: number): void {
    for (let head = this.waiting[this.first]; head !== undefined && head.dueMs - now <= earlyMs; head = this.waiting[this.first]) {
      this.first += 1;
      this.note(now - head.dueMs);
      head.leave();
    }
    if (this.first > 1024 && 2 * this.first > this.waiting.length) {
      this.waiting = this.waiting.slice(this.first);
      this.first = 0;
    }
    this.wait(now);
  }

  private wait(now: number): void {
    const head = this.waiting[this.first];
    if (head === undefined || this.timer !== null) return;
    // A timer never fires early, and up to a millisecond late: one less is asked for.
    this.timer = setTimeout(
      () => {
        this.timer = null;
        this.release(this.now());
      },
      Math.max(1, Math.floor(head.dueMs - now - earlyMs)),
    );
  }

  private note(offMs: number): void {
    const { sum } = this;
    sum.count += 1;
    sum.ms += offMs;
    sum.earliestMs = Math.min(sum.earliestMs, offMs);
    sum.latestMs = Math.max(sum.latestMs, offMs);
    if (Math.abs(offMs) > 1) sum.beyondOneMs += 1;
  }
}
