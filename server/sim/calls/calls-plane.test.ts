/** The plane of calls by itself: seeds of takeovers, reboots and lossy links over a world without control machines; and a small scale run. */
import { describe, expect, test } from "vitest";
import { seededRandom } from "../random.ts";
import { exponential } from "./holding-time.ts";
import { scaleRun } from "./scale/scale-run.ts";
import { smallRun } from "./testing/small-run.ts";

describe("calls over takeovers", () => {
  test.each([3, 13, 19, 22, 27, 28, 84, 92, 96, 115, 173, 205, 545, 615])(
    "seed %i: every call is kept, adopted and billed as it was",
    (seed) => {
      expect(smallRun(seed).problems).toEqual([]);
    },
  );

  test("one seed, one trace", () => {
    expect(smallRun(5).lines).toEqual(smallRun(5).lines);
  });
});

test("holding times have mean 1 and half of them are below 0.69", () => {
  const random = seededRandom(7);
  const drawn = Array.from({ length: 20_000 }, () => exponential(random));
  expect(drawn.reduce((sum, one) => sum + one, 0) / drawn.length).toBeCloseTo(1, 1);
  expect(drawn.filter((one) => one < Math.LN2).length / drawn.length).toBeCloseTo(0.5, 1);
});

test("ten gateways with 200 calls are taken over without losing one", () => {
  const result = scaleRun({ gateways: 10, calls: 200 }, { now: () => 0, memory: () => 0 });
  expect(result).toMatchObject({ adopted: 200, lost: 0 });
  expect(result.titleMs).toBeLessThan(650);
});
