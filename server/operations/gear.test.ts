/** Gear of others: how it is in one word, who is asked about it, an audit by hand and its row in the audit log. */
import { describe, expect, test } from "vitest";
import type { PollFigures } from "../core/polling/poll-figures.ts";
import { FleetError } from "./fleet.ts";
import { gearCondition } from "./gear-condition.ts";
import { getGearDetail } from "./get-gear-detail.ts";
import { getStatus } from "./get-status.ts";
import { judgeNow } from "./judge-now.ts";
import { listAudit } from "./list-audit.ts";
import { columnsCheck, gearDetailCheck, nodeStatusCheck, pollTranscriptCheck } from "./node-schemas.ts";
import { pollGatewayNow } from "./poll-gateway-now.ts";
import { viewSite } from "./site-view.ts";
import { type FakeContext, fakeContext } from "./testing/fake-context.ts";
import { fakeFigures, fakeGearDetail, fakeGearHealth, fakeGearSpec, fakeTranscript } from "./testing/fake-gear.ts";
import { fakeServer } from "./testing/fake-site.ts";

const now = 1_700_000_000_000;

/** The fake site with one piece of gear of others that both servers read. */
function withGear(changed: Partial<PollFigures> = {}, stuck: number | null = 0): FakeContext {
  const context = fakeContext(now);
  Object.assign(context.site, { gear: [fakeGearSpec] });
  const gear = [fakeGearHealth(now, { polling: fakeFigures("pbx-1", now, changed), stuck })];
  context.fleet.put("cs-a", fakeServer("cs-a", "primary", now, { gear }));
  context.fleet.put("cs-b", fakeServer("cs-b", "standby", now, { gear }));
  context.fleet.answerGear = (node, name) => fakeGearDetail(node, name, now);
  context.fleet.answerPoll = (node, name, mode) => fakeTranscript(node, name, now, { mode });
  return context;
}

const fault = (kind: "timeout" | "unauthorized" | "refused" | "lies", consecutiveFailures: number): Partial<PollFigures> => ({
  consecutiveFailures,
  lastFailure: { kind, because: "as it said" },
});

describe("how gear is", () => {
  test.each([
    ["ok", {}, null],
    ["disabled", { phase: "paused", lastCompleteAt: null }, "is not asked: polling is disabled"],
    ["never", { lastCompleteAt: null }, "has not been polled yet"],
    ["suspect", fault("timeout", 1), "left one audit unanswered"],
    ["unreachable", fault("timeout", 2), "does not answer: as it said"],
    ["unreachable", { ...fault("timeout", 1), lastCompleteAt: null }, "does not answer: as it said"],
    ["unauthorized", fault("unauthorized", 1), "does not let this server ask: as it said"],
    ["refused", fault("refused", 3), "refuses to be asked: as it said"],
    ["answered", fault("lies", 1), "answers, but contradicts itself: as it said"],
    ["late", { lastCompleteAt: now - 60_000 }, "was last read 60 s ago"],
  ] as const)("%s", (condition, changed, reason) => {
    expect(gearCondition(fakeGearHealth(now, { polling: fakeFigures("pbx-1", now, changed) }), now)).toEqual({ condition, reason });
  });

  test("stuck calls and no teller are states of their own", () => {
    const reachability = { state: "down", forMs: 30_000, misses: 5 } as const;
    expect(gearCondition(fakeGearHealth(now, { reachability }), now)).toEqual({
      condition: "suspect",
      reason: "answers audits, but left its last 5 OPTIONS unanswered",
    });
    expect(gearCondition(fakeGearHealth(now, { stuck: 1 }), now)).toEqual({
      condition: "stuck",
      reason: "answers, but 1 call looks stuck",
    });
    expect(gearCondition(null, now).condition).toBe("no-data");
  });
});

test("the site's view has it beside the gateways, by the primary's eyes", async () => {
  const context = withGear();
  const view = viewSite(context.site, await context.observe(), null);
  expect(view.gear).toMatchObject([{ name: "pbx-1", own: false, protocol: "rpc", condition: "ok", healthSource: "cs-a" }]);
  expect(view.gateways.map((one) => one.name)).toEqual(["gw-1", "gw-2"]);
  expect((await getStatus(context)).gear).toEqual([
    {
      name: "pbx-1",
      kind: "trunk",
      protocol: "rpc",
      profile: "kamailio-rpc",
      state: "ok",
      connections: 4,
      calls: 2,
      stuck: 0,
      observedAt: new Date(now - 1200).toISOString(),
    },
  ]);
});

test("whether calls are stuck at gear that was never read is unknown", async () => {
  expect((await getStatus(withGear({ lastCompleteAt: null }, null))).gear).toMatchObject([{ name: "pbx-1", stuck: null }]);
});

