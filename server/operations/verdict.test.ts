/** The sentences of the console, one situation each; node states, gateway conditions and survivability behind them. */
import { describe, expect, test } from "vitest";
import type { ServerStatus } from "../core/status/node-status.ts";
import { failoverSentence } from "./failover-sentence.ts";
import { type SiteView, viewSite } from "./site-view.ts";
import { judgeSurvivability } from "./survivability.ts";
import { type FakeContext, fakeContext } from "./testing/fake-context.ts";
import { fakeGateway, fakeGuard, fakeReport, fakeServer } from "./testing/fake-site.ts";
import { judgeSite } from "./verdict.ts";
import { groupDigits, lasted, listed } from "./words.ts";

const now = 1_700_000_000_000;

async function viewOf(context: FakeContext): Promise<SiteView> {
  return viewSite(context.site, await context.observe(), null);
}

async function judged(change: (context: FakeContext) => void) {
  const context = fakeContext(now);
  change(context);
  const view = await viewOf(context);
  return { view, verdict: judgeSite(view, now), survive: judgeSurvivability(context.site, view, [840, 610], now) };
}

const dead = { failure: "unreachable" } as const;
const silent = { failure: "silent" } as const;

function standby(changed: Partial<ServerStatus>) {
  return (context: FakeContext): void => void context.fleet.put("cs-b", fakeServer("cs-b", "standby", now, changed));
}

