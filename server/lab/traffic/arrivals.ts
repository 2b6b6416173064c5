/**
 * How many calls to begin now: a Poisson process whose rate holds a target number of calls up.
 * In the steady state it is target / mean holding time; a deficit is made up within seconds, bounded.
 */
import type { SeededRandom } from "./seeded-random.ts";

export interface ArrivalPolicy {
  readonly meanHoldMs: number;
  /** Calls per second at most, whatever the deficit. */
  readonly mostPerSecond: number;
  /** A deficit is made up in about this time. */
  readonly rampMs: number;
}

export const arrivalPolicy: ArrivalPolicy = { meanHoldMs: 180_000, mostPerSecond: 40, rampMs: 1000 };

export class Arrivals {
  private readonly random: SeededRandom;
  private readonly policy: ArrivalPolicy;
  /** In units of the mean gap; the next call begins when it reaches 0. */
  private gap: number;

  constructor(random: SeededRandom, policy: ArrivalPolicy = arrivalPolicy) {
    this.random = random;
    this.policy = policy;
    this.gap = random.exponential();
  }

  /** Calls that begin within the `elapsedMs` that have just passed. */
  due(elapsedMs: number, target: number, up: number): number {
    let left = elapsedMs * this.ratePerMs(target, up);
    let calls = 0;
    while (left >= this.gap) {
      left -= this.gap;
      this.gap = this.random.exponential();
      calls += 1;
    }
    this.gap -= left;
    return calls;
  }

  private ratePerMs(target: number, up: number): number {
    const { meanHoldMs, mostPerSecond, rampMs } = this.policy;
    const deficit = target - up;
    // Above the target fewer calls begin than end, down to none.
    const rate = target / meanHoldMs + (deficit > 0 ? deficit / rampMs : deficit / meanHoldMs);
    return Math.min(mostPerSecond / 1000, Math.max(0, rate));
  }
}
