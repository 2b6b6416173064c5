/** Each checker must find what it is for: journals with one planted fault each, and the same journals without it. */
import { describe, expect, test } from "vitest";
import type { JournalEvent } from "../../core/timeline/journal-event.ts";
import type { Absence, FaultEntry } from "../fault-log.ts";
import type { NodeJournal } from "../journals.ts";
import { ownerViolations } from "./owners.ts";
import { pausesIn, pauseViolations } from "./pauses.ts";
import { promisesIn } from "./promises.ts";
import { takeoversIn, takeoverViolations } from "./takeover-time.ts";
import { claimViolations, titlesIn, titleViolations } from "./titles.ts";
import { verdictViolations } from "./verdicts.ts";

const wall0 = 1_790_000_000_000;
const a = (number: number) => ({ number, server: "cs-a" });
const b = (number: number) => ({ number, server: "cs-b" });
type Line = readonly [at: number, what: string, data?: Record<string, unknown>, boot?: number];

function journal(node: string, lines: readonly Line[]): NodeJournal {
  const events = lines.map(
    ([at, what, data = {}, boot = 1], index): JournalEvent => ({
      sequence: index + 1,
      node,
      boot,
      mono: at,
      wall: wall0 + at,
      what,
      severity: "note",
      text: "",
      data,
    }),
  );
  return { node, disks: [events], events };
}

describe("owners", () => {
  const found = (lines: readonly Line[]): string[] => ownerViolations(journal("gw-1", lines), 500).map(({ text }) => text);
  const first: readonly Line[] = [
    [0, "voter-started", { waitMs: 0 }],
    [10, "epoch-granted", { epoch: a(1), boot: 7, grantedAtMono: 10 }],
    [20, "command-obeyed", { epoch: a(1), boot: 7, atMono: 20 }],
  ];
  const over: Line = [900, "promise-ran-out", { epoch: a(1), ranOutAtMono: 890 }];
  const obeyedUntil = (lastAtMono: number): Line => [901, "last-command-obeyed", { epoch: a(1), boot: 7, lastAtMono }];
  const second: readonly Line[] = [
    [950, "epoch-granted", { epoch: b(2), boot: 8, grantedAtMono: 950 }],
    [960, "command-obeyed", { epoch: b(2), boot: 8, atMono: 960 }],
  ];

  test("one after the other is right", () => {
    expect(found([...first, over, obeyedUntil(880), ...second])).toEqual([]);
  });

  test("a grant while the promise to another runs", () => {
    expect(found([...first, ...second])).toEqual([expect.stringContaining("while its promise to 1@cs-a ran")]);
  });

  test("a command obeyed after the promise was over", () => {
    expect(found([...first, over, obeyedUntil(899)])).toEqual([expect.stringContaining("after its promise was over")]);
    expect(found([...first, over, [920, "command-obeyed", { epoch: a(1), boot: 7, atMono: 920 }]])).toHaveLength(1);
  });

  test("an epoch that falls, and one that was not granted", () => {
    const fallen: Line = [1600, "epoch-granted", { epoch: a(1), boot: 7, grantedAtMono: 1600 }];
    const end: Line = [1590, "epoch-released", { epoch: b(2) }];
    expect(found([...first, over, ...second, end, fallen])).toEqual([expect.stringContaining("granted 1@cs-a after")]);
    expect(found([...first, [30, "command-obeyed", { epoch: b(2), boot: 8, atMono: 30 }]])).toEqual([
      expect.stringContaining("had not granted"),
    ]);
  });

  test("a grant before the promises of an earlier start are over", () => {
    const restarted: Line = [2000, "voter-started", { waitMs: 500 }, 2];
    const early: Line = [2300, "epoch-granted", { epoch: b(2), boot: 8, grantedAtMono: 2300 }, 2];
    expect(found([...first, restarted, early])).toEqual([expect.stringContaining("before its start were over")]);
  });

  test("a grant before what a lost disk may have promised is over, counted from when it was admitted", () => {
    const admitted: Line = [2040, "voter-admitted", { epoch: a(1), admittedAtMono: 2005 }, 2];
    const granted = (at: number): Line => [at, "epoch-granted", { epoch: b(2), boot: 8, grantedAtMono: at }, 2];
    expect(found([...first, [2000, "voter-started", {}, 2], admitted, granted(2506)])).toEqual([]);
    expect(found([...first, [2000, "voter-started", {}, 2], admitted, granted(2450)])).toHaveLength(1);
  });

  test("another start of the same server in the same epoch", () => {
    expect(found([...first, [30, "command-obeyed", { epoch: a(1), boot: 9, atMono: 30 }]]).length).toBeGreaterThan(0);
  });
});

