/** The report of a change of control, as its facts come in. */
import { describe, expect, test } from "vitest";
import { defaultTimers } from "../site/timers.ts";
import type { Before } from "./failover-draft.ts";
import { FailoverLog } from "./failover-log.ts";

const epoch = { number: 7, server: "cs-b" };
const before: Before = { primary: "cs-a", lastTitle: { mono: 1_000, wall: 50_000 }, callsAtStake: 12 };
const at = (ms: number) => ({ mono: 1_000 + ms, wall: 50_000 + ms });

function started(): FailoverLog {
  const gateways = [
    { name: "gw-1", voter: true },
    { name: "if-1", voter: true },
  ];
  const log = new FailoverLog({ self: "cs-b", timers: defaultTimers, gateways });
  log.note({ what: "primary-suspected", primary: "cs-a", missed: 2 }, before, at(225));
  return log;
}

function titled(log: FailoverLog): void {
  log.note({ what: "claim-sent", epoch, cause: "primary-dead", order: null, to: 2 }, before, at(530));
  log.note({ what: "title-gained", epoch, grants: 2, voters: 2 }, before, at(535));
  for (const gateway of ["gw-1", "if-1"]) log.owned(gateway, at(536));
}

function adoptedEverywhere(log: FailoverLog): void {
  for (const [index, callId] of ["a", "b", "c"].entries()) log.callAdopted(callId, at(600 + 10 * index));
  for (const gateway of ["gw-1", "if-1"]) log.gatewayReached(gateway, "adopted", at(640));
}

