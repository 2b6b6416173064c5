/** Calls as the parties at the gateways saw them, against the records: with one fault each, and without it. */
import { describe, expect, test } from "vitest";
import type { SeenCall } from "../call-books.ts";
import type { Absence } from "../fault-log.ts";
import { callViolations } from "./calls.ts";

const wall0 = 1_790_000_000_000;
const here = "10.91.0.3:20020";
const there = "10.91.0.4:20022";
const late = "10.91.0.5:20040";

type Times = readonly [answeredAt: number, endedAt: number];

function party(side: SeenCall["side"], endpoint: string, [from, until]: Times, releasedBy: SeenCall["releasedBy"]): SeenCall {
  const media = side === "calling" ? { address: here, remote: there } : { address: there, remote: here };
  return { callId: "C1", side, endpoint, answeredAt: wall0 + from, endedAt: wall0 + until, releasedBy, ...media };
}

const calling = (releasedBy: SeenCall["releasedBy"], times: Times = [0, 5000]) => party("calling", "aaln/1@gw-1", times, releasedBy);
const called = (releasedBy: SeenCall["releasedBy"], times: Times = [0, 5000]) => party("called", "aaln/1@gw-2", times, releasedBy);
const inVain = (times: Times): SeenCall => ({ ...party("called", "ds/e1-1/30@gw-3", times, "calling"), address: late });

function judge(sides: readonly SeenCall[], durationMs: number | null, absences: readonly Absence[] = [], outcome = "answered") {
  const record = {
    callId: "C1",
    durationMs,
    durationErrorMs: 30,
    calling: { gateway: "gw-1" },
    called: { gateway: "gw-2" },
    answer: { at: wall0, source: "signalling" },
    end: { at: wall0 + (durationMs ?? 0), source: "signalling", errorMs: 0 },
    outcome,
    writtenBy: "cs-a",
    origin: "signalling",
  } as never;
  const { found, count } = callViolations(
    {
      truth: new Map(sides.length === 0 ? [] : [["C1", sides]]),
      records: new Map(durationMs === null ? [] : [["C1", record]]),
      legs: new Map([["C1", new Set(["gw-1", "gw-2"])]]),
    },
    absences,
    [],
  );
  return { found: found.map(({ text }) => text), count };
}

const found = (...given: Parameters<typeof judge>): string[] => judge(...given).found;

describe("a call in which both parties could speak", () => {
  const both = [calling("calling"), called("calling")];

  test("has one record, of its true duration", () => {
    expect(judge(both, 5010)).toEqual({ found: [], count: { truth: 1, records: 1, unspoken: 0, leftOut: 0 } });
    expect(found(both, 5200)).toEqual([expect.stringContaining("5200 ms recorded (± 30), 5000 ms true")]);
    expect(found(both, null)).toEqual([expect.stringContaining("has no record")]);
  });

  test("has one where what the called party saw is not known", () => {
    expect(found([calling("calling")], 5010)).toEqual([]);
    expect(found([calling("calling")], null)).toHaveLength(1);
  });

  test("was dropped where each party heard the other one end it", () => {
    expect(found([calling("called"), called("calling")], 5000)).toEqual([expect.stringContaining("ended by nobody")]);
  });

  test("is left out where it was taken for lost with a gateway, which told nobody that its party had hung up before", () => {
    const down: readonly Absence[] = [{ node: "gw-2", kind: "down", from: wall0 + 8500, until: wall0 + 9000 }];
    expect(judge(both, 8700, down, "lost").count.leftOut).toBe(1);
    expect(found(both, 8700, down)).toHaveLength(1);
    expect(found(both, 6700, down, "lost")).toHaveLength(0);
    expect(found(both, 6400, down, "lost")).toHaveLength(1);
  });

  test("is left out where a gateway of it was killed meanwhile", () => {
    expect(found([calling("calling")], null, [{ node: "gw-2", kind: "down", from: wall0 + 1000, until: wall0 + 2000 }])).toEqual([]);
  });

  test("is that of the channel to which the caller's media went, whatever becomes of one that was tried in vain", () => {
    const pair = [calling("called", [3, 17_750]), called("called", [0, 17_748])];
    for (const vain of [inVain([1920, 2248]), inVain([-900, 40]), inVain([1920, 18_000])]) {
      expect(found([vain, ...pair], 17_749)).toEqual([]);
      expect(found([...pair, vain], 17_749)).toEqual([]);
      expect(found([vain, ...pair], 2248)).toHaveLength(1);
      expect(found([vain, ...pair], null)).toHaveLength(1);
    }
    const dropped = [inVain([1920, 2248]), calling("called"), called("calling")];
    expect(found(dropped, 5000)).toEqual([expect.stringContaining("ended by nobody")]);
  });

  test("is judged by all its parties where nobody tells where media went", () => {
    const unknown = { ...calling("calling"), address: null, remote: null };
    expect(found([unknown, called("calling")], 5010)).toEqual([]);
    expect(found([unknown, called("calling", [0, 3000])], 5010)).toHaveLength(1);
  });
});

describe("a call whose caller never was connected", () => {
  const alone = [called("calling", [0, 3400])];

  test("needs no record, and may have one", () => {
    expect(judge(alone, null)).toEqual({ found: [], count: { truth: 0, records: 0, unspoken: 1, leftOut: 0 } });
    expect(found(alone, 0)).toEqual([]);
    expect(found(alone, 3470)).toEqual([]);
  });

  test("has none that is longer than any called party waited", () => {
    expect(found(alone, 3500)).toEqual([expect.stringContaining("nobody spoke, answered for 3400 ms")]);
    expect(found([...alone, inVain([1000, 6000])], 5000)).toEqual([]);
  });

  test("is left out where a gateway of it was killed: perhaps the caller spoke there", () => {
    const absences: Absence[] = [{ node: "gw-1", kind: "down", from: wall0 + 1000, until: wall0 + 2000 }];
    expect(judge(alone, null, absences).count).toMatchObject({ unspoken: 0, leftOut: 1 });
    expect(judge(alone, 9000, absences).count).toMatchObject({ unspoken: 0, leftOut: 1 });
  });
});

test("a record of a call that nobody answered", () => {
  expect(found([], 5000)).toEqual([expect.stringContaining("nobody answered it")]);
});
