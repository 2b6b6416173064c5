/** Who writes a record, when, and what a history adds to it. */
import { describe, expect, test } from "vitest";
import { defaultObservedPolicy } from "./observed-event.ts";
import { bare, Watch, wallOffset } from "./testing/gear-watch.ts";

describe("a history", () => {
  test("tells the end exactly, if it comes in time", () => {
    const watch = new Watch({ keepsHistory: true });
    for (const at of [5_000, 10_000]) watch.poll(at, [{}]);
    watch.history(10_100, []);
    watch.poll(15_000, []);
    watch.poll(20_000, []);
    expect(watch.reads()).toEqual([10_100 - 60_000]);
    expect(watch.records).toEqual([]);
    watch.history(20_500, [{}]);
    expect(watch.records).toMatchObject([
      { end: { at: wallOffset + 12_000, source: "history", errorMs: 10 }, cause: 16, releasedBy: "calling", durationErrorMs: 20 },
    ]);
    // It repeats itself, may name the call otherwise, and may know a leg more.
    watch.history(40_000, [{}]);
    watch.history(40_000, [{ callId: null }]);
    watch.history(40_000, [{ index: 9 }]);
    watch.pass(60_000);
    expect(watch.records).toHaveLength(1);
  });

  test("is waited for so long and no longer", () => {
    const watch = new Watch({ keepsHistory: true });
    watch.poll(5_000, [{}]);
    for (const at of [10_000, 15_000]) watch.poll(at, []);
    watch.history(15_500, [{ setupTicks: 99, callId: "another", connectAt: null }]);
    expect(watch.calls.deadline()).toBe(30_000);
    watch.pass(30_000);
    expect(watch.records).toMatchObject([{ callId: "call-1", end: { source: "poll" } }]);
  });

  test("may tell the end before polls have proved it", () => {
    const watch = new Watch({ keepsHistory: true });
    for (const at of [5_000, 10_000]) watch.poll(at, [{}]);
    watch.poll(15_000, []);
    watch.history(15_500, [{}]);
    expect(watch.records).toEqual([]);
    watch.poll(20_000, []);
    expect(watch.records).toMatchObject([{ end: { at: wallOffset + 12_000, source: "history" } }]);
  });

  test("is asked from the last sight of what is gone, however long ago", () => {
    const watch = new Watch({ keepsHistory: true });
    watch.poll(5_000, [{}]);
    watch.history(5_100, []);
    for (const at of [900_000, 905_000]) watch.poll(at, []);
    expect(watch.reads()).toEqual([]);
    watch.tell(905_100, { kind: "history-read", gateway: "gw-1", startedAt: 900_000, rows: [], complete: true });
    expect(watch.reads()).toEqual([5_000]);
  });

  test("tells set-up and answer as well, where polls could not", () => {
    const watch = new Watch({ keepsHistory: true });
    for (const at of [5_000, 10_000]) watch.poll(at, [{ ...bare, state: "active" }]);
    for (const at of [15_000, 20_000]) watch.poll(at, []);
    watch.history(20_500, [{}]);
    const stamp = { at: wallOffset + 1_000, source: "history", errorMs: 10 };
    expect(watch.records).toMatchObject([{ start: stamp, answer: stamp, durationMs: 11_000, durationErrorMs: 20 }]);
  });

  test("of a leg with the same key in another boot is about another leg", () => {
    const watch = new Watch({ keepsHistory: true });
    watch.poll(300_000, [{ setupAt: wallOffset + 290_000, connectAt: wallOffset + 290_000 }]);
    watch.history(300_500, [{ callId: "long-ago" }]);
    for (const at of [305_000, 310_000]) watch.poll(at, []);
    watch.pass(325_000);
    expect(watch.records).toMatchObject([{ callId: "call-1", end: { source: "poll" } }]);
  });

  test("tells of calls that were too short to be seen", () => {
    const watch = new Watch({ keepsHistory: true });
    watch.poll(5_000, []);
    expect(watch.reads()).toEqual([0 - defaultObservedPolicy.keptMs]);
    watch.history(6_000, [{ callId: "short" }, { callId: "vain", index: 2, connectAt: null }]);
    watch.pass(21_000);
    expect(watch.records.map((one) => one.callId)).toEqual(["short"]);
    watch.poll(60_000, []);
    expect(watch.reads()).toEqual([]);
    watch.poll(66_000, []);
    expect(watch.reads()).toEqual([6_000 - 60_000]);
  });

  test("that never answers is asked again after a while", () => {
    const watch = new Watch({ keepsHistory: true });
    watch.poll(5_000, []);
    watch.poll(100_000, []);
    expect(watch.reads()).toEqual([]);
    watch.poll(130_000, []);
    expect(watch.reads()).toHaveLength(1);
  });

  test("is read once more for what ended while it was read", () => {
    const watch = new Watch({ keepsHistory: true });
    watch.poll(5_000, [{}]);
    watch.poll(10_000, []);
    watch.poll(15_000, []);
    expect(watch.reads()).toEqual([]);
    watch.tell(15_500, { kind: "history-read", gateway: "gw-1", startedAt: 5_000, rows: [], complete: true });
    expect(watch.reads()).toHaveLength(1);
  });
});

