import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { betterRecord, type CallRecord, type InstantSource, type RecordOrigin } from "./call-record.ts";
import type { EndedConnection } from "./connection.ts";
import { betweenInstants, durationOf, endingLeg, endOf, notBefore, recordFromHistory } from "./record-builder.ts";

function ended(change: Partial<EndedConnection>): EndedConnection {
  return {
    gateway: "if-1",
    bootEpoch: 0,
    setupTicks: 1,
    index: 1,
    callId: "c",
    endpoint: "aaln/1@if-1",
    localNumber: "50101",
    peerNumber: "50501",
    origin: "answer",
    localAddress: "10.0.0.1:16384",
    remoteAddress: null,
    codec: "PCMU",
    qos: "bestEffort",
    setupAt: 1_000,
    connectAt: 5_000,
    endAt: 60_000,
    clockErrorMs: 10,
    cause: 16,
    releasedHere: null,
    media: null,
    ...change,
  };
}

const writer = { self: "cs-b", writtenAt: 99_000, epochs: [{ number: 1, server: "cs-a" }] };
const far = { gateway: "gw-1", endpoint: "ds/1@gw-1", origin: "originate" as const, localNumber: null, peerNumber: "50101" };

function history(rows: readonly EndedConnection[]): CallRecord | null {
  return recordFromHistory({ callId: "c", history: rows, active: [] }, null, writer);
}

describe("a record from two history rows", () => {
  test("answer from the called leg, end from the party that hung up", () => {
    const record = history([
      ended({ endAt: 60_000, connectAt: 5_030 }),
      ended({ ...far, endAt: 58_000, connectAt: 5_000, clockErrorMs: 12, cause: 16 }),
    ])!;
    expect(record).toMatchObject({
      answer: { at: 5_000, source: "history", errorMs: 12 },
      end: { at: 58_000, source: "history", errorMs: 12 },
      durationMs: 53_000,
      durationErrorMs: 24,
      releasedBy: "called",
      origin: "history",
      calling: { number: "50101", gateway: "if-1" },
      called: { number: "50501", gateway: "gw-1" },
      dialled: "50501",
    });
  });

  test("both parties hung up, and the clocks leave open which was the first: the end is anywhere in either", () => {
    const called = ended({ ...far, connectAt: 5_000, endAt: 57_825, clockErrorMs: 15, releasedHere: true });
    const calling = ended({ connectAt: 5_000, endAt: 57_863, clockErrorMs: 123, releasedHere: true });
    const end = { at: 57_790, source: "history", errorMs: 50 };
    expect(history([called, calling])).toMatchObject({ end });
    expect(history([calling, called])).toMatchObject({ end });
    // Surely the second: it says nothing of the end.
    expect(history([called, { ...calling, endAt: 58_000 }])).toMatchObject({ end: { at: 57_825, errorMs: 15 }, releasedBy: "called" });
  });

  test("one that was read later, by clocks that drift, is still the called leg", () => {
    const record = history([ended({ connectAt: 5_000 }), ended({ ...far, connectAt: 5_060, endAt: 58_000 })])!;
    expect(record).toMatchObject({ answer: { at: 5_060, errorMs: 10 }, end: { at: 58_000 }, called: { gateway: "gw-1" } });
  });

  test.each([
    ["answered after the caller was cut through", { connectAt: 5_400, endAt: 9_000 }],
    ["gone before the caller was cut through", { connectAt: 3_000, endAt: 4_600 }],
  ])("a channel that was %s says nothing of the answer", (_, vain) => {
    const record = history([ended({ connectAt: 5_000 }), ended({ ...far, ...vain })])!;
    expect(record.answer).toMatchObject({ at: 3_000, errorMs: 2_010, source: "poll" });
    expect(record.end.at).toBe(60_000);
    expect(record.called.gateway).toBeNull();
  });

  test("a channel that was answered and deleted while its caller waited on answered nothing", () => {
    const waiting = ended({ connectAt: null, endAt: 12_000, releasedHere: true });
    expect(history([waiting, ended({ ...far, connectAt: 6_000, endAt: 9_000, releasedHere: false })])).toBeNull();
    // Its party hung up: that was the end of the call, of which the caller has not heard.
    expect(history([waiting, ended({ ...far, connectAt: 6_000, endAt: 9_000, releasedHere: true })])).toMatchObject({ durationMs: 3_000 });
  });

  test("of two channels that were answered, the one that stood to the end is the called leg", () => {
    const vain = ended({ ...far, connectAt: 4_800, endAt: 9_000, releasedHere: false });
    const own = ended({ ...far, gateway: "gw-2", endpoint: "ds/1@gw-2", connectAt: 4_500, endAt: 60_010, releasedHere: false });
    const record = history([ended({ connectAt: 5_000, releasedHere: true }), vain, own])!;
    expect(record).toMatchObject({ answer: { at: 4_500 }, called: { gateway: "gw-2" }, durationMs: 55_500 });
  });

  test("a gateway that says who released is believed, whatever its clock", () => {
    const rows = [ended({ endAt: 60_000, releasedHere: true }), ended({ ...far, endAt: 59_990, releasedHere: false })];
    expect(history(rows)).toMatchObject({ end: { at: 60_000 }, releasedBy: "calling" });
    expect(endingLeg(rows)?.gateway).toBe("if-1");
  });

  test("a channel that was answered in vain, and given up before, is neither answer nor end", () => {
    const vain = ended({ ...far, gateway: "gw-2", endpoint: "ds/1@gw-2", connectAt: 4_000, endAt: 6_000, releasedHere: true });
    const rows = [vain, ended({ connectAt: 5_030, endAt: 60_000 }), ended({ ...far, endAt: 59_990 })];
    expect(history(rows)).toMatchObject({ answer: { at: 5_000 }, end: { at: 59_990 }, called: { gateway: "gw-1" } });
    expect(endingLeg(rows)?.gateway).toBe("gw-1");
  });

  test("a channel that was answered after the caller was cut through is not the called one, even where no other is known", () => {
    const vain = ended({ ...far, connectAt: 6_000, endAt: 60_100, releasedHere: false });
    const record = history([vain, ended({ connectAt: 5_000, endAt: 60_000, releasedHere: true })]);
    expect(record).toMatchObject({ answer: { at: 3_000, source: "poll", errorMs: 2_010 }, called: { gateway: null }, end: { at: 60_000 } });
    const within = ended({ ...far, connectAt: 5_020, endAt: 60_100, releasedHere: false });
    expect(history([within, ended({ connectAt: 5_000 })])).toMatchObject({ answer: { at: 5_020 } });
  });

  test("one row alone is enough, and says what it knows", () => {
    expect(history([ended({ ...far, endAt: 9_000 })])).toMatchObject({
      calling: { number: "50101", gateway: null },
      called: { gateway: "gw-1" },
      durationMs: 4_000,
    });
  });

  test("a call that was never answered has no record", () => {
    expect(history([ended({ connectAt: null }), ended({ ...far, connectAt: null })])).toBeNull();
    expect(history([])).toBeNull();
  });
});