test("gear in trouble needs a look, gear that is not to be asked does not", async () => {
  expect((await judgeNow(withGear(fault("timeout", 3)))).look).toEqual([
    { text: "pbx-1 does not answer: as it said", href: "/gateways#pbx-1" },
  ]);
  expect((await judgeNow(withGear({ phase: "paused" }))).look).toEqual([]);
});

describe("who is asked", () => {
  test("the primary, or the server that is named", async () => {
    const context = withGear();
    expect((await getGearDetail(context, { name: "pbx-1", server: null })).source).toBe("cs-a");
    expect((await getGearDetail(context, { name: "gw-1", server: "cs-b" })).source).toBe("cs-b");
  });

  test("names that the site does not have are refused, and so is a site without a server", async () => {
    const context = withGear();
    await expect(getGearDetail(context, { name: "gw-9", server: null })).rejects.toMatchObject({ code: "not-found" });
    await expect(getGearDetail(context, { name: "gw-1", server: "gw-2" })).rejects.toMatchObject({ code: "not-found" });
    for (const name of ["cs-a", "cs-b"]) context.fleet.put(name, null, { failure: "unreachable" });
    await expect(getGearDetail(context, { name: "gw-1", server: null })).rejects.toMatchObject({ code: "no-server" });
    await expect(getGearDetail(context, { name: "gw-1", server: "cs-a" })).rejects.toMatchObject({ code: "unreachable" });
  });
});

describe("an audit by hand", () => {
  test("shows what was said and leaves a row in the audit log", async () => {
    const context = withGear();
    expect(await pollGatewayNow(context, { name: "pbx-1", server: null, mode: "full" })).toMatchObject({ source: "cs-a", mode: "full" });
    expect(await listAudit(context, { limit: 10, before: null })).toMatchObject([
      { action: "poll-gateway-now", target: "pbx-1", outcome: "done", detail: "full, by cs-a: 4 rows, 2 packets, 3 ms" },
    ]);
  });

  test("what a server refuses is in the log too", async () => {
    const context = withGear();
    context.fleet.answerPoll = () => {
      throw new FleetError("cs-a", "refused", "cs-a refused", 504);
    };
    await expect(pollGatewayNow(context, { name: "pbx-1", server: null, mode: "full" })).rejects.toMatchObject({ code: "timed-out" });
    Object.assign(context, { actor: { name: "eve", via: "console", role: "viewer" } });
    await expect(pollGatewayNow(context, { name: "pbx-1", server: null, mode: "full" })).rejects.toMatchObject({ code: "forbidden" });
    expect((await listAudit(context, { limit: 10, before: null })).map((row) => row.outcome)).toEqual([
      "refused: forbidden",
      "refused: timed-out",
    ]);
  });
});

describe("answers of other versions", () => {
  test("a server from before has no gear and audits by SNMP", () => {
    const { gear: _, gateways, ...old } = fakeServer("cs-a", "primary", now);
    const before = gateways.map(({ protocol: _protocol, polling: _polling, ...one }) => one);
    expect(nodeStatusCheck.parse({ ...old, gateways: before })).toMatchObject({
      gear: [],
      gateways: [
        { protocol: "snmp", polling: null },
        { protocol: "snmp", polling: null },
      ],
    });
  });

  test("columns that it does not tell are unknown, columns of another length are garbled", () => {
    const names = ["callId", "gateway", "endpoint", "localNumber", "peerNumber", "origin", "phase", "continuity", "codec", "qos"];
    const more = ["localAddress", "remoteAddress", "carries", "setupAt", "connectAt", "clockErrorMs", "packetsLost", "jitterMs"];
    const all = [...names, ...more, "modelled", "provenance", "confirmedAt", "stale"];
    const old = { at: now, source: "cs-a", total: 1, ...Object.fromEntries(all.map((name) => [name, [null]])) };
    expect(columnsCheck.parse(old)).toMatchObject({ mos: [null], own: [true], dscp: [null] });
    expect(() => columnsCheck.parse({ ...old, mos: [] })).toThrow(/differ in length/);
    expect(() => columnsCheck.parse({ ...old, codec: undefined })).toThrow();
  });

  test("details and transcripts pass, also with words that are new here", () => {
    const detail = fakeGearDetail("cs-a", "pbx-1", now);
    expect(gearDetailCheck.parse({ ...detail, protocol: "xml" })).toMatchObject({ protocol: "xml", name: "pbx-1" });
    expect(() => gearDetailCheck.parse({ ...detail, past: null })).toThrow();
    expect(pollTranscriptCheck.parse(fakeTranscript("cs-a", "pbx-1", now)).exchange).toHaveLength(2);
  });
});
