import { expect, test } from "vitest";
import { FarEngine } from "./far-engine.ts";

const engineId = Uint8Array.of(0x80, 0, 0, 0, 4, 1);
const told = (engineBoots: number, engineTime: number) => ({ engineId, engineBoots, engineTime });

test("its time runs on, and what is 150 s older than that is out of time (RFC 3414 3.2 7 b)", () => {
  const engine = new FarEngine(told(3, 1_000), 50_000);
  expect(engine.timeAt(60_500)).toBe(1_010);
  expect(engine.isInTime(told(3, 860), 60_000)).toBe(true);
  expect(engine.isInTime(told(3, 859), 60_000)).toBe(false);
  expect(engine.isInTime(told(3, 5_000), 60_000)).toBe(true);
});

test("a boot before is out of time whatever it says; a boot after is believed", () => {
  const engine = new FarEngine(told(3, 1_000), 0);
  expect(engine.isInTime(told(2, 999_999), 0)).toBe(false);
  expect(engine.isInTime(told(4, 0), 0)).toBe(true);
});

test("only what is newer is learnt", () => {
  const engine = new FarEngine(told(3, 1_000), 0);
  engine.learn(told(3, 990), 5_000);
  engine.learn(told(2, 2_000), 5_000);
  expect([engine.boots, engine.timeAt(5_000)]).toEqual([3, 1_005]);
  engine.learn(told(3, 1_200), 5_000);
  expect([engine.boots, engine.timeAt(6_000)]).toEqual([3, 1_201]);
  engine.learn(told(4, 2), 7_000);
  expect([engine.boots, engine.timeAt(8_000)]).toEqual([4, 3]);
});

test("engines are told apart by their whole id", () => {
  const engine = new FarEngine(told(1, 1), 0);
  expect(engine.is(Uint8Array.from(engineId))).toBe(true);
  expect(engine.is(engineId.subarray(0, 5))).toBe(false);
  expect(engine.is(Uint8Array.of(...engineId, 0))).toBe(false);
  expect(engine.is(Uint8Array.of(0x80, 0, 0, 0, 4, 2))).toBe(false);
});
