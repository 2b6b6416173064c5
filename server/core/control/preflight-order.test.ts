/** The plan of every verb: what blocks, what only warns, the numbers in its words, what must be typed, and when it is another plan. */
import { describe, expect, test } from "vitest";
import { defaultTimers } from "../site/timers.ts";
import type { OrderPlan, OrderRequest } from "../status/order.ts";
import type { Keepalive, Refusal, Vote } from "./link-message.ts";
import { startMember } from "./member.ts";
import { emptyStore, type Member } from "./member-state.ts";
import { planOfOrder } from "./preflight-order.ts";
import type { OrderInput } from "./preflight-parts.ts";
import { memberConfig } from "./testing/member-config.ts";

const now = { mono: 100_000, wall: 1_700_000_000_000 };
const gateways = ["gw-1", "gw-2", "gw-3", "if-1"];
const voters = [...gateways, "wit-1"];
const title = { number: 4, server: "cs-a" };

const input: OrderInput = {
  configVersion: 1,
  gateways,
  phases: { talking: 60, ringing: 6, settingUp: 0 },
  calls: 66,
  callsOn: (some) => 10 * some.length,
  takeover: "hot",
  pastMs: [],
  failoverInProgress: false,
  scheduled: null,
};

function server(name: "cs-a" | "cs-b"): Member {
  const other = name === "cs-a" ? "cs-b" : "cs-a";
  const config = memberConfig({
    name,
    rank: name === "cs-a" ? 0 : 1,
    peers: [other],
    voters,
    betterRanked: name === "cs-a" ? [] : ["cs-a"],
  });
  const member = startMember(config, { ...emptyStore, epochNumber: 4 }, now);
  member.self = { calls: 66, loadPercent: 1, digest: "ab12cd34ab12cd34", condition: "ok", ready: true, busy: null };
  member.primary = "cs-a";
  member.primaryEpoch = title;
  for (const client of voters) hear(member, client, null);
  return member;
}

function hear(member: Member, client: string, refusal: Refusal | null, granted = title): void {
  const judge = { lastAt: now.mono, intervalMs: 100 };
  const stamps = { votersVersion: 1, pauseSetAt: 0, acknowledgedEpoch: 0 };
  member.clients.set(client, {
    asked: title,
    granted,
    at: now.mono - 40,
    aliveAt: now.mono - 41,
    judge,
    rttMs: 1,
    slowestMs: 1,
    refusal,
    remainingMs: 400,
    ...stamps,
  });
}

function primary(): Member {
  const member = server("cs-a");
  member.state = { kind: "holding", epoch: title, basis: "title", titled: true, titleSince: now.wall };
  for (const client of voters) {
    member.owned.add(client);
    member.leases.since.set(client, now.mono - 50);
  }
  const keepalive: Keepalive = {
    kind: "keepalive",
    epoch: title,
    role: "standby",
    title: false,
    leaseMs: 450,
    votersVersion: 1,
    calls: 66,
    capacityCalls: 1_000,
    loadPercent: 1,
    digest: "ab12cd34ab12cd34",
    condition: "ok",
    ready: true,
    pauseSetAt: 0,
    acknowledgedEpoch: 0,
  };
  const judge = { lastAt: now.mono, intervalMs: 100 };
  member.peers.set("cs-b", { boot: 9, keepalive, judge, at: now.mono, readySince: now.mono - 60_000 });
  for (const path of member.paths.get("cs-b") ?? []) Object.assign(path, { rttMs: 0.4, answeredAt: now.mono - 10 });
  return member;
}

function standby(): Member {
  const member = server("cs-b");
  member.state = { kind: "standby" };
  member.lastTitleAt = now.mono - 30;
  member.titleJudge = { lastAt: now.mono - 30, intervalMs: 100 };
  return member;
}

type Told = Pick<Vote, "titleSilentMs" | "remainingMs" | "granted">;

function vote(member: Member, voter: string, told: Told): void {
  const rest = { about: "cs-a", keepaliveSilentMs: null, commandSilentMs: null, contestable: false, contested: false, abstaining: false };
  const asked = { kind: "vote", toBoot: 7, toSequence: 1, votersVersion: 1, hold: null, changes: [] } as const;
  member.votes.set(voter, { vote: { ...asked, ...rest, ...told }, askedAt: now.mono - 4, receivedAt: now.mono - 2 });
}

function plan(member: Member, request: OrderRequest, changed: Partial<OrderInput> = {}, to = "cs-b"): OrderPlan {
  return planOfOrder({ member, input: { ...input, ...changed }, now }, request, to);
}

