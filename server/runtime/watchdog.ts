/**
 * What a node cannot see from inside its own turn: that it runs late, or that it did not run at all.
 * `starved`: the event loop is late by so much that keepalives slip; such a node is named so, before anybody calls it dead.
 * `diverged`: wall and monotonic clock moved apart, as after a suspension of the machine; the server then drops its lease (failover.md 2).
 */

import { constants, setPriority } from "node:os";
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { type Timers, unnoticedMs } from "../core/site/timers.ts";
import { Stillness } from "../core/stillness.ts";
import type { Instant, Now } from "../core/time.ts";

export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface Watchdog {
  /** Over the last 5 to 10 seconds, in ms. */
  loopDelay(): LoopDelay;
  /** How late what is looked at now may be, in ms: the delay that it may have waited for, or the turn under way where that is longer already. */
  lateMs(): number;
  /** True while the 99th percentile of the delay is above `starvedAtMs`. */
  starved(): boolean;
  /** Ask with every send that a lease may count from, and before every decision that relies on one. True once for each divergence; the clocks are then compared anew. */
  diverged(now: Now): boolean;
  close(): void;
}

/** Half a keepalive of 100 ms: later than that, beats begin to look missed. */
export const starvedAtMs = 50;

/** The timer that measures; 50 wake-ups a second cost nothing that can be measured. */
const sampleMs = 20;
const windowMs = 10_000;

export function startWatchdog(timers: Timers): Watchdog {
  const clocks = new ClockComparison(timers);
  // Two histograms, cleared in turn: the older one always covers at least the last half window.
  let older = started();
  let younger = started();
  const turn = setInterval(() => {
    older.disable();
    older = younger;
    younger = started();
  }, windowMs / 2);
  turn.unref();
  let tickedAt = performance.now();
  const stillness = new Stillness();
  const turnMs = (now: Instant): number => Math.max(0, now - tickedAt - sampleMs);
  const tick = setInterval(() => {
    const now = performance.now();
    stillness.note(now, turnMs(now));
    tickedAt = now;
  }, sampleMs);
  tick.unref();

  const loopDelay = (): LoopDelay => ({
    p50: delayMs(older.percentile(50)),
    p99: delayMs(older.percentile(99)),
    max: delayMs(older.max),
  });
  return {
    loopDelay,
    lateMs() {
      const now = performance.now();
      return Math.max(stillness.lateMs(now), turnMs(now));
    },
    starved: () => loopDelay().p99 > starvedAtMs,
    diverged: (now) => clocks.diverged(now),
    close() {
      clearInterval(turn);
      clearInterval(tick);
      older.disable();
      younger.disable();
    },
  };
}

function started(): IntervalHistogram {
  const histogram = monitorEventLoopDelay({ resolution: sampleMs });
  histogram.enable();
  return histogram;
}

/** The histogram holds the time between two ticks, so the interval itself is taken off. An empty one has the maximum of its type as minimum and 0 or NaN elsewhere. */
function delayMs(nanoseconds: number): number {
  const ms = nanoseconds / 1e6 - sampleMs;
  return Number.isFinite(ms) && ms > 0 ? Math.round(ms * 10) / 10 : 0;
}

/** What slewing may add for each ms beyond the time of a promise. No lease is that old, so nothing is lost by being generous there. */
const slewedPerMs = 0.1;
/** It is asked with every event: few enough to be walked each time, near enough that none is missed by much. */
const maxSamples = 100;

/**
 * Wall minus monotonic may move by `unnoticedMs` within a promise: as long as a lease can last, so that suspensions that are short each
 * but long together are found too. With the default timers that is 45 ms in 500. NTP slews at most 0.5 ms a second, chrony at its default
 * limit 83 ms a second, that is 42 ms here: neither is taken for a suspension. Where a promise leaves less than a tenth of itself, chrony's
 * limit can be, on systems that slew wall time alone. A step of the clock by a person is, and costs one lease: safe, and rare.
 */
export class ClockComparison {
  readonly #limitMs: number;
  readonly #overMs: number;
  /** Wall minus monotonic, oldest first, of the last promise's time and one before. */
  #samples: { readonly mono: Instant; readonly offset: number }[] = [];

  constructor(timers: Pick<Timers, "promiseMs" | "leaseMs">) {
    this.#limitMs = unnoticedMs(timers);
    this.#overMs = timers.promiseMs;
  }

  diverged(now: Now): boolean {
    const offset = now.wall - now.mono;
    const diverged = this.#samples.some((sample) => {
      const slewedMs = slewedPerMs * Math.max(0, now.mono - sample.mono - this.#overMs);
      return Math.abs(offset - sample.offset) > this.#limitMs + slewedMs;
    });
    if (diverged) this.#samples = [];
    // The newest sample older than the window stays, so that a long pause between two calls is compared as well.
    while (this.#samples.length > 1 && now.mono - (this.#samples[1]?.mono ?? 0) > this.#overMs) this.#samples.shift();
    const last = this.#samples.at(-1);
    if (last === undefined || now.mono - last.mono >= this.#overMs / maxSamples) this.#samples.push({ mono: now.mono, offset });
    return diverged;
  }
}

/** Control nodes ask for more processor time where they may; false where the system does not permit it. */
export function raisePriority(): boolean {
  try {
    setPriority(constants.priority.PRIORITY_HIGH);
    return true;
  } catch {
    return false;
  }
}
