import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CallQuality, callQuality, type MeasuredQuality } from "./call-quality.ts";
import { bandOf, mosOf, ratingOf } from "./e-model.ts";

const unknown: MeasuredQuality = {
  codec: null,
  lossFraction: null,
  packetsLost: null,
  packetsReceived: null,
  jitterMs: null,
  rttMs: null,
  ptimeMs: null,
};

function rated(change: Partial<MeasuredQuality>): Extract<CallQuality, { rated: true }> {
  const quality = callQuality({ ...unknown, ...change });
  if (!quality.rated) throw new Error(quality.reason);
  return quality;
}

function reason(change: Partial<MeasuredQuality>): string {
  const quality = callQuality({ ...unknown, ...change });
  return quality.rated ? `rated ${quality.r}` : quality.reason;
}

describe("the E-model", () => {
  const g711 = { ie: 0, bpl: 25.1 };
  const g711Plain = { ie: 0, bpl: 4.3 };
  const g729 = { ie: 11, bpl: 19 };
  test.each([
    ["G.711 with concealment", g711, 0, 20, 92.7, 4.4],
    ["G.711 with concealment", g711, 1, 50, 88.4, 4.3],
    ["G.711 with concealment", g711, 3, 100, 80.7, 4.05],
    ["G.711 with concealment", g711, 5, 150, 73.8, 3.77],
    ["G.711 with concealment", g711, 0, 250, 79.2, 3.99],
    ["G.729A", g729, 0, 20, 81.7, 4.09],
    ["G.729A", g729, 1, 50, 76.8, 3.9],
    ["G.729A", g729, 3, 100, 68.3, 3.52],
    ["G.729A", g729, 5, 150, 61.1, 3.16],
    ["G.711 plain", g711Plain, 3, 100, 51.8, 2.67],
    ["G.723.1", { ie: 15, bpl: 16.1 }, 1, 50, 72.3, 3.7],
    ["GSM-EFR", { ie: 5, bpl: 10 }, 5, 150, 54.6, 2.82],
  ])("%s %o at %d %% loss and %d ms", (_, codec, lossPercent, oneWayMs, r, mos) => {
    const found = ratingOf({ ...codec, oneWayMs, lossFraction: lossPercent / 100, burstRatio: 1 });
    expect(Math.abs(found - r)).toBeLessThanOrEqual(0.1);
    expect(Math.abs(mosOf(found) - mos)).toBeLessThanOrEqual(0.01);
  });

  test("no opinion is worse than 1 or better than 4.5, also where the polynomial dips", () => {
    expect(1 + 0.035 * 3.2 + 7e-6 * 3.2 * (3.2 - 60) * (100 - 3.2)).toBeLessThan(0.99);
    expect(mosOf(3.2)).toBe(1);
    expect(mosOf(-20)).toBe(1);
    expect(mosOf(120)).toBe(4.5);
    fc.assert(
      fc.property(fc.double({ min: -50, max: 150, noNaN: true }), fc.double({ min: 0, max: 5, noNaN: true }), (r, more) => {
        expect(mosOf(r)).toBeGreaterThanOrEqual(1);
        expect(mosOf(r)).toBeLessThanOrEqual(4.5);
        expect(mosOf(r + more)).toBeGreaterThanOrEqual(mosOf(r) - 1e-9);
      }),
    );
  });

  test("losses in bursts are worse than at random", () => {
    const random = { ...g711, oneWayMs: 0, lossFraction: 0.05, burstRatio: 1 };
    expect(ratingOf({ ...random, burstRatio: 3 })).toBeLessThan(ratingOf(random));
  });

  test("bands", () => {
    expect([95, 90, 85, 75, 65, 55, 49].map(bandOf)).toEqual([
      "very satisfied",
      "very satisfied",
      "satisfied",
      "some dissatisfied",
      "many dissatisfied",
      "nearly all dissatisfied",
      "not recommended",
    ]);
  });
});

