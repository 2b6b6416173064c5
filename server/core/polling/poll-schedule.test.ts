import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AuditFailureKind } from "./failure-kind.ts";
import type { GearPolling, PollEffect, PollMode, PollOutcome, PollReason } from "./poll-event.ts";
import { pastPollsKept } from "./poll-figures.ts";
import { PollSchedule } from "./poll-schedule.ts";
import { defaultSchedulePolicy, type SchedulePolicy } from "./schedule-policy.ts";

const wallOffset = 1_000_000;

interface Begun {
  readonly gateway: string;
  readonly mode: PollMode;
  readonly at: number;
}

const fine: PollOutcome = { complete: true, failure: null, packets: 10, rttMs: 20, rows: 4 };
const lost = (kind: AuditFailureKind = "timeout"): PollOutcome => {
  return { complete: false, failure: { kind, because: `${kind}!` }, packets: 3, rttMs: null, rows: null };
};

/** A schedule whose audits take as long, and come out, as the test says. */
class World {
  now = 0;
  readonly begun: Begun[] = [];
  readonly refused: string[] = [];
  readonly running = new Map<string, number>();
  outcome: (gateway: string) => PollOutcome = () => fine;
  durationMs: (gateway: string) => number = () => 50;
  readonly schedule: PollSchedule;
  readonly #ends: { at: number; gateway: string; poll: number }[] = [];
  mostRunning = 0;

  constructor(policy: Partial<SchedulePolicy> = {}) {
    this.schedule = new PollSchedule({ ...defaultSchedulePolicy, ...policy });
  }

  get clocks() {
    return { mono: this.now, wall: this.now + wallOffset };
  }

  add(gateway: string, change: Partial<GearPolling> = {}, kind: "gear-added" | "gear-changed" = "gear-added"): void {
    const gear = { gateway, intervalMs: 5_000, packetsPerSecond: 1_000, polled: true, ...change };
    this.#perform(this.schedule.step({ kind, gear }, this.clocks));
  }

  remove(gateway: string): void {
    this.#perform(this.schedule.step({ kind: "gear-removed", gateway }, this.clocks));
  }

  ask(gateway: string, why: PollReason = "by-hand", mode: PollMode | null = null): void {
    this.#perform(this.schedule.step({ kind: "poll-requested", gateway, why, mode }, this.clocks));
  }

  run(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const end = this.#ends[0]?.at ?? Number.POSITIVE_INFINITY;
      const deadline = this.schedule.deadline() ?? Number.POSITIVE_INFINITY;
      const at = Math.min(end, deadline);
      if (at > until) break;
      this.now = Math.max(this.now, at);
      if (end <= deadline) this.#end();
      else {
        this.#perform(this.schedule.step({ kind: "deadline-passed" }, this.clocks));
        const next = this.schedule.deadline();
        if (next !== null && next <= this.now) expect.fail("a handled deadline did not move on");
      }
    }
    this.now = until;
  }

  figures(gateway: string) {
    return this.schedule.figures(gateway, this.clocks)!;
  }

  beginnings(gateway: string): number[] {
    return this.begun.filter((one) => one.gateway === gateway).map((one) => one.at);
  }

  #end(): void {
    const { gateway, poll } = this.#ends.shift()!;
    if (this.running.get(gateway) === poll) this.running.delete(gateway);
    this.#perform(this.schedule.step({ kind: "poll-finished", gateway, poll, outcome: this.outcome(gateway) }, this.clocks));
  }

  #perform(effects: readonly PollEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "request-refused") {
        this.refused.push(effect.reason);
        continue;
      }
      const { gateway, mode, poll } = effect;
      this.begun.push({ gateway, mode, at: this.now });
      this.running.set(gateway, poll);
      this.mostRunning = Math.max(this.mostRunning, this.schedule.underWay);
      this.#ends.push({ at: this.now + this.durationMs(gateway), gateway, poll });
      this.#ends.sort((a, b) => a.at - b.at);
    }
  }
}

function gaps(instants: readonly number[]): number[] {
  return instants.slice(1).map((at, index) => at - instants[index]!);
}

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
      breaker: { state: "open", reason: "3 failures in a row: timeout!" },
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
    expect(world.figures("gw-1").breaker).toEqual({ state: "open", since: wallOffset + 50, reason: "unauthorized!" });
    world.ask("gw-1");
    world.run(1_010);
    expect(world.figures("gw-1").breaker.state).toBe("half-open");
    world.run(60);
    expect(world.figures("gw-1").breaker).toEqual({ state: "open", since: wallOffset + 50, reason: "unauthorized!" });
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

