/** Every state of the control machine and of the voter against everything that can happen to it, written out: a difference is a change of behaviour. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { defaultTimers } from "../site/timers.ts";
import type { Now } from "../time.ts";
import { type Guard, noGuard } from "./guard.ts";
import type { Answer, Keepalive, LinkMessage, Vote } from "./link-message.ts";
import { startMember, step } from "./member.ts";
import { emptyStore, type Member, type MemberEffect, type MemberEvent, type MemberState, type Switchover } from "./member-state.ts";
import { memberConfig } from "./testing/member-config.ts";
import { noteSent } from "./title.ts";
import { receiveAtVoter } from "./voter.ts";
import { commissionedStore, passDeadline, startVoter, type Voter, voterCondition } from "./voter-state.ts";

const voters = ["gw-1", "gw-2", "gw-3"];
const now: Now = { mono: 100_000, wall: 1_790_000_100_000 };
const epoch = { number: 4, server: "cs-a" };
const higher = { number: 5, server: "cs-b" };
const order = { id: "o-1", by: "ana", reason: "test" };
const paused: Guard = { ...noGuard, pauseSetAt: 5, pause: { by: "ana", reason: "test", since: 5, until: null } };
const switchover: Switchover = { id: "s-1", to: "cs-b", reason: "test", by: "ana", automatic: false, clients: null };

const states: Record<string, MemberState> = {
  listening: { kind: "listening", until: now.mono + 400 },
  standby: { kind: "standby" },
  suspicious: {
    kind: "suspicious",
    since: now.mono - 300,
    holds: null,
    query: "unanswered",
    rounds: 3,
    nextRoundAt: now.mono + 50,
    said: "",
    counted: 5,
    claimAt: null,
    aloneSince: null,
  },
  "suspicious, holds 4@cs-a": {
    kind: "suspicious",
    since: now.mono - 300,
    holds: { epoch, basis: "title" },
    query: "not-asked",
    rounds: 3,
    nextRoundAt: now.mono + 50,
    said: "",
    counted: 5,
    claimAt: null,
    aloneSince: null,
  },
  claiming: {
    kind: "claiming",
    epoch,
    since: now.mono - 10,
    until: now.mono + 290,
    nextTryAt: now.mono + 15,
    cause: "primary-dead",
    order: null,
    automatic: true,
    granted: new Set(["gw-1"]),
    lost: new Set(),
  },
  "backing-off": { kind: "backing-off", until: now.mono + 100 },
  "holding, titled": { kind: "holding", epoch, basis: "title", titled: true, titleSince: now.wall },
  "holding, untitled": { kind: "holding", epoch, basis: "title", titled: false, titleSince: null },
  "handing-over": { kind: "handing-over", epoch, titleSince: now.wall, switchover, until: now.mono + 900 },
  resigned: {
    kind: "resigned",
    epoch,
    switchover,
    epochs: new Map(),
    released: new Set(),
    until: now.mono + 900,
    nextTryAt: now.mono + 10,
  },
};

/** A server of three voters whose machine stands in the state; holders have the leases that go with it. */
function memberIn(name: string): Member {
  const config = memberConfig({ boot: 10, peers: ["cs-b"], voters, capacityCalls: 100 });
  const member = startMember(config, { ...emptyStore, epochNumber: 4 }, { mono: now.mono - 5000, wall: now.wall - 5000 });
  member.state = structuredClone(states[name] as MemberState);
  member.primary = "cs-b";
  member.primaryEpoch = { number: 3, server: "cs-b" };
  member.lastTitleAt = now.mono - 540;
  member.titleJudge.lastAt = now.mono - (name.startsWith("suspicious") || name === "claiming" ? 540 : 40);
  member.nextBeatAt = now.mono + 60;
  member.nextProbeAt = now.mono + 60;
  const leased =
    name === "holding, titled" || name === "handing-over"
      ? voters
      : name === "holding, untitled" || name === "suspicious, holds 4@cs-a"
        ? ["gw-1"]
        : [];
  member.acting = name === "holding, titled" || name === "handing-over";
  for (const voter of leased) {
    member.leases.since.set(voter, now.mono - 40);
    member.leases.lapseFrom = now.mono + 410;
    member.owned.add(voter);
  }
  noteSent(member.leases, 77, "gw-2", epoch, now.mono - 5);
  member.leases.since.set("gw-1", now.mono - 40);
  member.paths.get("cs-b")?.forEach((path) => {
    path.askedAt = now.mono - 20;
    path.askedSequence = 70;
  });
  member.askedVotes.set(71, now.mono - 20);
  return member;
}

