import { describe, expect, test } from "vitest";
import { defaultTimers } from "../core/site/timers.ts";
import { NodeClock } from "./clock.ts";

function clockAt(now: number) {
  const time = { now };
  return { time, clock: new NodeClock(time, defaultTimers, 1000, 5_000_000) };
}

describe("a node's clocks", () => {
  test("run at their own rate, and tell when they will show an instant", () => {
    const { time, clock } = clockAt(0);
    clock.setRate(1.05);
    time.now = 1000;
    expect(clock.now()).toEqual({ mono: 2050, wall: 5_001_050 });
    expect(clock.worldInstant(3100)).toBeCloseTo(2000, 6);
  });

  test("a suspension stops the monotonic clock only, and is noticed once", () => {
    const { time, clock } = clockAt(0);
    clock.suspend();
    time.now = 400;
    expect(clock.mono()).toBe(1000);
    clock.resume();
    time.now = 410;
    expect(clock.now()).toEqual({ mono: 1010, wall: 5_000_410 });
    expect([clock.apart, clock.takeDivergence(), clock.takeDivergence()]).toEqual([true, true, false]);
  });

  test("small steps are noticed together within a lease, and forgotten after it", () => {
    const { time, clock } = clockAt(0);
    clock.jumpWall(30);
    expect(clock.takeDivergence()).toBe(false);
    time.now = 100;
    clock.jumpWall(30);
    expect(clock.takeDivergence()).toBe(true);
    time.now = 200;
    clock.jumpWall(30);
    expect(clock.takeDivergence()).toBe(false);
    time.now = 900;
    expect(clock.takeDivergence()).toBe(false);
    clock.jumpWall(30);
    expect(clock.takeDivergence()).toBe(false);
  });
});
