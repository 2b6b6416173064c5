import { describe, expect, test } from "vitest";
import { pastPollsKept } from "./poll-figures.ts";
import { fine, gaps, lost, World, wallOffset } from "./testing/poll-world.ts";

describe("the schedule of audits", () => {
  test("gear starts spread over its interval, and keeps to it within the jitter", () => {
    const world = new World({ mostAtOnce: 1_000 });
    for (let number = 0; number < 200; number += 1) world.add(`gw-${number}`);
    world.run(60_000);
    const first = new Set(world.begun.slice(0, 200).map((one) => Math.floor(one.at / 500)));
    expect(first.size).toBe(10);
    for (const gap of gaps(world.beginnings("gw-7"))) {
      expect(gap).toBeGreaterThanOrEqual(4_750);
      expect(gap).toBeLessThanOrEqual(5_250);
    }
  });

  test("full every sixth, liveness between; not the same sixth for all gear", () => {
    const world = new World();
    const names = Array.from({ length: 20 }, (_, i) => `gw-${i}`);
    for (const name of names) world.add(name);
    world.run(70_000);
    const modes = names.map((name) => world.begun.filter((one) => one.gateway === name).map((one) => one.mode[0]));
    for (const one of modes) expect(one.join("")).toMatch(/^fl{0,5}(fl{5})+f?l*$/);
    expect(new Set(modes.map((one) => one.indexOf("f", 1))).size).toBeGreaterThan(3);
  });

  test("a full audit that failed is still its turn", () => {
    const world = new World();
    world.outcome = () => (world.begun.length <= 2 ? lost("other") : fine);
    world.add("gw-1");
    world.run(30_000);
    expect(world.begun.map((one) => one.mode).slice(0, 4)).toEqual(["full", "full", "full", "liveness"]);
  });

  test("asked for at once: jumps the queue, not sooner than the floor after the last one", () => {
    const world = new World();
    world.add("gw-1", { intervalMs: 60_000 });
    world.ask("gw-1", "failure-elsewhere");
    expect(world.beginnings("gw-1")).toEqual([0]);
    world.ask("gw-1");
    world.run(50);
    world.ask("gw-1");
    world.run(5_000);
    expect(world.beginnings("gw-1")).toEqual([0, 1_050]);
    world.ask("gw-1", "restart", "full");
    expect(world.beginnings("gw-1")).toEqual([0, 1_050, 5_050]);
    expect(world.schedule.past("gw-1").map((one) => one.asked)).toEqual(["failure-elsewhere", "by-hand"]);
  });

  test("many asked for at once do not keep the rest waiting for ever", () => {
    const world = new World({ mostAtOnce: 1 });
    for (let number = 0; number < 20; number += 1) world.add(`asked-${number}`, { intervalMs: 3_600_000 });
    world.add("ordinary", { intervalMs: 1_000 });
    world.durationMs = () => 400;
    for (let second = 0; second < 60; second += 1) {
      for (let number = 0; number < 20; number += 1) world.ask(`asked-${number}`);
      world.run(1_000);
    }
    expect(world.beginnings("ordinary").length).toBeGreaterThan(25);
  });

  test("failures: the interval, then doubling to the cap; the breaker opens, is tried with little, and closes again", () => {
    const world = new World({ jitterShare: 0 });
    world.outcome = () => lost();
    world.add("gw-1", { intervalMs: 10_000 });
    world.run(20_000);
    expect(world.figures("gw-1").breaker.state).toBe("closed");
    world.run(15_000);
    expect(world.figures("gw-1")).toMatchObject({
      breaker: { state: "open", reason: "3 failures in a row" },
      consecutiveFailures: 3,
      failures: { timeout: 3 },
    });
    world.run(600_000);
    const between = gaps(world.beginnings("gw-1"));
    const most = [10_000, 20_000, 40_000, 80_000, 80_000, 80_000];
    for (const [index, bound] of most.entries()) {
      expect(between[index]).toBeLessThanOrEqual(bound + 50);
      expect(between[index]).toBeGreaterThanOrEqual(bound * 0.75);
    }
    expect(world.begun.at(-1)!.mode).toBe("liveness");
    world.outcome = () => fine;
    world.run(80_050);
    expect(world.figures("gw-1")).toMatchObject({ breaker: { state: "closed", reason: null }, consecutiveFailures: 0 });
    const { length } = world.begun;
    world.run(100_000);
    expect(world.begun.length - length).toBeGreaterThanOrEqual(9);
  });

  test("no more than five minutes of back-off, and never less than the interval", () => {
    const world = new World({ jitterShare: 0 });
    world.outcome = () => lost();
    world.add("slow", { intervalMs: 120_000 });
    world.add("slower", { intervalMs: 900_000 });
    world.run(20_000_000);
    expect(Math.max(...gaps(world.beginnings("slow")))).toBeLessThanOrEqual(300_050);
    expect(Math.min(...gaps(world.beginnings("slower")))).toBeGreaterThanOrEqual(900_000 * 0.75);
  });

  test("refused credentials open the breaker at once; half-open while it is tried", () => {
    const world = new World();
    world.outcome = () => lost("unauthorized");
    world.add("gw-1");
    world.ask("gw-1");
    world.run(60);
    expect(world.figures("gw-1").breaker).toEqual({
      state: "open",
      since: wallOffset + 50,
      reason: "a refusal, which no repetition mends",
    });
    world.ask("gw-1");
    world.run(1_010);
    expect(world.figures("gw-1").breaker.state).toBe("half-open");
    world.run(60);
    expect(world.figures("gw-1").breaker).toEqual({
      state: "open",
      since: wallOffset + 50,
      reason: "a refusal, which no repetition mends",
    });
  });

  test("gear that answered while something moved is read at its interval; a first audit soon again, a few times", () => {
    const world = new World({ jitterShare: 0 });
    world.outcome = () => ({ ...lost("lies"), rows: 3 });
    world.add("gw-1");
    world.run(60_000);
    const between = gaps(world.beginnings("gw-1"));
    expect(between.slice(0, 3)).toEqual([550, 550, 550]);
    expect(new Set(between.slice(3))).toEqual(new Set([5_000]));
    expect(world.figures("gw-1").breaker.state).toBe("closed");
  });

  test("disabled gear is not polled, not even by hand; when it is enabled again it starts spread", () => {
    const world = new World();
    world.add("gw-1");
    world.run(20_000);
    world.add("gw-1", { polled: false }, "gear-changed");
    const { length } = world.begun;
    world.ask("gw-1");
    world.ask("gw-9");
    world.run(60_000);
    expect(world.begun.length).toBe(length);
    expect(world.refused).toEqual(["polling of gw-1 is disabled", "gw-9 is not polled here"]);
    expect(world.schedule.counters.get("requests.refused")).toBe(2);
    expect(world.figures("gw-1")).toMatchObject({ phase: "paused", nextAt: null });
    expect(world.schedule.deadline()).toBeNull();
    world.add("gw-1", { polled: true }, "gear-changed");
    world.run(5_000);
    expect(world.begun.length).toBe(length + 1);
  });

  test("gear that is removed while it is polled frees its place, and what it tells then is nobody's", () => {
    const world = new World({ mostAtOnce: 1 });
    world.durationMs = () => 10_000;
    world.add("gw-1");
    world.ask("gw-1");
    world.add("gw-2");
    world.ask("gw-2");
    expect(world.running.has("gw-2")).toBe(false);
    world.remove("gw-1");
    expect(world.running.has("gw-2")).toBe(true);
    world.run(11_000);
    expect(world.schedule.counters.get("polls.unknown")).toBe(1);
    expect(world.schedule.figures("gw-1", world.clocks)).toBeNull();
  });

  test("an audit that is never told as finished is given up", () => {
    const world = new World({ overdueMs: 30_000 });
    world.durationMs = () => 3_600_000;
    world.add("gw-1");
    world.run(100_000);
    expect(world.begun.length).toBeGreaterThan(1);
    expect(world.schedule.past("gw-1")[0]).toMatchObject({ result: "timeout", because: "not finished within 30 s", durationMs: 30_000 });
    expect(world.schedule.counters.get("polls.overdue")).toBeGreaterThan(0);
  });

  test("a shorter interval counts from now on", () => {
    const world = new World();
    world.add("gw-1", { intervalMs: 3_600_000 });
    world.run(1_000);
    world.add("gw-1", { intervalMs: 2_000 }, "gear-changed");
    world.run(10_000);
    expect(world.beginnings("gw-1").length).toBeGreaterThanOrEqual(4);
  });
});