const keepalive = (title: boolean, at: typeof higher): Keepalive => ({
  kind: "keepalive",
  epoch: at,
  role: title ? "primary" : "standby",
  title,
  leaseMs: 450,
  votersVersion: 1,
  calls: 0,
  capacityCalls: 100,
  loadPercent: 0,
  digest: "0000000000000000",
  condition: "ok",
  ready: true,
  pauseSetAt: 0,
  acknowledgedEpoch: 0,
});
const answer = (refusal: Answer["refusal"], granted = epoch): Answer => ({
  kind: "answer",
  toBoot: 10,
  toSequence: 77,
  epoch,
  promiseMs: refusal ? 0 : 500,
  refusal,
  remainingMs: null,
  granted,
  votersVersion: 1,
  pauseSetAt: 0,
  acknowledgedEpoch: 0,
});
const vote = (silentMs: number, remainingMs: number): Vote => ({
  kind: "vote",
  toBoot: 10,
  toSequence: 71,
  about: "cs-b",
  titleSilentMs: silentMs,
  keepaliveSilentMs: silentMs,
  commandSilentMs: null,
  remainingMs,
  granted: { number: 3, server: "cs-b" },
  contestable: false,
  contested: false,
  abstaining: false,
  votersVersion: 1,
  hold: null,
  changes: [],
});
const from = (node: string, message: LinkMessage): MemberEvent => ({
  kind: "received",
  from: node,
  boot: 20,
  sequence: 1,
  message,
  path: 1,
});

const stimuli: Record<string, { event: MemberEvent; at?: number; also?: (member: Member) => void }> = {
  "titled keepalive 5@cs-b": { event: from("cs-b", keepalive(true, higher)) },
  "untitled keepalive of cs-b": { event: from("cs-b", keepalive(false, { number: 0, server: "" })) },
  "grant of gw-2": { event: from("gw-2", answer(null)) },
  "refusal of gw-2: promised": { event: from("gw-2", answer("promised", { number: 3, server: "cs-b" })) },
  "refusal of gw-2: it granted 5@cs-b": { event: from("gw-2", answer("lower-epoch", higher)) },
  "answer to a datagram never sent": { event: from("gw-2", { ...answer(null), toSequence: 9999 }) },
  "answer to another boot": { event: from("gw-2", { ...answer(null), toBoot: 9 }) },
  "third silent vote, free to grant": {
    event: from("gw-3", vote(520, 0)),
    also: (member) => {
      for (const voter of ["gw-1", "gw-2"])
        member.votes.set(voter, { vote: vote(520, 0), askedAt: now.mono - 20, receivedAt: now.mono - 1 });
    },
  },
  "third vote that hears the primary": {
    event: from("gw-3", vote(60, 440)),
    also: (member) => {
      for (const voter of ["gw-1", "gw-2"])
        member.votes.set(voter, { vote: vote(60, 440), askedAt: now.mono - 20, receivedAt: now.mono - 1 });
    },
  },
  "query asked by cs-b": { event: from("cs-b", { kind: "query", missed: 2, missLimit: 5 }) },
  "query answered: title": {
    event: from("cs-b", { kind: "query-reply", toBoot: 10, toSequence: 70, title: true, epoch: { number: 3, server: "cs-b" } }),
  },
  "query answered: no title": {
    event: from("cs-b", { kind: "query-reply", toBoot: 10, toSequence: 70, title: false, epoch: { number: 3, server: "cs-b" } }),
  },
  "handover of 4@cs-b": {
    event: from("cs-b", {
      kind: "handover",
      switchoverId: "s-2",
      epoch: { number: 4, server: "cs-b" },
      reason: "test",
      by: "ana",
      automatic: false,
      clients: null,
    }),
  },
  "clocks diverged": { event: { kind: "clocks-diverged" } },
  "switchover accepted": { event: { kind: "switchover-accepted", switchover } },
  flushed: { event: { kind: "flushed", switchoverId: "s-1" } },
  "switchover cancelled": { event: { kind: "switchover-cancelled", switchoverId: "s-1", by: "ana" } },
  "failover now": { event: { kind: "failover-ordered", order } },
  override: { event: { kind: "override-ordered", order } },
  "pause ordered": { event: { kind: "guard-ordered", change: { kind: "pause", by: "ana", reason: "test", until: null }, order } },
  "voter gw-3 removed": { event: { kind: "voters-ordered", change: { add: null, remove: "gw-3" }, order } },
  "gw-3 admitted, which does not abstain": { event: { kind: "admission-ordered", client: "gw-3", order } },
  "guard told by cs-b": { event: from("cs-b", { kind: "guard", guard: paused }) },
  "newer voter set told by gw-2": {
    event: from("gw-2", { kind: "voter-set", epoch: { number: 0, server: "" }, set: { version: 9, since: 1, voters, previous: null } }),
  },
  "deadline after 60 ms": { event: { kind: "deadline-passed", lateMs: 0 }, at: 60 },
  "deadline after 1 s of silence": { event: { kind: "deadline-passed", lateMs: 0 }, at: 1000 },
};