describe("failover now", () => {
  test("of a healthy primary warns, names it for typing, and counts by the timers", () => {
    const made = plan(standby(), { verb: "failover-now", to: "cs-b" });
    expect(made.blockers).toEqual([]);
    expect(made.checks.find((one) => one.id === "loser")).toMatchObject({
      result: "warn",
      found: "heard 30 ms ago with the title: a switchover is gentler",
    });
    expect(made.confirm).toEqual({ text: "cs-a", because: "cs-a loses control." });
    expect(made.effect.before).toBe("cs-a controls 4 of 4 gateways.");
    expect(made.effect.worstMs).toBe(853);
    expect(made.effect.calls).toContain("66 calls are up: they go on");
    expect(made.undo).toContain("cannot be undone");
  });

  test("over a cut link warns that the voters hear the primary", () => {
    const member = standby();
    member.titleJudge = { lastAt: now.mono - 4_500, intervalMs: 100 };
    member.lastTitleAt = now.mono - 4_500;
    const loser = () => plan(member, { verb: "failover-now", to: "cs-b" }).checks.find((one) => one.id === "loser");
    // Each gateway answers that its promise binds it to the primary.
    expect(loser()).toMatchObject({
      result: "warn",
      found: "title last heard here 4500 ms ago, but 4 gateways obey it: the link from here is what failed",
    });
    for (const voter of voters) vote(member, voter, { titleSilentMs: 20, remainingMs: 480, granted: title });
    expect(loser()?.found).toBe("title last heard here 4500 ms ago, but 5 of 5 voters hear it: the link from here is what failed");
    for (const voter of voters) vote(member, voter, { titleSilentMs: 4_480, remainingMs: 0, granted: title });
    expect(loser()).toMatchObject({ result: "pass", found: "title last heard here 4500 ms ago" });
  });

  test("knows from votes who took over behind a cut", () => {
    const member = server("cs-a");
    member.state = { kind: "backing-off", until: now.mono + 100 };
    member.primary = null;
    const taken = { number: 5, server: "cs-b" };
    for (const client of voters) vote(member, client, { titleSilentMs: null, remainingMs: 480, granted: taken });
    const made = plan(member, { verb: "failover-now", to: "cs-a" }, {}, "cs-a");
    expect(made.effect.before).toBe("cs-b controls 4 of 4 gateways.");
    expect(made.confirm).toEqual({ text: "cs-b", because: "cs-b loses control." });
    expect(made.checks.find((one) => one.id === "loser")).toMatchObject({ result: "warn" });
  });

  test("without a majority in reach, at the wrong server, or at the primary itself is blocked, all at once", () => {
    const member = standby();
    for (const client of ["gw-1", "gw-2"]) hear(member, client, "abstaining");
    member.clients.delete("gw-3");
    expect(plan(member, { verb: "failover-now", to: "cs-a" }).blockers).toEqual([
      "The server that was named was asked: cs-b (needs cs-a)",
      "Voters that cs-b hears: 2 of 5 (needs 3)",
    ]);
    const own = plan(primary(), { verb: "failover-now", to: "cs-a" });
    expect(own.blockers).toEqual(["cs-a is not in control yet: it holds the title (needs no title)"]);
    expect(own.steps).toEqual([]);
    expect(own.undo).toBe("This cannot go ahead: 1 check blocks it. Nothing changes, so there is nothing to undo.");
  });

  test("in a cold site says that calls end", () => {
    expect(plan(standby(), { verb: "failover-now", to: "cs-b" }, { takeover: "cold" }).effect.calls).toContain(
      "66 calls end: the site stands by cold",
    );
  });
});

test("override warns where a majority could be had, and says what it gives up", () => {
  const made = plan(standby(), { verb: "override", to: "cs-b" });
  expect(made.checks.find((one) => one.id === "no-majority")).toMatchObject({
    result: "warn",
    found: "5 voters are heard: failover now would get the title",
  });
  expect(made.effect.breaks).toContain("Two servers may then control different gateways: no call can be set up between theirs.");
  expect(made.effect.after).toContain("It does not hold the title.");
  expect(made.confirm?.text).toBe("cs-a");
  // Where merging is at once, hearing the title ends it.
  expect(made.blockers).toEqual([
    "No title is heard by cs-b: cs-a has it: an override would end at once, because the site merges now (needs none)",
  ]);
  const alone = standby();
  for (const client of voters) alone.clients.delete(client);
  alone.primary = null;
  const nobody = plan(alone, { verb: "override", to: "cs-b" });
  expect(nobody.blockers).toEqual(["Gateways that cs-b hears: 0 of 4 (needs 1)"]);
  expect(nobody.confirm?.text).toBe("cs-b");
});