describe("the title", () => {
  test("without it nothing is written, and what ended lately is kept for whoever gains it", () => {
    const watch = new Watch({ titled: false });
    for (const at of [5_000, 10_000]) watch.poll(at, [{}, { callId: "call-2", index: 2 }, { callId: "call-2", index: 3 }]);
    for (const at of [15_000, 20_000])
      watch.poll(at, [
        { callId: "call-2", index: 2 },
        { callId: "call-2", index: 3 },
      ]);
    expect(watch.records).toEqual([]);
    watch.gain(21_000, 14_000);
    expect(watch.records).toMatchObject([{ callId: "call-1", end: { at: wallOffset + 12_500 } }]);
    expect(watch.effects[0]).toEqual({ kind: "gear-adopted", gears: [{ gateway: "gw-1", connections: 2, calls: 1 }], recovered: 1 });
  });

  test("what ended long before the silence has its record already", () => {
    const watch = new Watch({ titled: false });
    watch.poll(5_000, [{}]);
    for (const at of [10_000, 15_000]) watch.poll(at, []);
    watch.gain(200_000, 199_000);
    expect(watch.records).toEqual([]);
  });

  test("where nobody knows when the silence began, everything that is kept is written", () => {
    const watch = new Watch({ titled: false });
    watch.poll(5_000, [{}]);
    for (const at of [10_000, 15_000]) watch.poll(at, []);
    watch.gain(200_000, null);
    expect(watch.records).toHaveLength(1);
  });

  test("lost while a record waits for a history: it is written by whoever holds the title then", () => {
    const watch = new Watch({ keepsHistory: true });
    watch.poll(5_000, [{}]);
    for (const at of [10_000, 15_000]) watch.poll(at, []);
    watch.tell(16_000, { kind: "title-lost" });
    expect(watch.calls.deadline()).toBeNull();
    watch.pass(40_000);
    expect(watch.records).toEqual([]);
    watch.gain(41_000, 40_500);
    expect(watch.reads()).toHaveLength(1);
    expect(watch.records).toEqual([]);
    watch.pass(56_000);
    expect(watch.records).toHaveLength(1);
  });

  test("what is kept is bounded in time and number", () => {
    const watch = new Watch({ titled: false, policy: { mostKept: 2 } });
    watch.poll(5_000, [{}, { callId: "call-2", index: 2 }, { callId: "call-3", index: 3 }]);
    for (const at of [10_000, 15_000]) watch.poll(at, []);
    expect(watch.calls.endedCalls).toBe(2);
    expect(watch.calls.counters.get("calls.crowdedOut")).toBe(1);
    watch.pass(15_000 + defaultObservedPolicy.keptMs + 1);
    expect(watch.calls.endedCalls).toBe(0);
  });
});
