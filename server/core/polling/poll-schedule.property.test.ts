/** The bounds of the schedule under random configuration, failures and requests; and how little a step costs with all the gear of a site. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fine, gaps, lost, World } from "./testing/poll-world.ts";

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
      { numRuns: Number(process.env.RUNS ?? 15) },
    );
  });

  test("the same seed and the same events give the same audits", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        expect(played(acts).begun).toEqual(played(acts).begun);
      }),
      { numRuns: 4 },
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
  for (let at = schedule.deadline()!; at < 35_000; at = schedule.deadline()!) {
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
