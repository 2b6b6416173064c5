/** At most so many in each window: keeps a flood out of the journal, where the counters show it anyway. */
import type { Instant } from "../core/time.ts";

export class RateLimit {
  private readonly count: number;
  private readonly windowMs: number;
  private windowAt: Instant = Number.NEGATIVE_INFINITY;
  private used = 0;

  constructor(count: number, windowMs: number) {
    this.count = count;
    this.windowMs = windowMs;
  }

  allows(now: Instant): boolean {
    if (now - this.windowAt >= this.windowMs) {
      this.windowAt = now;
      this.used = 0;
    }
    this.used += 1;
    return this.used <= this.count;
  }
}
