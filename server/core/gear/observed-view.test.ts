import { describe, expect, test } from "vitest";
import { defaultStuckPolicy } from "./stuck-legs.ts";
import { bare, noCounters, Watch, wallOffset } from "./testing/gear-watch.ts";

describe("what people see", () => {
  test("calls, their legs, and when each was seen", () => {
    const watch = new Watch();
    watch.poll(0, []);
    watch.poll(5_000, [{}, { index: 2, origin: "originate" }, { callId: null, index: 3, ...bare, state: "connecting" }]);
    const now = { mono: 7_000, wall: wallOffset + 7_000 };
    const calls = [...watch.calls.calls(now)];
    expect(calls.map(({ callId, derived, phase, legs }) => [callId, derived, phase, legs.length])).toEqual([
      ["call-1", false, "talking", 2],
      ["gw-1/b3/100.3", true, "setting-up", 1],
    ]);
    expect(calls[1]!.legs[0]).toMatchObject({
      firstSeenAt: wallOffset + 5_000,
      lastSeenAt: wallOffset + 5_000,
      start: { at: wallOffset + 2_500, source: "poll", errorMs: 2_500 },
      answer: null,
    });
    expect([watch.calls.legs, watch.calls.legsAt("gw-1"), watch.calls.legsAt("gw-2")]).toEqual([3, 3, 0]);
  });

  test("whether anybody answered is not made up where the gear cannot say", () => {
    const watch = new Watch();
    const unsaid = { callId: null, ...bare, state: "unknown" } as const;
    watch.poll(5_000, [
      { ...unsaid },
      { ...unsaid, index: 2, state: "connecting" },
      { ...unsaid, index: 3, state: "connected" },
      { ...unsaid, index: 4, state: "active" },
      { ...unsaid, index: 5, callId: "call-5" },
      { ...unsaid, index: 6, callId: "call-5", state: "connecting" },
    ]);
    const calls = [...watch.calls.calls({ mono: 6_000, wall: wallOffset + 6_000 })];
    expect(Object.fromEntries(calls.map(({ legs, phase }) => [legs[0]!.connection.index, phase]))).toEqual({
      1: "unknown",
      2: "setting-up",
      3: "talking",
      4: "talking",
      5: "setting-up",
    });
  });

  test("a leg that nobody confirms any more is stale, one that a partial poll confirms is not", () => {
    const watch = new Watch();
    watch.poll(5_000, [{}, { index: 2, callId: "call-2" }]);
    const staleAt = (mono: number) => [...watch.calls.calls({ mono, wall: wallOffset + mono })].map(({ legs }) => legs[0]!.stale);
    expect(staleAt(17_000)).toEqual([false, false]);
    expect(staleAt(17_001)).toEqual([true, true]);
    watch.poll(16_000, [{ index: 2, callId: "call-2" }], { columns: [{ column: "state", reachedEnd: false }] });
    watch.poll(17_000, [], { failure: "no answer" });
    expect(staleAt(20_000)).toEqual([true, false]);
    watch.poll(21_000, [{}, { index: 2, callId: "call-2" }]);
    expect(staleAt(25_000)).toEqual([false, false]);
  });

  test("legs whose counters stand still, and legs that are too old", () => {
    const watch = new Watch();
    const media = (packetsSent: number) => ({ ...noCounters, packetsSent, packetsReceived: 7 });
    const old = { setupAt: wallOffset - 13 * 3_600_000, connectAt: wallOffset - 13 * 3_600_000 };
    const rows = (at: number) => [
      { media: media(100) },
      { index: 2, callId: "call-2", media: media(at) },
      { index: 3, callId: "call-3", media: { ...media(5), modelled: true } },
      { index: 4, callId: "call-4", ...old },
    ];
    for (let at = 5_000; at <= 70_000; at += 5_000) watch.poll(at, rows(at));
    const stuck = [...watch.calls.stuckLegs({ mono: 70_000, wall: wallOffset + 70_000 }, defaultStuckPolicy)];
    expect(stuck.map(({ connection, reason, text }) => [connection.callId, reason, text])).toEqual([
      ["call-1", "counters-still", "no packet came or went for 1 min"],
      ["call-4", "old", "up for 13 h 1 min"],
    ]);
  });

  test("counters that were not read anew do not stand still", () => {
    const watch = new Watch();
    const media = { ...noCounters, packetsSent: 100, packetsReceived: 7 };
    for (let at = 5_000; at <= 90_000; at += 5_000) watch.poll(at, [{ media }]);
    expect([...watch.calls.stuckLegs({ mono: 90_000, wall: wallOffset + 90_000 }, defaultStuckPolicy)]).toEqual([]);
  });
});
