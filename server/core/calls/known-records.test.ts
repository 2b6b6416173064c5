import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { betterRecord, type CallRecord } from "./call-record.ts";
import { KnownRecords } from "./known-records.ts";

function record(callId: string, errorMs = 40): CallRecord {
  const nobody = { number: null, gateway: null, endpoint: null, address: null, media: null };
  const instant = { at: 1_000, source: "signalling" as const, errorMs: errorMs / 2 };
  return {
    callId,
    calling: nobody,
    called: nobody,
    dialled: null,
    start: instant,
    answer: instant,
    end: instant,
    durationMs: 0,
    durationErrorMs: errorMs,
    carries: null,
    codec: null,
    qos: null,
    cause: 16,
    releasedBy: null,
    outcome: "answered",
    origin: "signalling",
    epochs: [],
    writtenBy: "cs-a",
    writtenAt: 0,
  };
}

describe("one record per call", () => {
  test("a repetition is no news, a better record is", () => {
    const known = new KnownRecords(10);
    expect(known.isNews(record("a", 40))).toBe(true);
    expect(known.isNews(record("a", 40))).toBe(false);
    expect(known.isNews(record("a", 900))).toBe(false);
    expect(known.isNews(record("b", 900))).toBe(true);
    expect(known.isNews(record("a", 10))).toBe(true);
    expect(known.isNews(record("a", 40))).toBe(false);
  });

  test("a party that hung up first corrects the record, however vague it is when", () => {
    const heard = (releasedBy: "calling" | "called", durationMs: number, durationErrorMs: number, writtenBy = "cs-a"): CallRecord => {
      return { ...record("a"), releasedBy, durationMs, durationErrorMs, writtenBy };
    };
    const second = heard("calling", 4_003, 50);
    const first = heard("called", 3_362, 616);
    expect([betterRecord(second, first), betterRecord(first, second)]).toEqual([first, first]);
    // Another server did not know of the hang-up that was heard here.
    const elsewhere = heard("called", 3_362, 616, "cs-b");
    expect([betterRecord(second, elsewhere), betterRecord(elsewhere, second)]).toEqual([second, second]);
  });

  test("of too many calls the oldest is forgotten, and its record is news again", () => {
    const known = new KnownRecords(2);
    for (const callId of ["a", "b", "c"]) known.isNews(record(callId));
    expect(known.isNews(record("b"))).toBe(false);
    expect(known.isNews(record("c"))).toBe(false);
    expect(known.isNews(record("a"))).toBe(true);
  });

  test("a better record makes its call the newest", () => {
    const known = new KnownRecords(2);
    known.isNews(record("a", 40));
    known.isNews(record("b", 40));
    known.isNews(record("a", 10));
    known.isNews(record("c", 40));
    expect(known.isNews(record("a", 10))).toBe(false);
    expect(known.isNews(record("b", 40))).toBe(true);
  });

  test("however records come, and however little is remembered, the best of each call is told", () => {
    const arrival = fc.record({ call: fc.nat(9), errorMs: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (arrivals, most) => {
        const known = new KnownRecords(most);
        const told = new Map<string, CallRecord>();
        const best = new Map<string, CallRecord>();
        const keep = (records: Map<string, CallRecord>, one: CallRecord) => {
          const before = records.get(one.callId);
          records.set(one.callId, before ? betterRecord(before, one) : one);
        };
        for (const { call, errorMs } of arrivals) {
          const one = record(`call-${call}`, errorMs);
          if (known.isNews(one)) keep(told, one);
          keep(best, one);
        }
        expect(told).toEqual(best);
      }),
    );
  });
});