describe("titles", () => {
  const gained = (at: number, epoch: unknown, boot = 1): Line => [at, "title-gained", { epoch }, boot];
  const lost = (at: number, epoch: unknown): Line => [at, "title-lost", { epoch }];
  const spansOf = (one: readonly Line[], other: readonly Line[], absences: readonly Absence[] = []) => [
    ...titlesIn(journal("cs-a", one), absences, [], 3),
    ...titlesIn(journal("cs-b", other), absences, [], 3),
  ];

  test("one after the other is right, at once is not", () => {
    expect(titleViolations(spansOf([gained(0, a(1)), lost(500, a(1))], [gained(520, b(2))]), [])).toEqual([]);
    expect(titleViolations(spansOf([gained(0, a(1)), lost(500, a(1))], [gained(480, b(2))]), [])).toHaveLength(1);
  });

  test("a killed server holds it until it was killed, a frozen one until the voters' promises are over", () => {
    const killed: Absence = { node: "cs-a", kind: "down", from: wall0 + 400, until: null };
    expect(titleViolations(spansOf([gained(0, a(1))], [gained(450, b(2))], [killed]), [])).toEqual([]);
    expect(titleViolations(spansOf([gained(0, a(1))], [gained(350, b(2))], [killed]), [])).toHaveLength(1);
    const frozen: Absence = { node: "cs-a", kind: "frozen", from: wall0 + 400, until: wall0 + 2000 };
    const voters = ["gw-1", "gw-2", "gw-3"].flatMap((voter) =>
      promisesIn(
        journal(voter, [
          [1, "epoch-granted", { epoch: a(1), boot: 1 }],
          [900, "promise-ran-out", { epoch: a(1) }],
        ]),
        500,
        () => null,
      ),
    );
    const span = titlesIn(journal("cs-a", [gained(0, a(1)), lost(2010, a(1))]), [frozen], voters, 3)[0];
    expect(span?.until).toBe(wall0 + 900);
  });

  test("what a server said is compared with the other's journal", () => {
    const spans = spansOf([gained(0, a(1)), lost(500, a(1))], []);
    expect(titleViolations(spans, [{ server: "cs-b", at: wall0 + 300, epoch: b(2) }])).toHaveLength(1);
    expect(titleViolations(spans, [{ server: "cs-b", at: wall0 + 600, epoch: b(2) }])).toEqual([]);
  });

  test("an epoch that was a title twice, or is another's, or was claimed before", () => {
    expect(titleViolations(spansOf([gained(0, a(1)), lost(100, a(1)), gained(200, a(1), 2)], []), [])).toHaveLength(1);
    expect(titleViolations(spansOf([gained(0, b(1))], []), [])).toHaveLength(1);
    expect(
      claimViolations(
        journal("cs-a", [
          [0, "claim-sent", { epoch: a(2) }],
          [9, "claim-sent", { epoch: a(2) }],
        ]),
      ),
    ).toHaveLength(1);
  });
});

