import { describe, expect, test } from "vitest";
import type { CallRecord } from "../calls/call-record.ts";
import type { Connection } from "../calls/connection.ts";
import { derivedCallId } from "./ended-leg.ts";
import { defaultObservedPolicy } from "./observed-event.ts";
import { bare, leg, Watch, wallOffset } from "./testing/gear-watch.ts";

const noDetail = { setupFrom: null, connectFrom: null, dscp: null, rttMs: null, mos: null, legName: null, countersAt: null };

describe("the end of a call", () => {
  test("lies between the last poll that had it and the first that lacked it", () => {
    const watch = new Watch();
    for (const at of [5_000, 10_000]) watch.poll(at, [{}]);
    watch.poll(15_000, []);
    expect(watch.records).toEqual([]);
    watch.poll(20_000, []);
    expect(watch.records).toEqual([
      {
        callId: "call-1",
        calling: { number: "100", gateway: "gw-1", endpoint: "port-1", address: null, media: null },
        called: { number: "200", gateway: null, endpoint: null, address: null, media: null },
        dialled: "200",
        start: { at: wallOffset + 1_000, source: "gateway", errorMs: 10 },
        answer: { at: wallOffset + 1_000, source: "gateway", errorMs: 10 },
        end: { at: wallOffset + 12_500, source: "poll", errorMs: 2_500 },
        durationMs: 11_500,
        durationErrorMs: 2_510,
        carries: null,
        codec: "PCMU",
        qos: null,
        cause: null,
        releasedBy: null,
        outcome: "answered",
        origin: "observed",
        epochs: [{ number: 7, server: "cs-a" }],
        writtenBy: "cs-a",
        writtenAt: wallOffset + 20_000,
      },
    ]);
  });

  test("is not proved by polls that were not complete", () => {
    const watch = new Watch();
    watch.poll(5_000, [{}]);
    for (const at of [10_000, 20_000, 30_000]) {
      watch.poll(at, [], { columns: [{ column: "state", reachedEnd: false }] });
      watch.poll(at + 5_000, [], { failure: "no answer" });
    }
    expect(watch.calls.legs).toBe(1);
    expect(watch.calls.freshness("gw-1")).toMatchObject({ state: "failed", consecutiveFailures: 6 });
  });

  test("of a leg that restarted gear took is somewhere before the restart, and the call is lost", () => {
    const watch = new Watch();
    watch.poll(5_000, [{}]);
    const effects = watch.poll(10_000, [], { uptimeBefore: 200, uptimeAfter: 200, engineBoots: 4 });
    expect(watch.records).toMatchObject([{ outcome: "lost", cause: 38, releasedBy: "network", end: { source: "poll" } }]);
    const { at, errorMs } = watch.records[0]!.end;
    expect([at - errorMs - wallOffset, at + errorMs - wallOffset]).toEqual([5_000, 8_010]);
    expect(effects.find((one) => one.kind === "journal")).toMatchObject({ text: "gw-1 restarted: 1 of its connections are lost." });
  });

  test("comes when all legs are gone, on whichever gear", () => {
    const watch = new Watch();
    watch.tell(0, { kind: "gear-added", gear: { gateway: "gw-2", pollMs: 5_000, keepsHistory: false } });
    const far = leg({ gateway: "gw-2", origin: "originate", localNumber: "200", seenAt: 5_000 });
    watch.poll(5_000, [{}]);
    watch.poll(5_000, [], { gateway: "gw-2", rows: [far] });
    for (const at of [10_000, 15_000]) watch.poll(at, []);
    expect(watch.records).toEqual([]);
    for (const at of [11_000, 16_000]) watch.poll(at, [], { gateway: "gw-2", rows: [] });
    expect(watch.records).toMatchObject([{ calling: { gateway: "gw-1", number: "100" }, called: { gateway: "gw-2", number: "200" } }]);
    const { at, errorMs } = watch.records[0]!.end;
    expect([at - errorMs - wallOffset, at + errorMs - wallOffset]).toEqual([5_000, 11_000]);
  });

  test("may be that of a leg that may have been connected since it was seen last", () => {
    const watch = new Watch();
    watch.tell(0, { kind: "gear-added", gear: { gateway: "gw-2", pollMs: 10_000, keepsHistory: false } });
    const far = (at: number) => leg({ gateway: "gw-2", ...bare, state: "connecting", origin: "originate", seenAt: at });
    watch.poll(5_000, [{}]);
    watch.poll(6_000, [], { gateway: "gw-2", rows: [far(6_000)] });
    for (const at of [10_000, 15_000]) watch.poll(at, []);
    for (const at of [16_000, 26_000]) watch.poll(at, [], { gateway: "gw-2", rows: [] });
    expect(watch.records).toMatchObject([{ end: { at: wallOffset + 10_500, errorMs: 5_500, source: "poll" } }]);
  });

  test("is that of the legs that were connected, whatever rings on", () => {
    const watch = new Watch();
    const ringing = { index: 2, ...bare, state: "connecting", origin: "originate" } as const;
    watch.poll(5_000, [{}, ringing]);
    for (const at of [10_000, 15_000]) watch.poll(at, [ringing]);
    for (const at of [20_000, 25_000]) watch.poll(at, []);
    expect(watch.records).toMatchObject([{ end: { at: wallOffset + 7_500, errorMs: 2_500 } }]);
  });

  test("of a call with many legs, one after another, is that of the last", () => {
    const watch = new Watch({ policy: { mostLegs: 3 } });
    for (let index = 0; index < 20; index += 1) {
      watch.poll(5_000 + index * 5_000, [{ index: index + 1 }, { index: index + 2 }]);
    }
    for (const at of [110_000, 115_000]) watch.poll(at, []);
    expect(watch.records).toMatchObject([{ answer: { at: wallOffset + 1_000 }, end: { at: wallOffset + 105_000, errorMs: 5_000 } }]);
  });

  test("is no end where the leg comes back before the record", () => {
    const watch = new Watch({ keepsHistory: true });
    watch.poll(5_000, [{ ...bare, state: "active" }]);
    for (const at of [10_000, 15_000]) watch.poll(at, []);
    expect(watch.calls.endedCalls).toBe(1);
    watch.poll(20_000, [{ ...bare, state: "active" }]);
    expect(watch.calls.endedCalls).toBe(0);
    expect(watch.calls.deadline()).toBeNull();
    for (const at of [25_000, 30_000]) watch.poll(at, []);
    watch.pass(watch.calls.deadline()!);
    expect(watch.records).toHaveLength(1);
    // As long as from its first sight on, and not from where it came back.
    expect(watch.records[0]!.answer.at).toBe(wallOffset + 5_000);
  });

  test("is told again where the call went on in a leg that was seen only after the record", () => {
    const watch = new Watch();
    watch.tell(0, { kind: "gear-added", gear: { gateway: "gw-2", pollMs: 60_000, keepsHistory: false } });
    watch.poll(5_000, [{}]);
    watch.poll(10_000, [], { uptimeBefore: 100, uptimeAfter: 100, engineBoots: 4 });
    expect(watch.records).toHaveLength(1);
    watch.poll(30_000, [], { gateway: "gw-2", rows: [leg({ gateway: "gw-2", origin: "originate", seenAt: 30_000 })] });
    for (const at of [90_000, 150_000]) watch.poll(at, [], { gateway: "gw-2", rows: [] });
    expect(watch.records).toHaveLength(2);
    expect(watch.records[1]).toMatchObject({ answer: watch.records[0]!.answer, end: { at: wallOffset + 60_000, errorMs: 30_000 } });
    expect(watch.calls.counters.get("calls.cameBack")).toBe(1);
  });
});