describe("the verdict", () => {
  test("well", async () => {
    const { verdict, survive } = await judged(() => {});
    expect(verdict).toMatchObject({ sentence: "cs-a carries 59 calls. cs-b could take over now.", tone: "well", look: [] });
    expect(survive).toMatchObject({ answer: "yes", sentence: "Yes.", losing: "cs-a", expected: "0.84 s, at worst 0.84 s, from 2 runs." });
  });

  test("one call is a call", async () => {
    const { verdict } = await judged((context) => {
      const calls = { active: 1, byPhase: { "setting-up": 0, ringing: 0, talking: 1, releasing: 0 }, capacity: 10 };
      context.fleet.put("cs-a", fakeServer("cs-a", "primary", now, { calls }));
    });
    expect(verdict.sentence).toBe("cs-a carries 1 call. cs-b could take over now.");
  });

  test("after a failover nobody stands by", async () => {
    const { verdict, survive } = await judged((context) => {
      context.fleet.put("cs-a", null, dead);
      context.fleet.put("cs-b", fakeServer("cs-b", "primary", now, { failover: fakeReport(now) }));
    });
    expect(verdict).toMatchObject({ sentence: "cs-b took over. 57 calls kept. Nobody stands by now.", tone: "bad" });
    expect(verdict.look.map((one) => one.text)).toContain("cs-a does not answer");
    expect(survive).toMatchObject({ answer: "no", sentence: "No. There is no standby.", expected: "" });
  });

  test("during a failover it says how far it is", async () => {
    const gateway = {
      voter: true,
      promiseEndMs: null,
      grantedMs: null,
      connectedMs: null,
      auditedMs: null,
      historyMs: null,
      adoptedMs: null,
      connections: 0,
      recordsRecovered: 0,
      note: null,
    };
    const report = fakeReport(now, {
      state: "in-progress",
      callsAdopted: 20,
      gateways: [
        { ...gateway, gateway: "gw-1", calls: 20, state: "done" },
        { ...gateway, gateway: "gw-2", calls: 0, state: "auditing" },
      ],
    });
    const { verdict, view } = await judged((context) => {
      context.fleet.put("cs-a", null, dead);
      context.fleet.put("cs-b", fakeServer("cs-b", "primary", now, { failover: report }));
      context.fleet.put("gw-1", fakeGateway("gw-1", now, { owner: "cs-b" }));
    });
    expect(verdict.sentence).toBe("cs-b is taking over from cs-a. 1 of 2 gateways done, 20 calls kept so far.");
    expect(view.gateways.map((one) => one.condition)).toEqual(["ok", "changing"]);
  });

  test("who lost the title that it had just taken is not taking over any more", async () => {
    const startedAt = now - 3000;
    const taken = fakeReport(now, { state: "in-progress", startedAt, timeline: { ...fakeReport(now, {}).timeline, titleAt: now - 2000 } });
    const { verdict } = await judged((context) => {
      context.fleet.put("cs-a", null, dead);
      standby({ failover: taken })(context);
    });
    expect(verdict).toMatchObject({ sentence: expect.stringContaining("nobody holds the title"), tone: "bad" });
  });

  test("nobody holds the title", async () => {
    const { verdict, survive } = await judged((context) => void context.fleet.put("cs-a", null, silent));
    expect(verdict).toMatchObject({
      sentence: "cs-a does not answer and nobody holds the title. Calls go on, but no new call is set up.",
      tone: "bad",
    });
    expect(survive).toMatchObject({ answer: "no", sentence: "No. Nobody holds the title now.", expected: "" });
  });

  test("no server in reach: what they carry is unknown, not nothing", async () => {
    const { verdict, view, survive } = await judged((context) => {
      context.fleet.put("cs-a", null, dead);
      context.fleet.put("cs-b", null, dead);
    });
    expect(verdict.sentence).toBe("No call server answers the console. What they carry is unknown.");
    expect(view.calls).toBeNull();
    expect(survive.answer).toBe("unknown");
  });

  test("a standby that could not take over is bad, with its reason", async () => {
    const { verdict, survive } = await judged(standby({ readiness: { ready: false, reasons: ["two gateways were never audited"] } }));
    expect(verdict).toMatchObject({
      sentence: "cs-a carries 59 calls. cs-b could not take over now: two gateways were never audited.",
      tone: "bad",
    });
    expect(survive.sentence).toBe("No. cs-b could not take over now: two gateways were never audited.");
  });

  test("the limit of automatic changes holds everything", async () => {
    const { verdict, view } = await judged(
      (context) => void context.fleet.put("cs-b", fakeServer("cs-b", "standby", now, { automaticChanges: { used: 3, limit: 3 } })),
    );
    expect(view.automation.state).toBe("held");
    expect(verdict.sentence).toBe("cs-a carries 59 calls. cs-b will not take over by itself: the limit of automatic changes is reached.");
  });

  test("it is the standby's own count of automatic changes that would stop it", async () => {
    const { view, survive } = await judged(standby({ automaticChanges: { used: 1, limit: 3 } }));
    expect(view.automation).toEqual({ state: "armed", used: 1, limit: 3 });
    expect(survive.checks.find((check) => check.id === "automation")).toMatchObject({
      check: "Automatic changes left to cs-b",
      result: "pass",
      found: "2 of 3",
    });
  });

  test("while a pause is in force, a failure would not be survived by itself", async () => {
    const pause = { by: "ana", reason: "new switch", since: now - 1000, until: null };
    const { survive } = await judged(standby({ guard: fakeGuard({ pause, pauseSetAt: now }) }));
    expect(survive).toMatchObject({ answer: "no", sentence: "No. cs-b will not take over by itself: paused by ana: new switch." });
  });

  test("a standby that does not hear the primary fails its checks, and no duration is expected", async () => {
    const reasons = ["cs-a does not answer it on path 1", "cs-a does not answer it on path 2"];
    const { verdict, survive } = await judged((context) => {
      const status = fakeServer("cs-b", "standby", now, { readiness: { ready: false, reasons } });
      const paths = ([1, 2] as const).map((path) => ({ path, rttMs: 0.4, lastAnswerAgoMs: 7_500 }));
      const peers = status.peers.map((peer) => ({ ...peer, missed: 68, silentMs: 6_890, paths }));
      context.fleet.put("cs-b", { ...status, peers });
    });
    expect(verdict.sentence).toBe("cs-a carries 59 calls. cs-b could not take over now: cs-a does not answer it on path 1.");
    expect(survive).toMatchObject({ answer: "no", expected: "" });
    expect(
      survive.checks.filter((check) => check.result !== "pass").map(({ id, result, found, limit }) => [id, result, found, limit]),
    ).toEqual([
      ["ready", "fail", reasons.join("; "), "ready"],
      ["keepalives", "fail", "68 missed, last 6890 ms ago", "< 5 missed"],
      ["path-2", "fail", "7.5 s ago", "< 5 s"],
    ]);
  });

  test("gateways need a look, each with its reason and page", async () => {
    const { verdict } = await judged((context) => {
      const status = fakeServer("cs-a", "primary", now);
      const [one, two] = status.gateways;
      if (!one || !two) throw new Error("fakes are missing");
      const gateways = [
        { ...one, reported: 25, ghosts: 1 },
        { ...two, audit: { ...two.audit, lastCompleteAt: now - 38_000 } },
      ];
      context.fleet.put("cs-a", { ...status, gateways });
    });
    expect(verdict.tone).toBe("look");
    expect(verdict.look).toEqual([
      { text: "gw-1 disagrees by one connection", href: "/gateways#gw-1" },
      { text: "gw-2 has sent no data for 38 s", href: "/gateways#gw-2" },
    ]);
  });
});

