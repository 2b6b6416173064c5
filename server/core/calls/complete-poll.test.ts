import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ActivePoll, defaultPollPolicy, PollJudge } from "./complete-poll.ts";
import type { Connection } from "./connection.ts";
import { LegSet } from "./leg-set.ts";
import { auditedLeg } from "./testing/audited-leg.ts";

const wallOffset = 1_000_000;

function leg(index: number, seenAt: number): Connection {
  return auditedLeg({
    gateway: "gw-1",
    bootEpoch: 7000,
    setupTicks: 100 + index,
    index,
    endpoint: `ds/${index}@gw-1`,
    callId: `call-${index}`,
    seenAt,
  });
}

function poll(at: number, indices: readonly number[], change: Partial<ActivePoll> = {}): ActivePoll {
  return {
    gateway: "gw-1",
    startedAt: at,
    startedWall: at + wallOffset,
    endedAt: at + 100,
    endedWall: at + 100 + wallOffset,
    failure: null,
    uptimeBefore: at / 10 + 5_000,
    uptimeAfter: at / 10 + 5_010,
    columns: [{ column: "state", reachedEnd: true }],
    engineBoots: 7,
    activeCount: indices.length,
    rows: indices.map((index) => leg(index, at + 50)),
    partialRows: 0,
    ...change,
  };
}

/** A judge and the table beside it, as the call state keeps it. */
class Watched {
  readonly judge = new PollJudge(defaultPollPolicy);
  known = new LegSet();

  see(one: ActivePoll): string {
    const judgement = this.judge.judge(one, this.known);
    if (judgement.kind === "failed") return `failed: ${judgement.reason}`;
    if (judgement.kind === "restarted") this.known = new LegSet();
    for (const row of judgement.rows) this.known.put(row);
    if (judgement.kind === "partial") return `partial: ${judgement.reason}`;
    if (judgement.kind === "restarted")
      return `restarted between ${judgement.lastSeenAt - wallOffset} and ${judgement.restartedAt - wallOffset}`;
    for (const { connection } of judgement.ended) this.known.delete(connection);
    return (
      judgement.ended
        .map((one) => `${one.connection.callId} ended between ${one.lastSeenAt - wallOffset} and ${one.goneAt - wallOffset}`)
        .join(", ") || "complete"
    );
  }
}