describe("the guard", () => {
  const pause = { by: "ana", reason: "new cables", since: now.wall - 1, until: null };

  test("a pause says what it costs; its end must be to come", () => {
    const made = plan(standby(), { verb: "pause", until: now.wall + 60_000 });
    expect(made).toMatchObject({ blockers: [], confirm: null, to: null });
    expect(made.effect.before).toBe("Automatic changes are allowed: 0 of 3 used in the last 60 min.");
    expect(made.effect.breaks[0]).toContain("nobody takes over");
    expect(plan(standby(), { verb: "pause", until: now.wall }).blockers).toEqual([
      "The end is to come: until 2023-11-14T22:13:20.000Z (needs later than now, within 90 days)",
    ]);
  });

  test("resume needs a pause; acknowledge works even where nothing is counted here", () => {
    expect(plan(standby(), { verb: "resume" }).blockers).toHaveLength(1);
    const paused = standby();
    paused.store = { ...paused.store, guard: { ...paused.store.guard, pauseSetAt: 5, pause } };
    expect(plan(paused, { verb: "resume" }).blockers).toEqual([]);
    expect(plan(paused, { verb: "resume" }).effect.before).toContain("Paused by ana until somebody resumes: new cables.");
    expect(plan(standby(), { verb: "acknowledge" }).blockers).toEqual([]);
  });
});

describe("voters", () => {
  test("one less is even: a warning with its arithmetic", () => {
    const made = plan(primary(), { verb: "remove-voter", voter: "if-1" });
    expect(made.blockers).toEqual([]);
    expect(made.checks.find((one) => one.id === "even")?.result).toBe("warn");
    expect([made.effect.before, made.effect.after]).toEqual([
      "5 voters (gw-1, gw-2, gw-3, if-1, wit-1): the title needs 3, so 2 may be lost.",
      "4 voters (gw-1, gw-2, gw-3, wit-1): the title needs 3, so 1 may be lost.",
    ]);
    expect(made.effect.breaks[0]).toContain("another than tandem.yaml names");
  });

  test("never below a majority that answers, never without the title, never a stranger", () => {
    const member = primary();
    for (const client of ["gw-1", "gw-2"]) member.leases.since.delete(client);
    expect(plan(member, { verb: "remove-voter", voter: "wit-1" }).blockers).toEqual([
      "Voters of the new set that answer: 2 of 4 (needs 3)",
    ]);
    expect(plan(standby(), { verb: "remove-voter", voter: "wit-1" }).blockers[0]).toBe("cs-b holds the title: not held (needs held)");
    expect(plan(primary(), { verb: "add-voter", voter: "gw-1" }).blockers.join()).toContain("gw-1 votes already");
  });
});

describe("admitting a voter that lost its storage", () => {
  const admit = { verb: "admit-voter", voter: "gw-1" } as const;
  const result = (made: OrderPlan, id: string) => made.checks.find((one) => one.id === id);

  test("while nobody holds the title: who abstains, what it takes, what may be forgotten, its name to be typed", () => {
    const member = standby();
    member.lastTitleAt = now.mono - 5_000;
    member.titleJudge = { lastAt: now.mono - 5_000, intervalMs: 100 };
    for (const client of ["gw-1", "gw-2", "gw-3"]) hear(member, client, "abstaining");
    const made = plan(member, admit);
    expect(made).toMatchObject({ blockers: [], to: null, effect: { worstMs: null } });
    expect(made.checks.map((one) => [one.id, one.result])).toEqual([
      ["abstains", "pass"],
      ["answers", "pass"],
      ["storage", "warn"],
      ["title", "pass"],
    ]);
    expect(result(made, "storage")).toMatchObject({ found: "2 of 5; gw-1, gw-2, gw-3 abstain", limit: "3" });
    expect(made.effect.before).toBe("gw-1, gw-2, gw-3 abstain. 2 voters of 5 take part, the title needs 3.");
    expect(made.effect.after).toContain("3 of 5 voters take part: a standby may then take the title by itself");
    expect(made.effect.worst).toContain(`for ${defaultTimers.promiseMs} ms after it is admitted`);
    expect(made.effect.breaks.join()).toContain(`a title above epoch ${member.highestEpoch}`);
    expect(made.confirm).toEqual({ text: "gw-1", because: "gw-1 takes part again on your word that no copy of its disk is in use." });
    hear(member, "if-1", "abstaining");
    expect(plan(member, admit).effect.after).toBe("2 of 5 voters take part: still too few, the title needs 3.");
    // One that was admitted a moment ago takes part, and remembers nothing.
    hear(member, "gw-2", "ungranted", { number: 9, server: "" });
    expect(result(plan(member, admit), "storage")?.found).toBe("1 of 5; gw-1, gw-3, if-1 abstain");
    expect(plan(member, admit).effect.before).toContain("2 voters of 5 take part");
  });

  test("a title holder does it by itself: a warning; with a majority that remembers nothing is forgotten", () => {
    const member = standby();
    hear(member, "gw-1", "abstaining");
    const made = plan(member, admit);
    expect(made.blockers).toEqual([]);
    expect(result(made, "title")).toMatchObject({
      result: "warn",
      found: "cs-a holds it: it admits gw-1 by itself as soon as it hears it",
    });
    expect(result(made, "storage")?.result).toBe("pass");
    expect(made.effect.breaks).toHaveLength(1);
  });

  test("one that does not abstain, or is not heard, is not admitted", () => {
    expect(plan(standby(), admit).blockers).toEqual(["gw-1 abstains: gw-1 does not abstain: it has its stored state (needs abstains)"]);
    const silent = standby();
    silent.clients.delete("gw-1");
    expect(plan(silent, admit).blockers).toEqual(["gw-1 answers cs-b: not heard (needs within 500 ms)"]);
    hear(silent, "gw-1", "abstaining");
    silent.clients.get("gw-1")!.at = now.mono - 800;
    expect(plan(silent, admit).blockers).toEqual(["gw-1 answers cs-b: heard 800 ms ago (needs within 500 ms)"]);
  });
});