function effectText(effect: MemberEffect): string {
  switch (effect.kind) {
    case "persist":
      return `persist ${effect.store.epochNumber}`;
    case "record":
      return `${effect.durable ? "store" : "note"} ${effect.fact.what}`;
    case "send":
      return `send ${effect.message.kind} to ${effect.to}${effect.path === 2 ? " on path 2" : ""}`;
    case "own":
    case "disown":
      return `${effect.kind} ${effect.client}`;
    case "flush":
    case "admit-calls":
    case "promoted":
    case "demoted":
      return effect.kind;
  }
}

function stateText({ state }: Member): string {
  if (state.kind === "holding") return state.titled ? "holding, titled" : "holding, untitled";
  return "epoch" in state ? `${state.kind} ${state.epoch.number}` : state.kind;
}

function row(stateName: string, stimulusName: string): string {
  const stimulus = stimuli[stimulusName];
  if (stimulus === undefined) throw new Error(stimulusName);
  const member = memberIn(stateName);
  stimulus.also?.(member);
  const at = { mono: now.mono + (stimulus.at ?? 0), wall: now.wall + (stimulus.at ?? 0) };
  const effects = step(member, stimulus.event, at).map(effectText);
  return `${stateName.padEnd(25)} ${stimulusName.padEnd(36)} -> ${stateText(member).padEnd(18)} ${effects.length === 0 ? "-" : effects.join("; ")}`;
}

test("the call server's transition table", async () => {
  const rows = Object.keys(states).flatMap((state) => Object.keys(stimuli).map((stimulus) => row(state, stimulus)));
  await expect(`${rows.join("\n")}\n`).toMatchFileSnapshot(join(import.meta.dirname, "control-transitions.txt"));
});

const settings = { timers: defaultTimers, automaticChanges: { limit: 3, windowMs: 3_600_000 } };
const before: Now = { mono: now.mono - 5000, wall: now.wall - 5000 };

const voterStates: Record<string, () => Voter> = {
  idle: () => startVoter("gw-1", settings, commissionedStore(1), before),
  "owned by 4@cs-a": () => owned(),
  "owned, contested": () => ({ ...owned(), contest: { until: now.mono + 500, forced: false } }),
  orphaned: () => ({ ...owned(), promiseUntil: null }),
  "released to cs-b": () => ({
    ...owned(),
    promiseUntil: null,
    stored: { ...owned().stored, released: true },
    reserved: { server: "cs-b", until: now.mono + 500 },
  }),
  paused: () => ({ ...owned(), promiseUntil: null, stored: { ...owned().stored, guard: paused } }),
  restarted: () => startVoter("gw-1", settings, owned().stored, { mono: now.mono - 100, wall: now.wall - 100 }),
  abstaining: () => startVoter("gw-1", settings, { ...commissionedStore(0), admitted: false }, before),
  "told the guard": () => {
    const abstaining = startVoter("gw-1", settings, { ...commissionedStore(0), admitted: false }, before);
    abstaining.guardTold.set("cs-b", now.mono - 100);
    return abstaining;
  },
};

function owned(): Voter {
  const stored = { ...commissionedStore(1), granted: epoch, grantedBoot: 10, released: false, largestPromiseMs: 500 };
  return { ...startVoter("gw-1", settings, stored, before), promiseUntil: now.mono + 400 };
}

