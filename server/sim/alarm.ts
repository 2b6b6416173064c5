/** One alarm of a node: a later wish leaves the earlier wake-up in place, which then asks again. That is what keeps the schedule small. */
import type { Instant } from "../core/time.ts";

export interface Sleeper {
  mono(): Instant;
  sleepUntil(mono: Instant, wake: () => void): void;
}

export class Alarm {
  private readonly sleeper: Sleeper;
  private readonly ring: () => void;
  private wanted: Instant | null = null;
  private armed: Instant | null = null;

  constructor(sleeper: Sleeper, ring: () => void) {
    this.sleeper = sleeper;
    this.ring = ring;
  }

  set(due: Instant | null): void {
    this.wanted = due;
    if (due === null || (this.armed !== null && this.armed <= due)) return;
    this.armed = due;
    this.sleeper.sleepUntil(due, () => this.wake(due));
  }

  /** When the clock changed its rate: the armed wake-up would come at the wrong instant. */
  rearm(): void {
    this.armed = null;
    this.set(this.wanted);
  }

  /** A new boot knows nothing of the old one's wishes. */
  clear(): void {
    this.armed = null;
    this.wanted = null;
  }

  private wake(due: Instant): void {
    if (this.armed !== due) return;
    this.armed = null;
    if (this.wanted === null) return;
    if (this.wanted <= this.sleeper.mono()) this.ring();
    else this.set(this.wanted);
  }
}
