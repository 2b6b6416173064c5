/** Every case of the jury: what the standby reads, and the sentence that it stores. */
import { describe, expect, test } from "vitest";
import { defaultTimers as timers } from "../site/timers.ts";
import { type Evidence, type ReceivedVote, verdict, weigh } from "./jury.ts";
import type { Vote } from "./link-message.ts";
import { firstSet } from "./voter-set.ts";

const voters = ["gw-1", "gw-2", "gw-3", "if-1", "wit-1"];
const now = 10_000;

function vote(titleSilentMs: number | null, extra: Partial<Vote & { askedAt: number }> = {}): ReceivedVote {
  const { askedAt = now - 4, ...numbers } = extra;
  return {
    askedAt,
    receivedAt: askedAt + 2,
    vote: {
      kind: "vote",
      toBoot: 1,
      toSequence: 1,
      about: "cs-a",
      titleSilentMs,
      keepaliveSilentMs: titleSilentMs,
      commandSilentMs: null,
      remainingMs: 0,
      granted: { number: 1, server: "cs-a" },
      contestable: false,
      contested: false,
      abstaining: false,
      votersVersion: 1,
      hold: null,
      changes: [],
      ...numbers,
    },
  };
}

function evidence(votes: readonly (ReceivedVote | null)[], extra: Partial<Evidence> = {}): Evidence {
  const entries = votes.flatMap((one, index) => (one ? [[voters[index] ?? "", one] as const] : []));
  return { primary: "cs-a", missed: 5, query: "unanswered", set: firstSet(1, voters), votes: new Map(entries), hold: null, ...extra };
}

const silent = () => vote(520);
const hearing = () => vote(40);
const sayOf = (given: Evidence) => verdict(given, weigh(given, timers, now), timers, now, 500).sentence;

describe("the jury takes over", () => {
  test("where all are silent: the primary is dead", () => {
    const given = evidence(voters.map(silent));
    expect(weigh(given, timers, now)).toEqual({ takeOver: true, cause: "primary-dead" });
    expect(sayOf(given)).toBe(
      "Missed 5 of 5. Direct query unanswered on both paths. 5 of 5 voters last heard cs-a 520 ms ago. Nobody hears the primary: taking over.",
    );
  });

  test("where a majority is silent and some hear: the primary is cut off", () => {
    const given = evidence([silent(), silent(), vote(480), hearing(), hearing()]);
    expect(weigh(given, timers, now)).toEqual({ takeOver: true, cause: "primary-cut-off" });
    expect(sayOf(given)).toContain("3 of 5 voters last heard cs-a 480–520 ms ago, 2 still hear it. The primary is cut off");
  });

  test("where the primary itself denies its title, below the limit too", () => {
    const given = evidence(voters.map(silent), { query: "no-title", missed: 2 });
    expect(weigh(given, timers, now)).toEqual({ takeOver: true, cause: "primary-without-title" });
  });

  test("where nobody is primary", () => {
    const given = evidence(
      voters.map(() => vote(null)),
      { primary: null, query: "not-asked" },
    );
    expect(weigh(given, timers, now)).toEqual({ takeOver: true, cause: "no-primary" });
    expect(sayOf(given)).toContain("5 of 5 voters have not heard the primary at all. Nobody holds the title: taking it.");
  });
});

describe("the jury does not take over", () => {
  test.each([
    ["below the limit", evidence(voters.map(silent), { missed: 4 }), "too-few-missed", "Below the limit: waiting."],
    [
      "while the primary answers",
      evidence(voters.map(hearing), { query: "title" }),
      "primary-answers",
      "cs-a is alive: the fault is the link",
    ],
    [
      "while a primary answers that the voters miss too",
      evidence(voters.map(silent), { query: "title" }),
      "primary-answers",
      "cs-a is alive, yet the voters miss it as well: it is slow, or cut off.",
    ],
    ["before the query was sent", evidence(voters.map(silent), { query: "not-asked" }), "waiting-for-query", "still open"],
    [
      "where a majority hears",
      evidence([hearing(), hearing(), hearing(), silent(), silent()]),
      "my-link-cut",
      "3 of 5 voters heard cs-a less than 200 ms ago. The voters hear the primary: the fault is my own link.",
    ],
    [
      "where neither side has a majority",
      evidence([hearing(), hearing(), silent(), silent(), null]),
      "voters-disagree",
      "2 of 5 voters last heard cs-a 520 ms ago, 2 still hear it. Some voters hear the primary and too few are silent for a majority.",
    ],
    [
      "where too few answer",
      evidence([silent(), silent(), null, null, null]),
      "i-am-cut-off",
      "2 of 5 voters last heard cs-a 520 ms ago. Too few voters answer me: I am the one cut off.",
    ],
    ["where none answers", evidence([]), "i-am-cut-off", "None of 5 voters answered in time. Too few voters answer me"],
    [
      "on votes that are too old",
      evidence(voters.map(() => vote(520, { askedAt: now - timers.voteMs - 1 }))),
      "i-am-cut-off",
      "None of 5 voters answered in time.",
    ],
    [
      "where a majority has lost its stored state",
      evidence([silent(), silent(), ...[1, 2, 3].map(() => vote(520, { abstaining: true }))]),
      "voters-abstain",
      "an operator must admit them",
    ],
    [
      "while promises run",
      evidence([silent(), silent(), ...[1, 2, 3].map(() => vote(420, { remainingMs: 50 }))]),
      "promises-run",
      "Promises to the primary still run",
    ],
    [
      "where a majority knows newer voters than this server",
      evidence([silent(), silent(), ...[1, 2, 3].map(() => vote(520, { votersVersion: 2 }))]),
      "voters-newer",
      "my configuration is old",
    ],
  ] as const)("%s", (_, given, because, words) => {
    expect(weigh(given, timers, now)).toEqual({ takeOver: false, because });
    expect(sayOf(given)).toContain(words);
    expect(verdict(given, weigh(given, timers, now), timers, now, 500).takeOver).toBe(false);
  });

  test("a promise that ran out on the way counts as free", () => {
    const given = evidence(voters.map(() => vote(520, { remainingMs: 2 })));
    expect(weigh(given, timers, now).takeOver).toBe(true);
  });
});