describe("verdicts", () => {
  const votes = (silent: number) => Array.from({ length: 5 }, (_, at) => ({ voter: `v${at}`, reading: at < silent ? "silent" : "heard" }));
  const verdict = (silent: number, missed = 5): Line => [
    1,
    "verdict-reached",
    { verdict: { takeOver: true, missed, missLimit: 5, votes: votes(silent) } },
  ];
  const claim: Line = [2, "claim-sent", { epoch: a(2), cause: "primary-dead" }];
  const found = (lines: readonly Line[]) => verdictViolations(journal("cs-a", lines), 5);

  test("the evidence stands before each claim", () => {
    expect(found([verdict(3), claim])).toEqual([]);
    expect(found([claim, verdict(3)])).toHaveLength(1);
    expect(found([verdict(3), claim, claim])).toHaveLength(1);
    expect(found([verdict(2), claim])).toHaveLength(1);
    expect(found([verdict(3, 4), claim])).toHaveLength(1);
    expect(found([[2, "claim-sent", { epoch: a(2), cause: "requested" }]])).toEqual([]);
  });
});

describe("pauses", () => {
  const order = (step: string, at: number, accepted: boolean): FaultEntry => ({
    ...{ from: wall0 + at, at: wall0 + at + 10, step, kind: "order", node: "cs-a", title: "cs-a", note: null, accepted },
  });
  const took = (cause: string) =>
    journal("cs-b", [
      [1500, "claim-sent", { epoch: b(2), cause }],
      [1510, "title-gained", { epoch: b(2) }],
      [1600, "title-lost", { epoch: b(2) }],
      [1700, "title-gained", { epoch: b(2) }],
    ]);
  const found = (faults: readonly FaultEntry[], cause = "primary-dead") => pauseViolations(took(cause), pausesIn(faults)).length;

  test("nobody takes the title by itself within one", () => {
    expect(found([order("pause 2000", 0, true)])).toBe(1);
    expect(found([order("pause", 0, true)])).toBe(1);
    expect(found([order("pause 2000", 0, true)], "requested")).toBe(0);
    expect(found([order("pause 2000", 0, false)])).toBe(0);
    expect(found([order("pause 1000", 0, true)])).toBe(0);
    expect(found([order("pause 2000", 0, true), order("resume", 900, true)])).toBe(0);
  });

  test("nor by a claim that went on at a higher epoch", () => {
    const raised = journal("cs-b", [
      [1500, "claim-sent", { epoch: b(2), cause: "primary-dead" }],
      [1502, "epoch-raised", { epoch: b(3), client: "gw-1" }],
      [1510, "title-gained", { epoch: b(3) }],
    ]);
    expect(pauseViolations(raised, pausesIn([order("pause 2000", 0, true)]))).toHaveLength(1);
  });
});

describe("the time of a takeover", () => {
  const killed: FaultEntry = {
    from: wall0 + 5000,
    at: wall0 + 5010,
    step: "crash cs-a",
    kind: "end",
    node: "cs-a",
    title: "cs-a",
    note: null,
  };
  const timers = { missLimit: 5, keepaliveMs: 100 };
  const after = (ms: number) => titlesIn(journal("cs-b", [[5000 + ms, "title-gained", { epoch: b(2) }]]), [], [], 3);
  const found = (faults: readonly FaultEntry[], ms: number) => {
    const spans = after(ms);
    return takeoverViolations(
      takeoversIn(faults, spans, timers, () => 0),
      spans,
    );
  };

  test("is bounded when all else is well, and not otherwise", () => {
    expect(found([killed], 600)).toEqual([]);
    expect(found([killed], 1200)).toHaveLength(1);
    expect(found([{ ...killed, title: "cs-b" }], 1200)).toEqual([]);
    const cut: FaultEntry = { ...killed, from: wall0, at: wall0, kind: "network", node: null };
    expect(found([cut, killed], 1200)).toEqual([]);
    const paused: FaultEntry = { ...killed, from: wall0, at: wall0, step: "pause", kind: "order", accepted: true };
    expect(found([paused, killed], 1200)).toEqual([]);
  });
});
