import { expect, test } from "vitest";
import { scaleRun } from "./scale-run.ts";

test("100 gateways with 10,000 calls: every call is adopted, in the time that was stated", () => {
  const result = scaleRun({ gateways: 100, calls: 10_000 }, { now: () => 0, memory: () => 0 });
  expect(result).toMatchObject({ adopted: 10_000, lost: 0 });
  // N keepalives and 150 ms to the title; then one column of every row passes the new primary's link, and little else.
  expect(result.titleMs).toBeLessThan(650);
  expect(result.lastConfirmedMs - result.titleMs).toBeLessThan(100);
}, 30_000);
