/** A made-up failover for tests and for drawing without a site: primary killed, seven gateways, 57 calls. */
import type { FailoverReport, ReportedGateway, ReportedVote } from "../../../server/core/timeline/failover-report.ts";

const startedAt = Date.UTC(2026, 10, 20, 2, 14, 7, 316);

type Offsets = readonly [promise: number | null, granted: number, connected: number, audited: number, history: number, adopted: number];

function gateway(name: string, voter: boolean, offsets: Offsets, connections: number, recordsRecovered = 0): ReportedGateway {
  const [promiseEndMs, grantedMs, connectedMs, auditedMs, historyMs, adoptedMs] = offsets;
  return {
    gateway: name,
    voter,
    promiseEndMs,
    grantedMs,
    connectedMs,
    auditedMs,
    historyMs,
    adoptedMs,
    calls: connections,
    connections,
    recordsRecovered,
    state: "done",
    note: null,
  };
}

function vote(voter: string, titleSilentMs: number | null): ReportedVote {
  return titleSilentMs === null
    ? { voter, titleSilentMs, commandSilentMs: null, remainingMs: null, ageMs: null, reading: "no-vote" }
    : { voter, titleSilentMs, commandSilentMs: titleSilentMs + 3, remainingMs: 95, ageMs: 94, reading: "silent" };
}

const misses = [1, 2, 3, 4, 5].map((n) => ({
  atMs: n * 100,
  untilMs: null,
  lane: "detection" as const,
  what: "missed",
  node: "cs-b",
  text: `Missed ${n} of 5.`,
}));

export const sampleReport: FailoverReport = {
  id: "42-cs-b",
  kind: "failover",
  cause: "primary-dead",
  state: "done",
  from: "cs-a",
  to: "cs-b",
  epoch: { number: 42, server: "cs-b" },
  by: null,
  reason: null,
  startedAt,
  timeline: {
    lastKeepaliveAt: startedAt,
    suspectedAt: startedAt + 200,
    decidedAt: startedAt + 503,
    titleAt: startedAt + 516,
    activeAt: startedAt + 840,
  },
  keepaliveMs: 100,
  missLimit: 5,
  promiseMs: 500,
  verdict: {
    atMs: 503,
    takeOver: true,
    sentence:
      "Missed 5 of 5. Query unanswered on both paths. 6 of 7 voters last heard cs-a 401–411 ms ago. Nobody hears the primary: taking over.",
    rule: "At least 4 of 7 silent for more than 200 ms, nobody hears it, and every promise has run out.",
    ruledOut: [
      "My own link is cut: 6 voters answer me.",
      "Primary frozen: no sign of life on any path.",
      "Primary cut off: no voter hears it.",
    ],
    missed: 5,
    missLimit: 5,
    votes: [
      vote("gw-1", 404),
      vote("gw-2", 402),
      vote("gw-3", 406),
      vote("if-1", 405),
      vote("if-2", null),
      vote("ph-1", 401),
      vote("wit-1", 411),
    ],
  },
  steps: [
    ...misses,
    { atMs: 200, untilMs: null, lane: "detection", what: "suspect", node: "cs-b", text: "Suspects cs-a." },
    { atMs: 200, untilMs: 350, lane: "decision", what: "query", node: "cs-a", text: "Query: no answer." },
    { atMs: 200, untilMs: 212, lane: "decision", what: "jury", node: null, text: "Jury, round 1: 6 of 7." },
    { atMs: 400, untilMs: 412, lane: "decision", what: "jury", node: null, text: "Jury, round 2: 6 of 7." },
    { atMs: 503, untilMs: null, lane: "decision", what: "verdict", node: "cs-b", text: "Verdict: the primary is dead." },
    { atMs: 505, untilMs: 516, lane: "takeover", what: "claim", node: "cs-b", text: "Claimed epoch 42." },
    { atMs: 516, untilMs: null, lane: "takeover", what: "title", node: "cs-b", text: "Holds the title of epoch 42." },
    { atMs: 840, untilMs: null, lane: "calls", what: "active", node: "cs-b", text: "Last call adopted." },
  ],
  gateways: [
    gateway("gw-1", true, [496, 508, 532, 560, 586, 604], 14),
    gateway("gw-2", true, [498, 509, 533, 561, 585, 597], 9),
    gateway("gw-3", true, [494, 511, 536, 566, 592, 610], 11, 1),
    gateway("if-1", true, [495, 516, 540, 576, 610, 632], 6),
    gateway("if-2", true, [499, 514, 540, 720, 800, 840], 15, 2),
    gateway("ph-1", false, [null, 514, 548, 556, 558, 560], 0),
  ],
  supported: [
    [516, 0],
    [590, 9],
    [604, 23],
    [610, 34],
    [632, 42],
    [840, 57],
  ],
  callsAtStake: 57,
  callsAdopted: 57,
  callsReleased: 0,
  recordsRecovered: 3,
  longestMediaGapMs: 0,
};