describe("the answer of a call", () => {
  function answerOf(first: Partial<Connection>, second: Partial<Connection>, start = 5_000): CallRecord | undefined {
    const watch = new Watch();
    watch.poll(start - 5_000, []);
    watch.poll(start, [first]);
    for (const at of [10_000, 15_000]) watch.poll(at, [second]);
    for (const at of [20_000, 25_000]) watch.poll(at, []);
    return watch.records[0];
  }

  test("never seen: no record", () => {
    expect(answerOf({ ...bare, state: "connecting" }, { ...bare, state: "connecting" })).toBeUndefined();
  });

  test("seen between two polls", () => {
    expect(answerOf({ ...bare, state: "connecting" }, { ...bare, state: "active" })).toMatchObject({
      start: { at: wallOffset + 2_500, source: "poll", errorMs: 2_500 },
      answer: { at: wallOffset + 7_500, source: "poll", errorMs: 2_500 },
    });
  });

  test("not before the set-up", () => {
    const set = { setupAt: wallOffset + 4_000, connectAt: null };
    expect(answerOf({ ...set, state: "active" }, { ...set, state: "active" })?.answer).toEqual({
      at: wallOffset + 4_495,
      source: "poll",
      errorMs: 505,
    });
  });

  test("reckoned from packets: no later than that", () => {
    const detail = { ...noDetail, connectFrom: "packets" } as const;
    const reckoned = { setupAt: null, connectAt: wallOffset + 3_000, state: "active", detail } as const;
    const { at, errorMs, source } = answerOf(reckoned, reckoned)!.answer;
    expect([at - errorMs - wallOffset, at + errorMs - wallOffset, source]).toEqual([0, 3_010, "poll"]);
  });

  test("up when this server first looked: as late as possible, and the error says so", () => {
    const watch = new Watch();
    for (const at of [5_000, 10_000]) watch.poll(at, [{ ...bare, state: "active" }]);
    for (const at of [15_000, 20_000]) watch.poll(at, []);
    expect(watch.records[0]!.answer).toEqual({ at: wallOffset + 5_000, source: "poll", errorMs: defaultObservedPolicy.longestCallMs });
  });
});

