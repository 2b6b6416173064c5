/**
 * The two clocks of this machine, read as one moment.
 * `mono` is CLOCK_MONOTONIC: it runs on while the process is frozen, but on Linux not while the machine is suspended;
 * that is why the watchdog compares it with `wall`. Preemption between the two reads would look like such a divergence, so a torn read is repeated.
 */
import type { Now } from "../core/time.ts";

export interface Clock {
  now(): Now;
}

/** Two monotonic reads around the wall read may lie this far apart; more means the process was preempted in between. */
const tornReadMs = 1;
const readAttempts = 4;

export function systemClock(): Clock {
  return {
    now() {
      let mono = performance.now();
      for (let attempt = 1; ; attempt += 1) {
        const wall = Date.now();
        const after = performance.now();
        if (after - mono <= tornReadMs || attempt === readAttempts) return { mono, wall };
        mono = after;
      }
    },
  };
}