interface Act {
  readonly what: "run" | "ask" | "remove" | "add" | "pause" | "fail" | "mend";
  readonly gear: number;
  readonly ms: number;
}

const act: fc.Arbitrary<Act> = fc.record({
  what: fc.constantFrom("run", "run", "run", "ask", "remove", "add", "pause", "fail", "mend"),
  gear: fc.nat(5),
  ms: fc.integer({ min: 1, max: 20_000 }),
});

function play(world: World, acts: readonly Act[], failing: Set<string>): void {
  for (const { what, gear, ms } of acts) {
    const name = `gw-${gear}`;
    if (what === "run") world.run(ms);
    else if (what === "ask") world.ask(name);
    else if (what === "remove") {
      world.running.delete(name);
      world.remove(name);
    } else if (what === "pause") world.add(name, { polled: ms % 2 === 0 }, "gear-changed");
    else if (what === "add") world.add(name, { intervalMs: 1_000 + (ms % 7) * 1_000 });
    else if (what === "fail") failing.add(name);
    else failing.delete(name);
  }
}

describe("whatever happens", () => {
  const policy = { mostAtOnce: 2, packetsPerSecond: 20, burstMs: 1_000, debtMs: 10_000, overdueMs: 60_000 };

  function played(acts: readonly Act[]): World {
    const world = new World(policy);
    const failing = new Set<string>();
    world.outcome = (gateway) => (failing.has(gateway) ? lost() : fine);
    world.durationMs = (gateway) => 20 + gateway.charCodeAt(3) * 7;
    play(world, acts, failing);
    failing.clear();
    for (let gear = 0; gear < 6; gear += 1) world.add(`gw-${gear}`, {}, "gear-changed");
    const { length } = world.begun;
    world.run(330_000);
    for (let gear = 0; gear < 6; gear += 1) {
      expect(
        world.begun.slice(length).some((one) => one.gateway === `gw-${gear}`),
        `gw-${gear} is polled`,
      ).toBe(true);
    }
    return world;
  }

  test("never more under way than allowed, never more packets than the budgets, the floor is kept, no gear is forgotten", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const world = played(acts);
        const stayed = [0, 1, 2, 3, 4, 5].filter((gear) => !acts.some((one) => one.what === "remove" && one.gear === gear));
        for (const gear of stayed) expect(Math.min(1_000, ...gaps(world.beginnings(`gw-${gear}`)))).toBe(1_000);
        expect(world.mostRunning).toBeLessThanOrEqual(2);
        // 10 packets each: the burst, the rate, and what was under way when the budget ran out.
        const over = world.begun.filter((one, index) => {
          const later = world.begun[index + 40];
          return later !== undefined && 400 > 20 + ((later.at - one.at) / 1_000) * 20 + 2 * 10;
        });
        expect(over).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test("the same seed and the same events give the same audits", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        expect(played(acts).begun).toEqual(played(acts).begun);
      }),
      { numRuns: 8 },
    );
  });
});

test("ten thousand pieces of gear: a step costs next to nothing", () => {
  const world = new World({ mostAtOnce: 256, packetsPerSecond: 50_000 });
  const schedule = world.schedule;
  const clocks = (at: number) => ({ mono: at, wall: at });
  const gateways = Array.from({ length: 10_000 }, (_, number) => `gw-${number}`);
  for (const gateway of gateways) {
    schedule.step({ kind: "gear-added", gear: { gateway, intervalMs: 30_000, packetsPerSecond: 100, polled: true } }, clocks(0));
  }
  const begun = new Map<string, number>();
  let latest = 0;
  for (let at = schedule.deadline()!; at < 60_000; at = schedule.deadline()!) {
    const running = schedule.step({ kind: "deadline-passed" }, clocks(at));
    for (const effect of running) {
      if (effect.kind !== "begin-poll") continue;
      begun.set(effect.gateway, (begun.get(effect.gateway) ?? 0) + 1);
      schedule.step({ kind: "poll-finished", gateway: effect.gateway, poll: effect.poll, outcome: fine }, clocks(at));
      latest = Math.max(latest, schedule.past(effect.gateway).at(-1)!.lateMs);
    }
  }
  expect(begun.size).toBe(10_000);
  expect(Math.min(...begun.values())).toBeGreaterThanOrEqual(1);
  expect(latest).toBeLessThan(1_000);
});