describe("a leg without a call id is a call of its own", () => {
  const anonymous = { callId: null };

  function idOf(engineBoots: number | null, bootEpoch: number): string {
    const watch = new Watch();
    const boot = { engineBoots };
    watch.poll(5_000, [{ ...anonymous, bootEpoch }], boot);
    for (const at of [10_000, 15_000]) watch.poll(at, [], boot);
    return watch.records[0]!.callId;
  }

  test("whose id does not depend on how a server reckons the boot", () => {
    expect(idOf(3, 7_000)).toBe("gw-1/b3.t8/100.1");
    expect(idOf(3, 8_000)).toBe("gw-1/b3.t8/100.1");
    expect(idOf(null, 7_000)).toBe("gw-1/t8/100.1");
    expect(idOf(null, 8_000)).toBe("gw-1/t8/100.1");
  });

  test("and another one after a restart", () => {
    const watch = new Watch();
    watch.poll(5_000, [anonymous]);
    const later = { ...anonymous, setupAt: wallOffset + 9_000, connectAt: wallOffset + 9_000 };
    watch.poll(10_000, [later], { uptimeBefore: 200, uptimeAfter: 200, engineBoots: 4 });
    for (const at of [15_000, 20_000]) watch.poll(at, [], { uptimeBefore: at / 10 - 800, uptimeAfter: at / 10 - 800, engineBoots: 4 });
    expect(watch.records.map((one) => one.callId)).toEqual(["gw-1/b3.t8/100.1", "gw-1/b4.t8/100.1"]);
  });

  test("where the gear tells no boots, the leg of the next boot is not taken for the lost one", () => {
    const watch = new Watch({ titled: false });
    const boot = { engineBoots: null };
    watch.poll(5_000, [anonymous], boot);
    const later = { ...anonymous, setupAt: wallOffset + 9_000, connectAt: wallOffset + 9_000 };
    watch.poll(10_000, [later], { uptimeBefore: 200, uptimeAfter: 200, ...boot });
    for (const at of [15_000, 20_000]) watch.poll(at, [], { uptimeBefore: at / 10 - 800, uptimeAfter: at / 10 - 800, ...boot });
    watch.gain(21_000, null);
    expect(watch.records).toMatchObject([
      { callId: "gw-1/t8/100.1", outcome: "lost", answer: { at: wallOffset + 1_000 } },
      { callId: "gw-1/t8/100.1~1", outcome: "answered", answer: { at: wallOffset + 9_000 } },
    ]);
    expect(watch.calls.counters.get("calls.sameId")).toBe(1);
  });

  describe("where the gear keeps its engine boots over a restart", () => {
    /** Restarts so long before the instant, with the engine boots of before. */
    const again = (at: number, ms: number) => ({ uptimeBefore: (at - ms) / 10, uptimeAfter: (at - ms) / 10, engineBoots: 3 });
    const setUp = (at: number) => ({ ...anonymous, setupAt: wallOffset + at, connectAt: wallOffset + at });

    function recordsOf(watch: Watch, rowBefore: Partial<Connection>[], setupAt: number) {
      const restartAt = setupAt - 1_000;
      watch.poll(5_000, [anonymous]);
      for (const at of [10_000, 15_000]) watch.poll(at, rowBefore);
      for (const at of [2_000, 7_000]) watch.poll(setupAt + at, [setUp(setupAt)], again(setupAt + at, restartAt));
      for (const at of [12_000, 17_000]) watch.poll(setupAt + at, [], again(setupAt + at, restartAt));
      return watch.records.map(({ callId, outcome, answer }) => ({ callId, outcome, answeredAt: answer.at - wallOffset }));
    }

    test("a lost call keeps its record, and the next one with its ticks gets another", () => {
      expect(recordsOf(new Watch(), [anonymous], 200_000)).toEqual([
        { callId: "gw-1/b3.t8/100.1", outcome: "lost", answeredAt: 1_000 },
        { callId: "gw-1/b3.t10/100.1", outcome: "answered", answeredAt: 200_000 },
      ]);
    });

    test("soon after the set-up: also", () => {
      expect(recordsOf(new Watch(), [anonymous], 20_000)).toEqual([
        { callId: "gw-1/b3.t8/100.1", outcome: "lost", answeredAt: 1_000 },
        { callId: "gw-1/b3.t8/100.1~1", outcome: "answered", answeredAt: 20_000 },
      ]);
    });

    test("and a call that had ended before it does not come back by it", () => {
      const watch = new Watch();
      expect(recordsOf(watch, [], 20_000)).toEqual([
        { callId: "gw-1/b3.t8/100.1", outcome: "answered", answeredAt: 1_000 },
        { callId: "gw-1/b3.t8/100.1~1", outcome: "answered", answeredAt: 20_000 },
      ]);
      expect(watch.calls.counters.get("calls.cameBack")).toBeUndefined();
    });

    test("a server that began to read after it names the call alike", () => {
      const watch = new Watch();
      for (const at of [202_000, 207_000]) watch.poll(at, [setUp(200_000)], again(at, 199_000));
      for (const at of [212_000, 217_000]) watch.poll(at, [], again(at, 199_000));
      expect(watch.records.map((one) => one.callId)).toEqual(["gw-1/b3.t10/100.1"]);
    });

    test("a leg that seemed gone comes back, in the same run", () => {
      const watch = new Watch();
      watch.poll(5_000, [anonymous]);
      for (const at of [10_000, 15_000]) watch.poll(at, []);
      watch.poll(20_000, [anonymous]);
      for (const at of [25_000, 30_000]) watch.poll(at, []);
      expect(new Set(watch.records.map((one) => one.callId))).toEqual(new Set(["gw-1/b3.t8/100.1"]));
    });

    test("the ended call of before keeps the place in which its history finds it", () => {
      const watch = new Watch({ keepsHistory: true });
      recordsOf(watch, [anonymous], 20_000);
      watch.history(38_000, [{ ...setUp(20_000), endAt: wallOffset + 28_500 }]);
      expect(watch.records).toMatchObject([
        { callId: "gw-1/b3.t8/100.1", outcome: "lost" },
        { callId: "gw-1/b3.t8/100.1~1", end: { at: wallOffset + 28_500, source: "history" } },
      ]);
    });
  });

  test("which its gear stamped no set-up: the boot names it, or the week", () => {
    const detail = { ...noDetail, setupFrom: "first-seen" } as const;
    const seen = leg({ ...anonymous, detail });
    expect(derivedCallId(seen, { engineBoots: 3, namesakes: 0 })).toBe("gw-1/b3/100.1");
    expect(derivedCallId(seen, { engineBoots: null, namesakes: 0 })).toBe("gw-1/w0/100.1");
    expect(derivedCallId({ ...seen, setupAt: null }, { engineBoots: null, namesakes: 0 })).toBe("gw-1/-/100.1");
  });
});