describe("gateways alone", () => {
  test("failback of named ones keeps the title, and not of so many that it would be lost", () => {
    const made = plan(primary(), { verb: "failback", to: "cs-b", gateways: ["gw-1"] });
    expect(made).toMatchObject({ blockers: [], to: "cs-b", confirm: null });
    expect(made.effect.after).toBe("cs-b controls gw-1; cs-a keeps the title and everything else.");
    expect(made.effect.calls).toContain("10 calls are up");
    const many = plan(primary(), { verb: "failback", to: "cs-b", gateways: ["gw-1", "gw-2", "gw-3"] });
    expect(many.blockers.join()).toContain("this server would lose the title");
  });

  test("recall only of what is lent and has arrived, within promise and two keepalives", () => {
    const member = primary();
    expect(plan(member, { verb: "recall", gateways: ["gw-1"] }).blockers.join()).toContain("gw-1 is not lent to anybody");
    member.store = { ...member.store, lent: { "gw-1": "cs-b" } };
    const made = plan(member, { verb: "recall", gateways: ["gw-1"] }, {}, "cs-a");
    expect(made).toMatchObject({ blockers: [], to: "cs-a", effect: { worstMs: 700 } });
  });
});

describe("what is done by a switchover", () => {
  const at = now.wall + 3_600_000;

  test("a schedule lets heal what can, and refuses the past, a second one, and a server that is not the primary", () => {
    const member = primary();
    member.peers.clear();
    expect(plan(member, { verb: "schedule-switchover", to: "cs-b", at }).blockers).toEqual([]);
    const known = { id: "one", to: "cs-b", at, by: "ana", reason: "new kernel", orderedAt: now.wall };
    expect(
      plan(standby(), { verb: "schedule-switchover", to: "cs-a", at: now.wall - 1 }, { scheduled: known }, "cs-a").blockers.map(
        (one) => one.split(":")[0],
      ),
    ).toEqual(["The instant is to come", "No other switchover is scheduled", "cs-b holds the title"]);
  });

  test("cancel needs something to cancel, and nothing that has resigned", () => {
    expect(plan(primary(), { verb: "cancel-switchover" }).blockers).toHaveLength(1);
    const switchover = { id: "two", to: "cs-b", by: "ana", reason: "new kernel", automatic: false, clients: null };
    const member = primary();
    member.state = { kind: "handing-over", epoch: title, titleSince: now.wall, switchover, until: now.mono + 1_000 };
    expect(plan(member, { verb: "cancel-switchover" }).blockers).toEqual([]);
  });

  test("failback of everything is the switchover's own plan", () => {
    const made = plan(primary(), { verb: "failback", to: "cs-b", gateways: null });
    expect(made.blockers).toEqual([]);
    expect(made.effect.worst).toContain("1500 ms to finish what is half done and 1500 ms for cs-b to take the title");
  });
});

test("a plan is another one when order, epoch, voters or the outcome of its checks changed", () => {
  const pause = { verb: "pause", until: null } as const;
  const first = plan(standby(), pause).planId;
  expect(plan(standby(), pause).planId).toBe(first);
  expect(plan(standby(), { verb: "resume" }).planId).not.toBe(first);
  const later = standby();
  later.primaryEpoch = { number: 5, server: "cs-a" };
  expect(plan(later, pause).planId).not.toBe(first);
});
