/**
 * How late what a process looks at now may be. Its one thread stands still at times: what comes meanwhile waits, and is looked at soon after.
 * What comes later than that has not waited.
 */
import type { Instant } from "./time.ts";

/** Within so long, and as long again as it stood still, a process has looked at all that waited, ms. */
const workedOffMs = 1_000;

export class Stillness {
  #until: Instant = Number.NEGATIVE_INFINITY;
  #ms = 0;

  /** It stood still for `ms`, until this instant. A shorter one does not hide a longer one before it. */
  note(until: Instant, ms: number): void {
    if (ms <= 0 || ms < this.lateMs(until)) return;
    this.#until = until;
    this.#ms = ms;
  }

  lateMs(now: Instant): number {
    return now - this.#until < workedOffMs + this.#ms ? this.#ms : 0;
  }
}
