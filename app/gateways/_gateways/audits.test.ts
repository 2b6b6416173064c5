import { expect, test } from "vitest";
import type { PastPoll, PollFigures } from "../../../server/core/polling/poll-figures.ts";
import type { ConsoleSnapshot, GearView } from "../../../server/operations/console-view.ts";
import { auditTrouble, ownerTexts, reachabilityText } from "./audit-words.ts";
import { gearSentence } from "./gateway-words.ts";
import { gearRows, isRowStale } from "./gear-rows.ts";
import { pollBar, pollSentence, pollsSummary } from "./past-polls.ts";
import { transcriptText } from "./transcript-text.ts";

const now = 1_700_000_000_000;

const figures: PollFigures = {
  gateway: "pbx-1",
  intervalMs: 5000,
  phase: "waiting",
  lastCompleteAt: now - 1200,
  ageMs: 1200,
  rows: 4,
  rttMs: 0.8,
  smoothedRttMs: 0.9,
  polls: 12,
  packets: 24,
  failures: {},
  consecutiveFailures: 0,
  lastFailure: null,
  breaker: { state: "closed", since: null, reason: null },
  nextAt: now + 3800,
  nextMode: "full",
  latenessMs: 2,
};

const poll: PastPoll = {
  mode: "full",
  asked: null,
  beganAt: now,
  durationMs: 10,
  lateMs: 1,
  rows: 46,
  packets: 19,
  rttMs: 0.3,
  result: "complete",
  because: null,
};
const failed = (result: PastPoll["result"]): PastPoll => ({
  ...poll,
  mode: "liveness",
  rows: null,
  packets: 1,
  result,
  because: "no answer",
});

test("pings read with their state and since when", () => {
  const text = (state: "unknown" | "up" | "down", misses: number) => reachabilityText({ state, forMs: 180_000, misses });
  expect(text("unknown", 0)).toBe("not answered yet");
  expect(text("unknown", 2)).toBe("2 unanswered, none answered yet");
  expect(text("up", 0)).toBe("answered for 3 min");
  expect(text("up", 2)).toBe("answered for 3 min, the last 2 not");
  expect(text("down", 9)).toBe("not answered for 3 min");
});

test("each kind of trouble reads differently, and what goes well says nothing", () => {
  const trouble = (changed: Partial<PollFigures>) => auditTrouble({ ...figures, ...changed });
  expect(trouble({})).toBeNull();
  expect(trouble({ phase: "paused", lastCompleteAt: null })).toBe("polling disabled");
  expect(trouble({ lastCompleteAt: null })).toBe("never polled");
  expect(trouble({ consecutiveFailures: 1, lastFailure: { kind: "timeout", because: "" } })).toBe("unreachable, once");
  const open = { state: "open", since: now, reason: "3 failures in a row" } as const;
  expect(trouble({ consecutiveFailures: 3, lastFailure: { kind: "unauthorized", because: "" }, breaker: open })).toBe(
    "not authorized, 3 in a row, breaker open",
  );
});

test("height and shape tell a poll's result, width its kind", () => {
  expect(pollBar(poll)).toEqual({ kind: "good", share: 0.4, wide: true });
  expect(pollBar(failed("lies"))).toEqual({ kind: "partial", share: 0.7, wide: false });
  expect(pollBar(failed("timeout"))).toEqual({ kind: "silent", share: 1, wide: false });
  expect(pollSentence(poll, "UTC")).toBe("22:13:20: full, its turn, complete; 46 rows, 19 packets, took 10 ms");
  expect(pollSentence(failed("timeout"), "UTC")).toBe(
    "22:13:20: liveness, its turn, unreachable (no answer); no rows, 1 packet, took 10 ms",
  );
  expect(pollsSummary([poll, failed("lies"), failed("timeout")])).toBe(
    "3 polls, 1 complete, 1 answered, but incomplete, 1 without an answer.",
  );
});

test("gear of others stands under our gateways, and never polled is not 0", () => {
  const health = { legs: null, polling: { ...figures, lastCompleteAt: null } };
  const gear = {
    name: "pbx-1",
    own: false,
    kind: "trunk",
    protocol: "rpc",
    control: "none",
    pollSeconds: 5,
    packetsPerSecond: 20,
  } as const;
  const snapshot = {
    gateways: [],
    gear: [{ ...gear, condition: "never", reason: "has not been polled yet", health, healthSource: "cs-a" }],
    timers: { missLimit: 5 },
  } as unknown as ConsoleSnapshot;
  const [row] = gearRows(snapshot);
  expect(row).toMatchObject({
    name: "pbx-1",
    gateway: null,
    control: "none",
    reported: null,
    expected: null,
    state: { word: "NEVER POLLED" },
  });
  expect(row && isRowStale(row, now)).toBe(true);
});

test("a transcript is copied with its times and directions, and says what was left out", () => {
  const text = transcriptText({
    name: "gw-1",
    at: now,
    source: "cs-a",
    mode: "full",
    complete: false,
    because: "no answer",
    rows: null,
    packets: 1,
    rttMs: null,
    durationMs: 2,
    exchange: [
      { atMs: 0.3, sent: true, text: "AUEP 1 x@y\r\nF: I\r\n" },
      { atMs: 1.25, sent: false, text: "200 1 OK" },
    ],
    leftOut: 7,
  });
  expect(text).toBe(
    [
      "gw-1, full audit by cs-a, 2023-11-14T22:13:20.000Z",
      "+0.3 ms sent",
      "AUEP 1 x@y",
      "F: I",
      "+1.3 ms received",
      "200 1 OK",
      "7 more were left out",
      "not complete: no answer; rows unknown, 1 packet, 2 ms",
    ].join("\n"),
  );
});

test("gear that is only read obeys nobody of ours, gear that takes commands follows the title", () => {
  expect(ownerTexts.none.full).toBe("nobody of ours; every server reads it");
  expect(ownerTexts.mgcp.full).toBe("follows the title; every server reads it");
  expect([ownerTexts.none.short, ownerTexts.mgcp.short]).toEqual(["only read", "follows the title"]);
});

test("what ails the first gear is not said of the others", () => {
  const gear = (name: string, condition: GearView["condition"], reason: string | null) => ({ name, condition, reason }) as GearView;
  const first = gear("badip", "answered", "could not be read: no route");
  expect(gearSentence([first])).toBe(" Gear of others: badip could not be read: no route.");
  expect(gearSentence([first, gear("b", "late", null)])).toBe(
    " Gear of others: badip could not be read: no route; and 1 more needs a look.",
  );
  expect(gearSentence([first, gear("b", "late", null), gear("c", "stuck", null), gear("d", "ok", null)])).toContain(
    "; and 2 more need a look.",
  );
});