describe("the log of a failover", () => {
  test("a suspicion that clears leaves no report", () => {
    const log = started();
    expect(log.current()).toBeNull();
    log.note({ what: "suspicion-cleared", primary: "cs-a", missed: 3 }, before, at(330));
    log.note({ what: "keepalive-missed", primary: "cs-a", count: 4 }, before, at(430));
    expect(log.current()).toBeNull();
  });

  test("offsets count from the last good keepalive, and the end is the last call adopted, not the last history read", () => {
    const log = started();
    titled(log);
    adoptedEverywhere(log);
    const report = log.finish(at(700));
    expect(report).toMatchObject({ id: "7-cs-b", state: "done", startedAt: 50_000, timeline: { titleAt: 50_535, activeAt: 50_620 } });
    expect(report?.steps.at(-1)).toMatchObject({ what: "active", atMs: 620, text: "3 calls supported" });
    expect(report?.supported).toEqual([
      [600, 1],
      [610, 2],
      [620, 3],
    ]);
  });

  test("calls at stake are those found once every gateway was read, else the standby's old number", () => {
    const log = started();
    titled(log);
    expect(log.current()?.callsAtStake).toBe(12);
    adoptedEverywhere(log);
    log.callReleased();
    expect(log.current()?.callsAtStake).toBe(12);
    expect(log.finish(at(700))?.callsAtStake).toBe(4);

    const cut = started();
    titled(cut);
    cut.callAdopted("a", at(600));
    cut.gatewayReached("gw-1", "adopted", at(640));
    cut.gatewayReached("if-1", "failed", at(9_000));
    expect(cut.finish(at(9_000))?.callsAtStake).toBe(12);
  });

  test("a call whose end in the gap becomes known late is recovered, and no longer kept", () => {
    const log = started();
    titled(log);
    adoptedEverywhere(log);
    log.finish(at(700));
    log.recordRecovered("b", "if-1");
    const report = log.current();
    expect(report).toMatchObject({ callsAdopted: 2, recordsRecovered: 1, callsAtStake: 3 });
    expect(report?.gateways.map((row) => row.recordsRecovered)).toEqual([0, 1]);
  });

  test("the longest silence stays, whatever comes after it", () => {
    const log = started();
    log.mediaSilent(20);
    titled(log);
    log.finish(at(700));
    for (const silenceMs of [40, 90, 30]) log.mediaSilent(silenceMs);
    expect(log.current()?.longestMediaGapMs).toBe(90);
  });

  test("a claim that went on at a higher epoch is reported as the title that it won", () => {
    const log = started();
    log.note({ what: "claim-sent", epoch, cause: "primary-dead", order: null, to: 2 }, before, at(530));
    log.note({ what: "epoch-raised", epoch: { number: 8, server: "cs-b" }, client: "gw-1" }, before, at(531));
    log.note({ what: "title-gained", epoch: { number: 8, server: "cs-b" }, grants: 2, voters: 2 }, before, at(532));
    expect(log.current()).toMatchObject({ id: "8-cs-b", state: "in-progress" });
  });

  test("a voter that refuses again and again is one step", () => {
    const log = started();
    log.note({ what: "claim-sent", epoch, cause: "primary-dead", order: null, to: 2 }, before, at(530));
    for (const ms of [532, 557, 582]) {
      log.note({ what: "claim-answered", client: "gw-1", refusal: "promised", epoch }, before, at(ms));
      log.note({ what: "claim-answered", client: "if-1", refusal: "promised", epoch }, before, at(ms + 1));
    }
    log.note({ what: "claim-answered", client: "gw-1", refusal: null, epoch }, before, at(600));
    const told = log.current()?.steps.filter(({ lane, what }) => lane === "takeover" && what !== "claim");
    expect(told?.map(({ node, text, atMs, untilMs }) => [node, text, atMs, untilMs])).toEqual([
      ["gw-1", "refused: promised", 532, 582],
      ["if-1", "refused: promised", 533, 583],
      ["gw-1", "granted", 600, null],
    ]);
  });

  test("a primary that a minority still hears had lost control when the majority fell silent", () => {
    const log = started();
    const votes = [20, 6_480, 30, 6_490, 6_500].map((titleSilentMs, index) => ({
      voter: `v${index}`,
      titleSilentMs,
      commandSilentMs: null,
      remainingMs: 0,
      ageMs: 3,
      reading: titleSilentMs < 200 ? ("heard" as const) : ("silent" as const),
    }));
    const verdict = { atMs: 6_520, takeOver: true, sentence: "", rule: "", ruledOut: [], missed: 65, missLimit: 5, votes };
    log.note({ what: "verdict-reached", verdict, cause: "primary-cut-off" }, before, at(6_520));
    log.note({ what: "claim-sent", epoch, cause: "primary-cut-off", order: null, to: 2 }, before, at(6_520));
    expect(log.current()).toMatchObject({ startedAt: 50_000, verdict: { atMs: 6_520 } });
  });

  test("what the voters heard while the link was cut is no time without control", () => {
    const log = started();
    const votes = [540, 520, 520].map((titleSilentMs, index) => ({
      voter: ["gw-1", "if-1", "wit-1"][index] ?? "",
      titleSilentMs,
      commandSilentMs: null,
      remainingMs: 0,
      ageMs: 3,
      reading: "silent" as const,
    }));
    const verdict = { atMs: 6_520, takeOver: true, sentence: "", rule: "", ruledOut: [], missed: 65, missLimit: 5, votes };
    log.note({ what: "verdict-reached", verdict, cause: "primary-dead" }, before, at(6_520));
    log.note({ what: "claim-sent", epoch, cause: "primary-dead", order: null, to: 2 }, before, at(6_520));
    log.note({ what: "title-gained", epoch, grants: 2, voters: 2 }, before, at(6_525));
    for (const gateway of ["gw-1", "if-1"]) log.owned(gateway, at(6_526));
    log.callAdopted("a", at(6_620));
    for (const gateway of ["gw-1", "if-1"]) log.gatewayReached(gateway, "adopted", at(6_640));
    const report = log.finish(at(6_700));
    expect(report).toMatchObject({ startedAt: 56_000, verdict: { atMs: 520 }, timeline: { lastKeepaliveAt: 56_000, activeAt: 56_620 } });
    expect(report?.steps.map(({ what, atMs }) => [what, atMs])).toEqual([
      ["verdict", 520],
      ["claim", 520],
      ["title", 525],
      ["active", 620],
    ]);
    expect(report?.gateways[0]).toMatchObject({ grantedMs: 526, adoptedMs: 640 });
  });

  test("an order against a primary that was there counts from the order; against one that was not, from its silence", () => {
    const forced = (refusal: "promised" | null) => {
      const log = started();
      const vote = { about: "cs-a", titleSilentMs: 10, keepaliveSilentMs: 10, commandSilentMs: null, remainingMs: 490 };
      const rest = { granted: { number: 6, server: "cs-a" }, contestable: false, contested: false, abstaining: false };
      const told = { kind: "vote", toBoot: 1, toSequence: 1, votersVersion: 1, hold: null, changes: [], ...vote, ...rest } as const;
      log.note({ what: "vote-received", voter: "gw-1", vote: told, ageMs: 2 }, before, at(300));
      const verdict = { atMs: 525, takeOver: false, sentence: "", rule: "", ruledOut: [], missed: 5, missLimit: 5, votes: [] };
      log.note({ what: "verdict-reached", verdict, cause: null }, before, at(525));
      log.note({ what: "claim-sent", epoch, cause: "operator-forced", order: null, to: 2 }, before, at(60_000));
      for (const ms of [60_002, 60_400]) {
        log.note({ what: "claim-answered", client: "gw-1", refusal: ms < 60_100 ? refusal : null, epoch }, before, at(ms));
      }
      log.note({ what: "title-gained", epoch, grants: 2, voters: 2 }, before, at(60_401));
      return log.finish(at(60_500));
    };
    // The verdict that it should not take over was reached long before.
    expect(forced("promised")).toMatchObject({
      startedAt: 110_000,
      verdict: null,
      timeline: { titleAt: 110_401, suspectedAt: null, lastKeepaliveAt: null },
    });
    expect(forced("promised")?.gateways[0]?.promiseEndMs).toBeNull();
    expect(forced(null)).toMatchObject({ startedAt: 50_000, verdict: { atMs: 525 } });
  });

  test("a claim that fails is abandoned, and the next one begins a report of its own", () => {
    const log = started();
    log.note({ what: "claim-sent", epoch, cause: "primary-dead", order: null, to: 2 }, before, at(530));
    log.note({ what: "claim-failed", epoch, grants: 1, needed: 2 }, before, at(830));
    expect(log.current()).toMatchObject({ id: "7-cs-b", state: "abandoned" });
    log.note({ what: "claim-sent", epoch: { number: 8, server: "cs-b" }, cause: "primary-dead", order: null, to: 2 }, before, at(1_000));
    expect(log.current()).toMatchObject({ id: "8-cs-b", state: "in-progress" });
  });
});
