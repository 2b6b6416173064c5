import { describe, expect, test } from "vitest";
import { parseSite } from "../../core/site/parse-site.ts";
import type { Site } from "../../core/site/site.ts";
import { portSource } from "../free-ports.ts";
import { labDocument } from "../topology.ts";
import { Arrivals, arrivalPolicy } from "./arrivals.ts";
import { CallPlan, type PlannedCall } from "./call-plan.ts";
import { seededRandom } from "./seeded-random.ts";

function labSite(): Site {
  const parsed = parseSite(labDocument(portSource(Array.from({ length: 1200 }, (_, at) => 20_000 + at)), 3000));
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  return parsed.site;
}

describe("the demo site", () => {
  test("is accepted without a warning: five voters, an odd number", () => {
    const parsed = parseSite(labDocument(portSource(Array.from({ length: 1200 }, (_, at) => 20_000 + at)), 3000));
    expect(parsed).toMatchObject({ ok: true, warnings: [] });
    expect(
      labSite()
        .gateways.filter((one) => one.voter)
        .map((one) => one.name),
    ).toEqual(["gw-1", "gw-2", "gw-3", "if-1"]);
  });
});

describe("random", () => {
  test("the same seed gives the same numbers, another gives others", () => {
    const draw = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  test("means are as promised", () => {
    const random = seededRandom(1);
    const mean = (draw: () => number): number => Array.from({ length: 40_000 }, draw).reduce((sum, one) => sum + one, 0) / 40_000;
    expect(mean(() => random.next())).toBeCloseTo(0.5, 1);
    expect(mean(() => random.exponential())).toBeCloseTo(1, 1);
    expect(mean(() => random.logNormal(180, 0.8)) / 180).toBeCloseTo(1, 1);
  });
});

describe("arrivals", () => {
  /** Calls up second by second; each call lasts `holdMs`. */
  function run(target: number, seconds: number, holdMs: number, seed = 3): number[] {
    const arrivals = new Arrivals(seededRandom(seed));
    let ends: number[] = [];
    const up: number[] = [];
    for (let at = 0; at < seconds * 1000; at += 100) {
      ends = ends.filter((end) => end > at);
      const due = arrivals.due(100, target, ends.length);
      for (let call = 0; call < due; call += 1) ends.push(at + holdMs);
      if (at % 1000 === 900) up.push(ends.length);
    }
    return up;
  }

  test.each([1, 2, 3, 4, 5])("60 calls are up within 15 s and stay up (seed %i)", (seed) => {
    const up = run(60, 120, 180_000, seed);
    expect(up[14]).toBeGreaterThanOrEqual(60);
    expect(Math.max(...up)).toBeLessThanOrEqual(90);
  });

  test("a ramp to 2000 never exceeds its rate", () => {
    const up = run(2000, 80, 600_000);
    const steps = up.slice(1).map((one, index) => one - (up[index] as number));
    expect(Math.max(...steps)).toBeLessThan(arrivalPolicy.mostPerSecond * 1.6);
    expect(up.at(-1)).toBeGreaterThanOrEqual(1990);
  });

  test("no target, no calls", () => {
    expect(run(0, 60, 1000)).toEqual(Array.from({ length: 60 }, () => 0));
  });
});

describe("the plan of calls", () => {
  test("no endpoint is used twice at once, nobody calls itself, numbers exist", () => {
    const site = labSite();
    const plan = new CallPlan(site, seededRandom(5), 180_000);
    const calls = Array.from({ length: 1500 }, () => plan.next()).filter((call): call is PlannedCall => call !== null);
    expect(calls).toHaveLength(1500);
    const used = calls.flatMap((call) => call.occupies);
    expect(new Set(used).size).toBe(used.length);
    for (const call of calls) expect(call.digits).toMatch(/^(0\d{9}|20\d\d|21\d\d|301)$/);
    const trunkToTrunk = calls.filter((call) => call.callingNumber !== null && call.digits.startsWith("0")).length;
    expect(trunkToTrunk / calls.length).toBeGreaterThan(0.9);
  });

  test("at sixty calls every kind of call is there", () => {
    const plan = new CallPlan(labSite(), seededRandom(5), 180_000);
    const calls = Array.from({ length: 60 }, () => plan.next() as PlannedCall);
    const kind = (call: PlannedCall): string =>
      `${call.callingNumber === null ? "line" : "trunk"}-${call.digits.startsWith("0") ? "trunk" : "line"}`;
    expect(new Set(calls.map(kind)).size).toBe(4);
  });

  test("a freed endpoint is used again", () => {
    const plan = new CallPlan(labSite(), seededRandom(5), 180_000);
    const calls: PlannedCall[] = [];
    for (let call = plan.next(); call !== null; call = plan.next()) calls.push(call);
    plan.free((calls[0] as PlannedCall).occupies);
    expect(plan.next()).not.toBeNull();
  });
});
