import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DelayLine } from "./delay-line.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

function line(capacity = 100): DelayLine {
  return new DelayLine({ delayMs: 10, capacity });
}

test("what enters leaves after its time, in order, however it is spread", () => {
  const delayed = line();
  const left: [number, number][] = [];
  for (let i = 0; i < 50; i += 1) {
    delayed.enter(() => left.push([i, performance.now()]));
    vi.advanceTimersByTime(i % 7);
  }
  vi.advanceTimersByTime(20);
  expect(left.map(([i]) => i)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(delayed.deviation()).toMatchObject({ count: 50, beyondOneMs: 0 });
});

test("beyond its capacity datagrams are dropped and counted; cleared, it lets nothing go", () => {
  const delayed = line(3);
  let left = 0;
  for (let i = 0; i < 5; i += 1) delayed.enter(() => (left += 1));
  expect(delayed.dropped).toBe(2);
  vi.advanceTimersByTime(20);
  expect(left).toBe(3);
  delayed.enter(() => (left += 1));
  delayed.clear();
  vi.advanceTimersByTime(100);
  expect(left).toBe(3);
});

test("without a delay everything leaves at once", () => {
  const direct = new DelayLine({ delayMs: 0, capacity: 10 });
  let left = 0;
  direct.enter(() => (left += 1));
  expect(left).toBe(1);
});
