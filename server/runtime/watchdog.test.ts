import { describe, expect, test } from "vitest";
import { defaultTimers } from "../core/site/timers.ts";
import { systemClock } from "./clock.ts";
import { ClockComparison, startWatchdog } from "./watchdog.ts";

/** Every 100 ms the wall clock gains `gainMs` over the monotonic one. */
function run(gainMs: (step: number) => number, steps = 100, timers = defaultTimers): number[] {
  const clocks = new ClockComparison(timers);
  const at: number[] = [];
  let wall = 1_763_683_200_000;
  for (let step = 0; step < steps; step += 1) {
    wall += 100 + gainMs(step);
    if (clocks.diverged({ mono: 100 * step, wall })) at.push(step);
  }
  return at;
}

describe("divergence of the clocks", () => {
  test("clocks that run together, and clocks that NTP slews, do not diverge", () => {
    expect(run(() => 0)).toEqual([]);
    expect(run(() => 0.05)).toEqual([]);
    expect(run(() => -0.05)).toEqual([]);
    expect(run((step) => (step % 2 === 0 ? 1 : -1))).toEqual([]);
  });

  test("a slew at chrony's limit of 83 ms a second is not taken for a suspension", () => {
    expect(run(() => 8.33)).toEqual([]);
  });

  test("a suspension is told once, at the first look after it", () => {
    expect(run((step) => (step === 40 ? 3000 : 0))).toEqual([40]);
    expect(run((step) => (step === 40 ? 46 : 0))).toEqual([40]);
    expect(run((step) => (step === 40 ? 44 : 0))).toEqual([]);
  });

  test("where a promise leaves less beyond a lease, less goes unnoticed", () => {
    const timers = { ...defaultTimers, leaseMs: 150, promiseMs: 170 };
    expect(run((step) => (step === 40 ? 19 : 0), 100, timers)).toEqual([40]);
    expect(run((step) => (step === 40 ? 17 : 0), 100, timers)).toEqual([]);
  });

  test("a clock set back is told as well: it could hide a suspension", () => {
    expect(run((step) => (step === 40 ? -3000 : 0))).toEqual([40]);
  });

  test("short suspensions that add up within one lease are told", () => {
    expect(run((step) => (step >= 40 && step < 43 ? 20 : 0))).toEqual([42]);
  });

  test("the first look after a long pause compares with the last one before it", () => {
    const clocks = new ClockComparison(defaultTimers);
    expect(clocks.diverged({ mono: 0, wall: 1000 })).toBe(false);
    expect(clocks.diverged({ mono: 10_000, wall: 11_000 })).toBe(false);
    expect(clocks.diverged({ mono: 20_000, wall: 22_100 })).toBe(true);
    expect(clocks.diverged({ mono: 30_000, wall: 32_100 })).toBe(false);
  });
});

test("the system's clocks agree with themselves, asked as fast as one can", () => {
  const clock = systemClock();
  const clocks = new ClockComparison(defaultTimers);
  for (let i = 0; i < 20_000; i += 1) expect(clocks.diverged(clock.now())).toBe(false);
});

test("a blocked event loop shows as delay", async () => {
  const watchdog = startWatchdog(defaultTimers);
  // Let the histogram's timer tick once, block, then tick again.
  await expect
    .poll(
      () => {
        const until = performance.now() + 80;
        while (performance.now() < until);
        return watchdog.loopDelay().max;
      },
      { interval: 30, timeout: 3000 },
    )
    .toBeGreaterThan(40);
  expect(watchdog.starved()).toBe(true);
  watchdog.close();
});

test("the turn under way counts before it has ended", () => {
  const watchdog = startWatchdog(defaultTimers);
  const until = performance.now() + 80;
  while (performance.now() < until);
  expect(watchdog.lateMs()).toBeGreaterThanOrEqual(55);
  watchdog.close();
});
