/**
 * A budget of packets per second. What was not used is kept for a while; an audit is charged what it is expected to cost when it begins
 * and what it really cost when it ends, so the budget may be overdrawn, and then the next one waits.
 */
import type { Instant } from "../time.ts";

export interface BucketSize {
  readonly perSecond: number;
  readonly burstMs: number;
  readonly debtMs: number;
}

/** Sums of fractions: a wait that was waited out must not lack a millionth of a packet. */
const tolerance = 1e-6;

export class TokenBucket {
  #size: BucketSize;
  #tokens: number;
  #at: Instant;

  constructor(size: BucketSize, at: Instant) {
    this.#size = size;
    this.#tokens = this.#most;
    this.#at = at;
  }

  resize(size: BucketSize, now: Instant): void {
    this.#refill(now);
    this.#size = size;
    this.#tokens = Math.min(this.#tokens, this.#most);
  }

  /** Whole ms until `cost` is affordable, 0 = now. What costs more than the bucket holds waits for a full one. */
  waitMs(cost: number, now: Instant): number {
    this.#refill(now);
    const lacking = Math.min(cost, this.#most) - this.#tokens;
    return lacking <= tolerance ? 0 : Math.max(1, Math.ceil((lacking / this.#size.perSecond) * 1_000));
  }

  /** Negative gives back. */
  charge(cost: number, now: Instant): void {
    this.#refill(now);
    const leastTokens = (-this.#size.perSecond * this.#size.debtMs) / 1_000;
    this.#tokens = Math.max(leastTokens, Math.min(this.#most, this.#tokens - cost));
  }

  get #most(): number {
    return (this.#size.perSecond * this.#size.burstMs) / 1_000;
  }

  #refill(now: Instant): void {
    if (now <= this.#at) return;
    this.#tokens = Math.min(this.#most, this.#tokens + ((now - this.#at) / 1_000) * this.#size.perSecond);
    this.#at = now;
  }
}