describe("the numbers for people", () => {
  test("what the last audits found", () => {
    const world = new World({ jitterShare: 0 });
    world.add("gw-1");
    world.ask("gw-1");
    world.run(100);
    world.outcome = () => ({ ...fine, rttMs: 100, rows: 6, packets: 4 });
    world.run(5_000);
    expect(world.figures("gw-1")).toEqual({
      gateway: "gw-1",
      intervalMs: 5_000,
      phase: "waiting",
      lastCompleteAt: wallOffset + 5_050,
      ageMs: 50,
      rows: 6,
      rttMs: 100,
      smoothedRttMs: 30,
      polls: 2,
      packets: 14,
      failures: {},
      consecutiveFailures: 0,
      lastFailure: null,
      breaker: { state: "closed", since: null, reason: null },
      nextAt: wallOffset + 10_000,
      nextMode: "liveness",
      latenessMs: 0,
    });
    expect(world.schedule.past("gw-1").at(-1)).toEqual({
      mode: "full",
      asked: null,
      beganAt: wallOffset + 5_000,
      durationMs: 50,
      lateMs: 0,
      rows: 6,
      packets: 4,
      rttMs: 100,
      result: "complete",
      because: null,
    });
  });

  test("before the first audit nothing is known", () => {
    const world = new World();
    world.add("gw-1");
    expect(world.figures("gw-1")).toMatchObject({ lastCompleteAt: null, ageMs: null, rows: null, rttMs: null, latenessMs: null });
  });

  test("the last fifty audits are kept", () => {
    const world = new World();
    world.add("gw-1", { intervalMs: 1_000 });
    world.run(120_000);
    expect(world.schedule.past("gw-1")).toHaveLength(pastPollsKept);
    expect(world.figures("gw-1").polls).toBeGreaterThan(100);
  });

  test("what exceeds a budget waits, and how late it is, is a number", () => {
    const world = new World({ jitterShare: 0, burstMs: 1_000, fullEvery: 1 });
    world.outcome = () => ({ ...fine, packets: 1_000 });
    world.add("gw-1", { packetsPerSecond: 100 });
    world.run(60_000);
    // 1,000 packets at 100 a second: one audit in 10 s instead of 5.
    const between = gaps(world.beginnings("gw-1")).slice(1);
    for (const gap of between) expect(Math.abs(gap - 10_000)).toBeLessThan(1_100);
    expect(world.schedule.past("gw-1").at(-1)!.lateMs).toBeGreaterThan(4_000);
    world.run(6_000);
    expect(world.figures("gw-1")).toMatchObject({ phase: "due" });
    expect(world.figures("gw-1").latenessMs).toBeGreaterThan(0);
  });
});
