import { expect, test } from "vitest";
import { datedBy, type EndpointEvent, latestOf } from "./endpoint-event.ts";

const event: EndpointEvent = {
  kind: "endpoint-event",
  gateway: "if-1",
  endpoint: "aaln/1@if-1",
  event: { kind: "off-hook" },
  at: 10_000,
  errorMs: 25,
};

test("an event over a slow path may be as old as the path is long, and as young as it came", () => {
  const { at, errorMs } = datedBy(event, { pathMs: 400, lateMs: 0 });
  expect({ earliest: at - errorMs, latest: at + errorMs }).toEqual({ earliest: 10_000 - 400 - 25, latest: 10_000 + 25 });
});

test("a process that runs late makes it no older by itself, but less certain: it may have happened before, not after", () => {
  expect(datedBy(event, { pathMs: 0, lateMs: 70 })).toEqual({ ...event, errorMs: 95, lateMs: 70 });
  expect(latestOf(datedBy(event, { pathMs: 400, lateMs: 70 }))).toBe(10_000 + 25);
});
