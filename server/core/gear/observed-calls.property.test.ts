/**
 * Random calls on gear of five kinds, polled by two servers, over restarts of the gear and changes of the title. Every record is right within
 * its stated errors and has the id of its call; every call that was connected, and that each title holder since its end had seen, has one.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { betterRecord, type CallRecord } from "../calls/call-record.ts";
import type { TrueLeg } from "./testing/gear-model.ts";
import { type Instance, ObservingSite, type TrueCall } from "./testing/observing-site.ts";

interface Act {
  readonly what: "call" | "connect" | "hang-up" | "run" | "restart" | "change" | "restore";
  readonly pick: number;
  readonly ms: number;
}

const act: fc.Arbitrary<Act> = fc.record({
  what: fc.constantFrom(
    "call",
    "call",
    "call",
    "connect",
    "connect",
    "hang-up",
    "run",
    "run",
    "run",
    "run",
    "restart",
    "change",
    "restore",
  ),
  pick: fc.nat(1_000),
  ms: fc.constantFrom(3, 400, 2_000, 6_000, 11_000, 17_000),
});

const acts = fc.array(act, { minLength: 20, maxLength: 80, size: "max" });

/** One leg anywhere, or two of which both gear tells the call's id. */
const places = [[0], [1], [2], [3], [4], [0, 2], [2, 0], [0, 0], [2, 2], [0, 2, 0]];

function seeded(seed: number): () => number {
  let state = seed % 2147483646;
  return () => {
    state = ((state + 1) * 48271) % 2147483647;
    return state / 2147483647;
  };
}

function play(site: ObservingSite, { what, pick, ms }: Act): void {
  const up = site.trueCalls.filter((call) => call.legs.some(({ leg }) => leg.endAt === null));
  const chosen = up[pick % Math.max(1, up.length)];
  if (what === "call") site.call(places[pick % places.length]!);
  else if (what === "run") site.run(ms);
  else if (what === "restart") {
    if (pick % 3 === 0) site.gear[pick % 5]!.restart(site.now);
  } else if (what === "change") site.changeTitle(pick % 2 === 0, ms);
  else if (what === "restore") site.restore();
  else if (chosen !== undefined && what === "connect") site.connect(chosen);
  else if (chosen !== undefined) site.hangUp(chosen);
}

function idsOf(call: TrueCall): readonly string[] {
  const { gear, leg } = call.legs[0]!;
  return gear.callIdsOf(leg);
}

function trueId(byId: ReadonlyMap<string, TrueCall>, { callId }: CallRecord): string {
  return byId.get(callId)?.id ?? callId;
}

interface Truth {
  readonly answeredAt: number | null;
  readonly endedAt: number;
}

/** It was answered where a leg was connected, and ended with the last of those. */
function truthOf(legs: readonly TrueLeg[]): Truth {
  const connected = legs.filter((leg) => leg.connectAt !== null);
  return {
    answeredAt: connected.length === 0 ? null : Math.min(...connected.map((leg) => leg.connectAt!)),
    endedAt: Math.max(...legs.map((leg) => leg.endAt!)),
  };
}

function checkRecord(record: CallRecord, truth: Truth, by: Instance): void {
  const { wallOffset } = by.clocks;
  const text = JSON.stringify({ record, truth, wallOffset });
  expect(truth.answeredAt, `it was never answered: ${text}`).not.toBeNull();
  const answeredAt = truth.answeredAt! + wallOffset;
  const endedAt = truth.endedAt + wallOffset;
  expect(Math.abs(record.answer.at - answeredAt), `answer: ${text}`).toBeLessThanOrEqual(record.answer.errorMs);
  expect(Math.abs(record.end.at - endedAt), `end: ${text}`).toBeLessThanOrEqual(record.end.errorMs);
  expect(Math.abs(record.durationMs - (endedAt - answeredAt)), `duration: ${text}`).toBeLessThanOrEqual(record.durationErrorMs);
}

function checkEnd(site: ObservingSite): number {
  const byId = new Map(site.trueCalls.flatMap((call) => idsOf(call).map((id) => [id, call] as const)));
  const best = new Map<string, { record: CallRecord; by: Instance }>();
  for (const by of site.instances) {
    const written = by.records.map(
      ({ record, heardOf }) => `${trueId(byId, record)} ${heardOf.filter((leg) => leg.callId === trueId(byId, record)).length}`,
    );
    expect(new Set(written).size, `${by.name} wrote a call twice and knew no more`).toBe(written.length);
    for (const { record, heardOf } of by.records) {
      const call = byId.get(record.callId);
      expect(call, `a record of a call that never was: ${record.callId}`).toBeDefined();
      checkRecord(record, truthOf(call!.legs.map(({ leg }) => leg).filter((leg) => heardOf.includes(leg))), by);
      const before = best.get(call!.id);
      if (before === undefined || betterRecord(before.record, record) === record) best.set(call!.id, { record, by });
    }
    if (!by.alive) continue;
    expect(by.calls.legs, `${by.name} has legs that hang`).toBe(0);
    expect(by.calls.deadline()).toBeNull();
  }
  let expected = 0;
  for (const call of site.trueCalls) {
    const { answeredAt, endedAt } = truthOf(call.legs.map(({ leg }) => leg));
    const holders = site.reigns.filter(({ to }) => to === null || to >= endedAt).map(({ by }) => by);
    if (answeredAt === null || !holders.every((by) => by.seen.has(call.id))) continue;
    expected += 1;
    expect(best.has(call.id), `${call.id} (${idsOf(call)}) has a record: ${JSON.stringify({ answeredAt, endedAt })}`).toBe(true);
  }
  return expected;
}

function runScenario(acts: readonly Act[], seed: number): number {
  const site = new ObservingSite(seeded(seed));
  for (const one of acts) play(site, one);
  for (const call of site.trueCalls) site.hangUp(call);
  site.run(150_000);
  return checkEnd(site);
}

describe("observed calls", () => {
  const numRuns = Number(process.env.RUNS ?? 8);

  test("with one title holder", () => {
    let recorded = 0;
    fc.assert(
      fc.property(acts, fc.nat(), (played, seed) => {
        recorded += runScenario(
          played.filter((one) => one.what !== "change"),
          seed,
        );
      }),
      { numRuns },
    );
    expect(recorded).toBeGreaterThan(0);
  });

  test("over changes of the title", () => {
    fc.assert(
      fc.property(acts, fc.nat(), (played, seed) => {
        runScenario(played, seed);
      }),
      { numRuns },
    );
  });
});