const nextVoters = { version: 9, since: 1, voters: ["gw-1", "gw-2"], previous: voters };
const claim = (at: typeof epoch, forced = false): LinkMessage => ({
  kind: "claim",
  epoch: at,
  leaseMs: 450,
  votersVersion: 1,
  purpose: "title",
  forced,
  automatic: !forced,
  contests: true,
});
const voterStimuli: Record<string, { from: string; boot: number; message: LinkMessage }> = {
  "titled keepalive 4@cs-a": { from: "cs-a", boot: 10, message: keepalive(true, epoch) },
  "untitled keepalive 4@cs-a": { from: "cs-a", boot: 10, message: keepalive(false, epoch) },
  "keepalive 4@cs-a of another boot": { from: "cs-a", boot: 11, message: keepalive(true, epoch) },
  "keepalive 5@cs-b, never claimed": { from: "cs-b", boot: 20, message: keepalive(true, higher) },
  "keepalive with a lease too long": { from: "cs-a", boot: 10, message: { ...keepalive(true, epoch), leaseMs: 490 } },
  "claim 4@cs-a repeated": { from: "cs-a", boot: 10, message: claim(epoch) },
  "claim 5@cs-a by the same boot": { from: "cs-a", boot: 10, message: claim({ number: 5, server: "cs-a" }) },
  "claim 5@cs-a by another boot": { from: "cs-a", boot: 11, message: claim({ number: 5, server: "cs-a" }) },
  "claim 5@cs-b": { from: "cs-b", boot: 20, message: claim(higher) },
  "claim 5@cs-c": { from: "cs-c", boot: 30, message: claim({ number: 5, server: "cs-c" }) },
  "claim 3@cs-b": { from: "cs-b", boot: 20, message: claim({ number: 3, server: "cs-b" }) },
  "claim 5@cs-b sent by cs-a": { from: "cs-a", boot: 10, message: claim(higher) },
  "release 4@cs-a to cs-b": { from: "cs-a", boot: 10, message: { kind: "release", epoch, successor: "cs-b", titled: true } },
  "admit by 6@cs-b": { from: "cs-b", boot: 20, message: { kind: "admit", epoch: { number: 6, server: "cs-b" }, votersVersion: 1 } },
  "forced claim 5@cs-b": { from: "cs-b", boot: 20, message: claim(higher, true) },
  "claim 5@cs-b that contests nothing": { from: "cs-b", boot: 20, message: { ...claim(higher), contests: false } as LinkMessage },
  "voter set 9 told by its owner": { from: "cs-a", boot: 10, message: { kind: "voter-set", epoch, set: nextVoters } },
  "voter set 9 told by cs-b": { from: "cs-b", boot: 20, message: { kind: "voter-set", epoch: higher, set: nextVoters } },
  "guard told": { from: "cs-b", boot: 20, message: { kind: "guard", guard: paused } },
  "vote asked about cs-a": { from: "cs-b", boot: 20, message: { kind: "vote-request", about: "cs-a" } },
};

test("the voter's transition table", async () => {
  const rows = Object.entries(voterStates).flatMap(([name, make]) =>
    Object.entries(voterStimuli).map(([stimulus, { from: sender, boot, message }]) => {
      const voter = make();
      const effects = receiveAtVoter(voter, { from: sender, boot, sequence: 1 }, message, now).map((effect) => {
        if (effect.kind !== "reply") return effect.kind;
        const { message: reply } = effect;
        if (reply.kind !== "answer") return reply.kind;
        return reply.refusal === null
          ? `promise ${reply.promiseMs}`
          : `refuse ${reply.refusal}${reply.remainingMs === null ? "" : ` ${reply.remainingMs}`}`;
      });
      return `${name.padEnd(18)} ${stimulus.padEnd(34)} -> ${voterCondition(voter, now.mono).padEnd(10)} ${effects.join("; ") || "-"}`;
    }),
  );
  await expect(`${rows.join("\n")}\n`).toMatchFileSnapshot(join(import.meta.dirname, "voter-transitions.txt"));
});

test("a promise that ran out is told once, at its own instant", () => {
  const voter = owned();
  expect(passDeadline(voter, now.mono + 399)).toEqual([]);
  expect(passDeadline(voter, now.mono + 450)).toEqual([{ kind: "promise-ran-out", epoch, at: now.mono + 400 }]);
  expect(passDeadline(voter, now.mono + 900)).toEqual([]);
});