describe("instants", () => {
  test("between two polls: the middle, ± half the interval, in whatever order they are given", () => {
    expect(betweenInstants(1_000, 6_000)).toEqual({ at: 3_500, source: "poll", errorMs: 2_500 });
    expect(betweenInstants(6_000, 1_000)).toEqual(betweenInstants(1_000, 6_000));
  });

  test("a duration is never negative, and its error is the sum of both", () => {
    const instant = (at: number, errorMs: number) => ({ at, source: "poll" as const, errorMs });
    expect(durationOf(instant(100, 5), instant(90, 20))).toEqual({ durationMs: 0, durationErrorMs: 25 });
  });

  test("the truth lies within the stated error, wherever the party hung up between two polls", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000 }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (from, length, part) => {
          const { at, errorMs } = betweenInstants(from, from + length);
          expect(Math.abs(at - (from + length * part))).toBeLessThanOrEqual(errorMs + 1e-9);
        },
      ),
    );
  });
});

describe("a leg that ended by a server's command", () => {
  const row = ended({ ...far, releasedHere: false, endAt: 9_220 });

  test("tells the latest end only: the order may have come late", () => {
    expect(endOf(row).end).toEqual({ at: 9_220, source: "history", errorMs: 4_220 + 10 });
    expect(history([row])).toMatchObject({ durationMs: 4_220, durationErrorMs: 4_220 + 20, releasedBy: null });
  });

  test("gives way to what the server saw that heard the party", () => {
    const seen: CallRecord = { ...history([row])!, durationMs: 4_008, durationErrorMs: 50, origin: "signalling" };
    expect(betterRecord(history([row])!, seen)).toBe(seen);
  });

  test("is nearer where an audit saw it stand shortly before", () => {
    expect(notBefore(endOf(row).end, betweenInstants(8_000, 9_500), 10)).toEqual({ at: 9_220, source: "history", errorMs: 1_230 });
  });
});