describe("what moves meanwhile", () => {
  test("a wall clock that is set back: instants move along, and the stamps of before are doubted", () => {
    const watch = new Watch();
    for (const at of [5_000, 10_000]) watch.poll(at, [{}]);
    watch.step = -60_000;
    for (const at of [15_000, 20_000]) watch.poll(at, []);
    expect(watch.records[0]).toMatchObject({
      answer: { at: wallOffset + 1_000, errorMs: 60_010 },
      end: { at: wallOffset + 12_500 - 60_000, errorMs: 2_500 },
    });
    expect(watch.calls.counters.get("clocks.stepped")).toBe(1);
  });

  test("a machine that may have slept: what was seen before may be that much older", () => {
    const watch = new Watch();
    watch.poll(0, []);
    for (const at of [5_000, 10_000]) watch.poll(at, [{ ...bare, state: "active" }]);
    watch.step = 60_000;
    for (const at of [15_000, 20_000]) watch.poll(at, []);
    const { answer, end } = watch.records[0]!;
    expect([answer.at - answer.errorMs - wallOffset, answer.at + answer.errorMs - wallOffset]).toEqual([0, 65_000]);
    expect([end.at - end.errorMs - wallOffset, end.at + end.errorMs - wallOffset]).toEqual([10_000, 75_000]);
  });

  test("a poll that is told after a later one, or of gear that is not watched, is no news", () => {
    const watch = new Watch();
    for (const at of [10_000, 15_000]) watch.poll(at, []);
    watch.poll(5_000, [{}]);
    watch.poll(20_000, [], { gateway: "gw-9", rows: [leg({ gateway: "gw-9" })] });
    watch.tell(20_000, { kind: "history-read", gateway: "gw-9", startedAt: 20_000, rows: [], complete: true });
    expect(watch.calls.legs).toBe(0);
    expect(watch.calls.counters.get("polls.stale")).toBe(2);
  });

  test("gear that is taken out of the configuration: its calls are forgotten, not ended", () => {
    const watch = new Watch();
    watch.poll(5_000, [{}]);
    watch.tell(6_000, { kind: "gear-removed", gateway: "gw-1" });
    expect([watch.calls.legs, watch.calls.endedCalls, watch.calls.freshness("gw-1")]).toEqual([0, 0, null]);
    expect(watch.calls.counters.get("legs.forgotten")).toBe(1);
  });
});