describe("complete polls", () => {
  test("a leg has ended when two complete polls in a row lack it, between the last sight and the first absence", () => {
    const watched = new Watched();
    expect(watched.see(poll(0, [1, 2]))).toBe("complete");
    expect(watched.see(poll(5_000, [1]))).toBe("complete");
    expect(watched.see(poll(10_000, [1]))).toBe("call-2 ended between 50 and 5100");
    expect(watched.see(poll(15_000, [1]))).toBe("complete");
  });

  test("a leg that comes back was never gone", () => {
    const watched = new Watched();
    watched.see(poll(0, [1, 2]));
    watched.see(poll(5_000, [1]));
    watched.see(poll(10_000, [1, 2]));
    expect(watched.see(poll(15_000, [1]))).toBe("complete");
    expect(watched.see(poll(20_000, [1]))).toBe("call-2 ended between 10050 and 15100");
  });

  test("gear that has no word for its boot: complete polls prove absence all the same, and its rows are known before a walk ends", () => {
    const watched = new Watched();
    const bootless = { tellsBoot: false, uptimeBefore: null, uptimeAfter: null, engineBoots: null, activeCount: null };
    expect(watched.see(poll(0, [1, 2], bootless))).toBe("complete");
    expect(watched.judge.rowsOfThisBoot([leg(3, 60)])).toMatchObject([{ bootEpoch: 0, index: 3 }]);
    expect(watched.see(poll(5_000, [1], bootless))).toBe("complete");
    expect(watched.see(poll(10_000, [1], { ...bootless, columns: [{ column: "AUEP", reachedEnd: false }] }))).toBe(
      "partial: the walk of AUEP did not reach its end",
    );
    expect(watched.see(poll(15_000, [1], bootless))).toBe("call-2 ended between 50 and 5100");
    expect(watched.judge.bootedAt).toBeNull();
    watched.judge.noteRestart(16_000);
    expect(watched.judge.bootedAt).toBe(16_000);
  });

  test.each<[string, Partial<ActivePoll>, string]>([
    [
      "the walk was cut",
      {
        columns: [
          { column: "state", reachedEnd: true },
          { column: "codec", reachedEnd: false },
        ],
      },
      "partial: the walk of codec did not reach its end",
    ],
    ["rows were read in part", { partialRows: 2 }, "partial: 2 rows were read in part"],
    ["the gateway counts more", { activeCount: 12 }, "partial: the gateway counts 12 active legs, the walk found 1"],
    ["the answer is empty, the count is not", { rows: [], activeCount: 2 }, "partial: the gateway counts 2 active legs, the walk found 0"],
    ["uptime was not read again", { uptimeAfter: null }, "partial: sysUpTime was not read again after the walk"],
    ["nothing was walked", { columns: [] }, "partial: no column was walked"],
    ["no answer", { failure: "no answer in 2 s" }, "failed: no answer in 2 s"],
    ["nothing was answered", { uptimeBefore: null, columns: [] }, "failed: gw-1 did not answer SNMP"],
    ["uptime unknown", { uptimeBefore: null }, "failed: sysUpTime was not read, so the gateway's boot is unknown"],
  ])("a poll proves no absence where %s", (_, change, expected) => {
    const watched = new Watched();
    watched.see(poll(0, [1, 2]));
    for (const at of [5_000, 10_000, 15_000, 20_000]) expect(watched.see(poll(at, [1], change))).toBe(expected);
    expect(watched.known.size).toBe(2);
    expect(watched.judge.freshness).toMatchObject({ lastCompleteAt: 100 + wallOffset, consecutiveFailures: 4 });
    expect(watched.see(poll(25_000, [1]))).toBe("complete");
  });

  test("an uptime that went back is a restart, known within the last sight and the start", () => {
    const watched = new Watched();
    watched.see(poll(0, [1, 2]));
    expect(watched.see(poll(10_000, [3], { uptimeBefore: 200, uptimeAfter: 210, engineBoots: 8 }))).toBe("restarted between 0 and 7990");
    expect([...watched.known.values()].map((row) => row.callId)).toEqual(["call-3"]);
    expect(watched.see(poll(15_000, [3], { uptimeBefore: 700, uptimeAfter: 710, engineBoots: 8 }))).toBe("complete");
  });

  test("an uptime that stood still for a while is a machine that slept: its connections are all there", () => {
    const watched = new Watched();
    watched.see(poll(0, [1, 2]));
    expect(watched.see(poll(10_000, [1, 2], { uptimeBefore: 5_100, uptimeAfter: 5_110 }))).toBe("complete");
    expect(watched.see(poll(15_000, [2], { uptimeBefore: 5_600, uptimeAfter: 5_610 }))).toBe("complete");
    expect([...watched.known.values()].map((row) => row.callId)).toEqual(["call-1", "call-2"]);
  });

  test("without engine boots it may as well have restarted", () => {
    const watched = new Watched();
    watched.see(poll(0, [1, 2], { engineBoots: null }));
    expect(watched.see(poll(10_000, [3], { uptimeBefore: 5_100, uptimeAfter: 5_110, engineBoots: null }))).toMatch(/^restarted/);
  });

  test("a restart in the middle of a walk spoils that walk, and the next one tells it", () => {
    const watched = new Watched();
    watched.see(poll(0, [1, 2]));
    expect(watched.see(poll(5_000, [1], { uptimeAfter: 3 }))).toBe("failed: the gateway restarted, or slept, while it was read");
    expect(watched.see(poll(10_000, [], { uptimeBefore: 493, uptimeAfter: 503 }))).toMatch(/^restarted/);
  });

  test("a step of our wall clock, and the turn of the 32-bit uptime, are no restarts", () => {
    const watched = new Watched();
    watched.see(poll(0, [1], { uptimeBefore: 2 ** 32 - 300, uptimeAfter: 2 ** 32 - 290 }));
    expect(watched.see(poll(5_000, [1], { uptimeBefore: 200, uptimeAfter: 210, startedWall: 99_000_000 }))).toBe("complete");
  });

  test("a leg that was made while the walk ran is not missed by it", () => {
    const watched = new Watched();
    watched.see(poll(0, [1]));
    watched.known.put(leg(9, 5_040));
    expect(watched.see(poll(5_000, [1]))).toBe("complete");
    expect(watched.see(poll(10_000, [1]))).toBe("complete");
    expect(watched.see(poll(15_000, [1]))).toContain("call-9 ended");
  });

  test("rows of a walk under way count only for the boot that they belong to", () => {
    const watched = new Watched();
    expect(watched.judge.rowsOfThisBoot([leg(1, 0)])).toEqual([]);
    watched.see(poll(0, [1]));
    expect(watched.judge.rowsOfThisBoot([leg(2, 10)])).toHaveLength(1);
    expect(watched.judge.rowsOfThisBoot([{ ...leg(2, 10), bootEpoch: 8000 }])).toEqual([]);
  });

  test("no sequence of partial and failed polls ends a leg", () => {
    const change = fc.constantFrom<Partial<ActivePoll>>(
      { failure: "x" },
      { partialRows: 1 },
      { uptimeAfter: null },
      { activeCount: 50 },
      { columns: [] },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(change, fc.subarray([1, 2, 3])), { maxLength: 20 }), (polls) => {
        const watched = new Watched();
        watched.see(poll(0, [1, 2, 3]));
        for (const [index, [one, rows]] of polls.entries()) watched.see(poll((index + 1) * 5_000, rows, one));
        expect(watched.known.size).toBe(3);
      }),
    );
  });
});