describe("of two records of a call", () => {
  const base = history([ended({})])!;
  const record = (change: {
    end?: number;
    source?: InstantSource;
    errorMs?: number;
    origin?: RecordOrigin;
    writtenAt?: number;
  }): CallRecord => ({
    ...base,
    end: { at: change.end ?? 60_000, source: change.source ?? "signalling", errorMs: change.errorMs ?? 20 },
    durationMs: (change.end ?? 60_000) - base.answer.at,
    durationErrorMs: (change.errorMs ?? 20) + 10,
    origin: change.origin ?? "signalling",
    writtenAt: change.writtenAt ?? 1,
  });

  test("the nearer one is kept where it is exact enough, else the more exact one, then the first", () => {
    const recovered = record({ errorMs: 10, origin: "history" });
    const near = record({ errorMs: 40 });
    expect(betterRecord(recovered, near)).toBe(near);
    const vague = record({ errorMs: 900 });
    expect(betterRecord(vague, recovered)).toBe(recovered);
    const signalled = record({});
    expect(betterRecord(record({ origin: "history" }), signalled)).toBe(signalled);
    const first = record({ writtenAt: 0 });
    expect(betterRecord(record({}), first)).toBe(first);
  });

  test("a call that was seen to end did not go on, however exact the later end is", () => {
    const seen = record({ end: 60_000, errorMs: 20 });
    const remains = record({ end: 90_000, errorMs: 1 });
    expect(betterRecord(remains, seen)).toBe(seen);
    const guess = record({ end: 40_000, errorMs: 5_000, source: "poll" });
    expect(betterRecord(guess, seen)).toBe(seen);
  });

  test("a server that died before it heard of the first hang-up gives way to what the history tells of it", () => {
    const told = record({ end: 60_000, source: "history", errorMs: 16, origin: "history" });
    const second = record({ end: 60_053, errorMs: 27, origin: "adopted" });
    expect(betterRecord(second, told)).toBe(told);
    const heard = record({ end: 60_030, errorMs: 27, origin: "adopted" });
    expect(betterRecord(heard, told)).toBe(heard);
    const vague = record({ end: 60_000, errorMs: 40, origin: "history" });
    expect(betterRecord(vague, second)).toBe(second);
  });

  test("a leg that a server deleted says nothing against who saw all of the call", () => {
    const whole = record({ end: 60_000, errorMs: 20 });
    const inVain: CallRecord = { ...record({ end: 50_000, source: "history", errorMs: 140, origin: "history" }), releasedBy: null };
    expect([betterRecord(whole, inVain), betterRecord(inVain, whole)]).toEqual([whole, whole]);
    const adopted = record({ end: 60_000, errorMs: 20, origin: "adopted" });
    expect(betterRecord(adopted, inVain)).toBe(inVain);
  });

  test("what gear was only seen to do is the last to be believed", () => {
    const observed = record({ source: "history", errorMs: 10, origin: "observed" });
    for (const origin of ["signalling", "adopted", "history"] as const) {
      const nearer = record({ source: "history", errorMs: 200, origin });
      expect([betterRecord(observed, nearer), betterRecord(nearer, observed)]).toEqual([nearer, nearer]);
    }
    const vague = record({ source: "poll", errorMs: 2_500, origin: "history" });
    expect([betterRecord(observed, vague), betterRecord(vague, observed)]).toEqual([observed, observed]);
  });

  test("an observed call that went on is recorded once more, by the later record", () => {
    const before = record({ source: "poll", errorMs: 10, origin: "observed", writtenAt: 1 });
    const after = record({ end: 90_000, source: "poll", errorMs: 900, origin: "observed", writtenAt: 2 });
    expect([betterRecord(before, after), betterRecord(after, before)]).toEqual([after, after]);
  });

  test("the order in which they come does not matter", () => {
    const any = fc.record({
      end: fc.constantFrom(59_000, 60_000, 90_000),
      source: fc.constantFrom<InstantSource>("signalling", "history", "poll"),
      errorMs: fc.constantFrom(1, 20, 900),
      origin: fc.constantFrom<RecordOrigin>("signalling", "adopted", "history", "observed"),
      writtenAt: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(any, any, (a, b) => {
        const [first, second] = [record(a), record(b)];
        expect(betterRecord(first, second)).toEqual(betterRecord(second, first));
      }),
    );
  });
});