describe("states and conditions", () => {
  test("a silent process is frozen, a refused connection unreachable, a missed one suspect", async () => {
    const { view } = await judged((context) => {
      context.fleet.put("cs-b", null, silent);
      context.fleet.put("gw-1", null, dead);
      const status = fakeServer("cs-a", "primary", now);
      const missing = status.gateways.map((one) => (one.name === "gw-2" ? { ...one, missed: 4, silentMs: 410 } : one));
      context.fleet.put("cs-a", { ...status, gateways: missing });
    });
    expect(view.servers.map((one) => one.state)).toEqual(["up", "frozen"]);
    expect(view.gateways.map((one) => [one.state, one.condition])).toEqual([
      ["unreachable", "no-data"],
      ["suspect", "suspect"],
    ]);
  });

  test("an orphan has no owner", async () => {
    const { view } = await judged(
      (context) => void context.fleet.put("gw-1", fakeGateway("gw-1", now, { state: "orphaned", promiseLeftMs: 0 })),
    );
    expect(view.gateways[0]).toMatchObject({ condition: "orphaned", owner: null, reason: "has no owner: its promise ran out" });
  });

  test("two that call themselves primary: the higher epoch counts", async () => {
    const { view } = await judged((context) => {
      context.fleet.put("cs-b", fakeServer("cs-b", "primary", now, { epoch: { number: 42, server: "cs-b" } }));
    });
    expect(view).toMatchObject({ primary: "cs-b", epoch: { number: 42, server: "cs-b" } });
  });

  test("a jury that is just a majority is a reservation, one voter less is a no", async () => {
    const one = await judged((context) => void context.fleet.put("wit-1", null, dead));
    expect([one.survive.answer, one.survive.sentence]).toEqual(["reservations", "Yes, with 1 reservation."]);
    const two = await judged((context) => {
      context.fleet.put("wit-1", null, dead);
      context.fleet.put("gw-1", null, dead);
    });
    expect(two.survive.sentence).toBe("No. Voters within reach: 1 of 3.");
  });
});

describe("words", () => {
  test.each([
    [
      fakeReport(now, { kind: "switchover", cause: "requested", by: "ana", reason: "new card in cs-a" }),
      "ana asked for a switchover: new card in cs-a. cs-b took over in 0.84 s. 57 calls kept, 2 released, 3 records recovered, longest silence 20 ms.",
    ],
    [
      fakeReport(now, { cause: "primary-frozen", longestMediaGapMs: null }),
      "cs-a froze. cs-b took over in 0.84 s. 57 calls kept, 2 released, 3 records recovered.",
    ],
    [
      fakeReport(now, {
        callsAdopted: 1,
        recordsRecovered: 1,
        longestMediaGapMs: null,
        timeline: { ...fakeReport(now).timeline, activeAt: now - 9905 },
      }),
      "cs-a fell silent. cs-b took over in 95 ms. 1 call kept, 2 released, 1 record recovered.",
    ],
    [fakeReport(now, { state: "abandoned" }), "cs-b began to take over and gave up."],
  ])("a report in one sentence", (report, sentence) => {
    expect(failoverSentence(report)).toBe(sentence);
  });

  test("times below a tenth of a second are milliseconds", () => {
    expect([0.4, 95.2, 99.7, 838].map(lasted)).toEqual(["0 ms", "95 ms", "0.10 s", "0.84 s"]);
  });

  test("digits and lists", () => {
    expect([groupDigits(31204118), listed(["a", "b", "c"])]).toEqual(["31\u2009204\u2009118", "a, b and c"]);
  });
});