describe("the score of a connection says what it is made of", () => {
  test("loss from counters, and no delay", () => {
    const quality = rated({ codec: "PCMU", packetsLost: 10, packetsReceived: 990 });
    expect(quality.r).toBeCloseTo(93.2 - 95 / 26.1, 6);
    expect(quality.band).toBe("satisfied");
    expect(quality.method).toBe("G.107, loss from RTP counters, concealment assumed, delay not measured: taken as none");
  });

  test("everything measured", () => {
    const quality = rated({ codec: "pcma", lossFraction: 0, rttMs: 40, jitterMs: 5, ptimeMs: 20, burstRatio: 1.5, conceals: true });
    expect(quality.r).toBeCloseTo(93.2 - 0.024 * (20 + 10 + 20), 6);
    expect(quality.method).toBe(
      "G.107, loss as the gear tells it, burst ratio 1.5, concealment, delay from half the round trip, a jitter buffer of 2 × jitter assumed",
    );
  });

  test("what is assumed has a name", () => {
    const quality = rated({ codec: "G729", lossFraction: 0.01, rttMs: 100 });
    expect(quality.r).toBeCloseTo(93.2 - 0.024 * (50 + 40 + 20 + 5) - 11 - 84 / 20, 6);
    expect(quality.method).toBe(
      "G.107, G729 taken as G.729A with VAD, loss as the gear tells it, delay from half the round trip, a jitter buffer of 40 ms assumed, packets of 20 ms assumed",
    );
  });

  test("without concealment loss weighs more", () => {
    const loss = { codec: "PCMU", lossFraction: 0.03 };
    expect(rated({ ...loss, conceals: false }).r).toBeLessThan(rated(loss).r - 20);
    expect(rated({ ...loss, conceals: false }).method).toContain("no concealment");
  });

  test("duplicates make no negative loss", () => {
    expect(rated({ codec: "PCMU", packetsLost: -3, packetsReceived: 1_000 }).r).toBe(93.2);
  });

  test.each<[string, Partial<MeasuredQuality>, string]>([
    ["no codec", { lossFraction: 0 }, "the codec is not known"],
    ["a codec without planning values", { codec: "iLBC", lossFraction: 0 }, "no planning values of ITU-T G.113 are known here for iLBC"],
    ["a wide-band codec", { codec: "G722", lossFraction: 0 }, "G722 is not a narrow-band codec: the E-model of G.107 does not rate it"],
    ["no loss", { codec: "PCMU", rttMs: 10 }, "loss is not known"],
    ["half of the counters", { codec: "PCMU", packetsLost: 0 }, "loss is not known"],
    ["nothing came", { codec: "PCMU", packetsLost: 0, packetsReceived: 0 }, "no packet was expected yet"],
    ["a loss above 1", { codec: "PCMU", lossFraction: 5 }, "a loss of 5 makes no sense"],
    ["negative counters", { codec: "PCMU", packetsLost: 0, packetsReceived: -1 }, "-1 packets received make no sense"],
    ["a round trip of nothing", { codec: "PCMU", lossFraction: 0, rttMs: Number.NaN }, "NaN ms make no sense"],
    ["a burst ratio below 1", { codec: "PCMU", lossFraction: 0, burstRatio: 0 }, "a burst ratio of 0 makes no sense"],
  ])("no score: %s", (_, change, expected) => {
    expect(reason(change)).toBe(expected);
  });

  test("whatever is measured, the score lies within its bounds", () => {
    const number = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: null });
    const measured = fc.record({
      codec: fc.constantFrom(null, "PCMU", "G729", "G723", "GSM-EFR", "AMR"),
      lossFraction: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
      packetsLost: number,
      packetsReceived: number,
      jitterMs: number,
      rttMs: number,
      ptimeMs: number,
    });
    fc.assert(
      fc.property(measured, (one) => {
        const quality = callQuality(one);
        if (!quality.rated) return;
        expect(quality.mos).toBeGreaterThanOrEqual(1);
        expect(quality.mos).toBeLessThanOrEqual(4.5);
        expect(quality.r).toBeGreaterThanOrEqual(0);
        expect(quality.r).toBeLessThanOrEqual(93.2);
      }),
    );
  });
});
