import { describe, expect, test } from "vitest";
import type { Now } from "../time.ts";
import type { FailoverReport } from "../timeline/failover-report.ts";
import { type Alert, fingerprintOf } from "./alert.ts";
import { AlertBook, type Standing } from "./alert-book.ts";
import { alertmanagerBody } from "./alertmanager-body.ts";
import { isGivenUp, retryDelayMs } from "./retry-delay.ts";

const place = { site: "north", cluster: "north-1", server: "cs-b" };
const epoch = { number: 41, server: "cs-b" };

const report: FailoverReport = {
  id: "41-cs-b",
  kind: "failover",
  cause: "primary-dead",
  state: "in-progress",
  from: "cs-a",
  to: "cs-b",
  epoch,
  by: null,
  reason: null,
  startedAt: 1_000,
  timeline: { lastKeepaliveAt: 1_000, suspectedAt: 1_200, decidedAt: 1_500, titleAt: 1_520, activeAt: null },
  keepaliveMs: 100,
  missLimit: 5,
  promiseMs: 500,
  verdict: {
    atMs: 500,
    takeOver: true,
    sentence: "Nobody hears the primary: taking over.",
    rule: "",
    ruledOut: [],
    missed: 5,
    missLimit: 5,
    votes: [],
  },
  steps: [],
  gateways: [],
  supported: [],
  callsAtStake: 40,
  callsAdopted: 0,
  callsReleased: 0,
  recordsRecovered: 0,
  longestMediaGapMs: null,
};
const finished: FailoverReport = {
  ...report,
  state: "done",
  callsAdopted: 1,
  recordsRecovered: 2,
  timeline: { ...report.timeline, activeAt: 1_700 },
};

const words = (alerts: readonly Alert[]): string[] =>
  alerts.map((alert) => `${alert.labels.alertname} ${alert.status}: ${alert.annotations.summary}`);

describe("changes of control", () => {
  const book = (open: readonly Alert[] = []) => new AlertBook(place, 15_000, open);

  test("are told when the title is there, and when all is done; each once", () => {
    const told = book();
    const early = { ...report, timeline: { ...report.timeline, titleAt: null } };
    expect(told.changed(early, 1_510)).toEqual([]);
    const [firing] = told.changed(report, 1_520);
    expect(told.changed(report, 1_530)).toEqual([]);
    const [resolved] = told.changed(finished, 1_750);
    expect(told.changed({ ...finished, longestMediaGapMs: 20 }, 1_800)).toEqual([]);
    expect(firing).toMatchObject({
      status: "firing",
      startsAt: 1_000,
      endsAt: null,
      page: "/failovers/41-cs-b",
      labels: { severity: "critical" },
    });
    expect(firing?.annotations).toEqual({
      summary: "cs-b takes over from cs-a.",
      reason: "Nobody hears the primary: taking over.",
      cause: "primary-dead",
      epoch: "41",
      epochOwner: "cs-b",
      from: "cs-a",
      to: "cs-b",
      callsAtStake: "40",
    });
    expect(resolved).toMatchObject({ status: "resolved", startsAt: 1_000, endsAt: 1_750, labels: firing?.labels });
    expect(resolved?.annotations).toMatchObject({
      summary: "cs-b took over from cs-a: 1 call adopted, 0 released, 2 records recovered.",
      outcome: "done",
      activeAfterMs: "700",
    });
    expect(told.open).toEqual([]);
  });

  test("a claim that failed is told to nobody; a title given up in the midst is resolved as such", () => {
    const told = book();
    expect(told.changed({ ...report, state: "abandoned", timeline: { ...report.timeline, titleAt: null } }, 1_600)).toEqual([]);
    told.changed(report, 1_520);
    expect(words(told.changed({ ...report, state: "abandoned" }, 1_600))).toEqual([
      "TandemFailover resolved: cs-b began to take over from cs-a, and let go before it had finished.",
    ]);
  });

  test("a first start is none, unless calls are found", () => {
    const start = { ...report, from: null, cause: "no-primary", callsAtStake: 0 } as const;
    const told = book();
    expect(told.changed(start, 1_520)).toEqual([]);
    expect(told.changed({ ...start, state: "done" }, 1_600)).toEqual([]);
    expect(words(told.changed({ ...start, state: "done", callsAdopted: 3 }, 1_600))).toEqual([
      "TandemFailover firing: cs-b takes over from nobody.",
      "TandemFailover resolved: cs-b took over from nobody: 3 calls adopted, 0 released, 0 records recovered.",
    ]);
  });

  test("the next change ends the one before; a switchover goes by its own name and severity", () => {
    const told = book();
    told.changed(report, 1_520);
    const next = { ...report, id: "43-cs-b", kind: "switchover", cause: "requested", reason: "back", by: "ana", startedAt: 9_000 } as const;
    expect(words(told.changed(next, 9_100))).toEqual([
      "TandemFailover resolved: cs-b takes over from cs-a.",
      "TandemSwitchover firing: cs-b takes over from cs-a.",
    ]);
    expect(told.open[0]).toMatchObject({ labels: { severity: "info" }, annotations: { by: "ana", reason: "back" } });
  });

  test("what a restart interrupted is resolved after it; what goes on is neither repeated nor forgotten", () => {
    const before = book();
    before.changed(report, 1_520);
    before.looked({ ...well, readiness: bad }, at(2_000));
    before.looked({ ...well, readiness: bad }, at(20_000));
    const after = book(before.open);
    expect(words(after.started(30_000))).toEqual(["TandemFailover resolved: cs-b was restarted before the change was finished."]);
    expect(after.looked({ ...well, readiness: bad }, at(99_000))).toEqual([]);
    expect(words(after.looked(well, at(99_100)))).toEqual(["TandemNotReady resolved: cs-b is ready again."]);
  });
});

const well: Standing = { readiness: { ready: true, reasons: [] }, titled: false, peers: [], held: null };
const bad = { ready: false, reasons: ["its disk refuses", "gw-1 is old"] };
const at = (mono: number): Now => ({ mono, wall: 1_700_000_000_000 + mono });

describe("what stands", () => {
  const looked = (steps: readonly [atMs: number, standing: Partial<Standing>][]): string[] => {
    const book = new AlertBook(place, 15_000, []);
    return steps.flatMap(([ms, standing]) => words(book.looked({ ...well, ...standing }, at(ms))).map((text) => `${ms} ${text}`));
  };

  test("lost readiness is told after the hold-off, once, and when it is back", () => {
    const steps: [number, Partial<Standing>][] = [0, 14_999, 15_000, 16_000].map((ms) => [ms, { readiness: bad }]);
    expect(looked([...steps, [20_000, {}], [20_200, {}]])).toEqual([
      "15000 TandemNotReady firing: cs-b is not ready: its disk refuses; gw-1 is old.",
      "20000 TandemNotReady resolved: cs-b is ready again.",
    ]);
  });

  test("readiness that comes back within the hold-off is told to nobody, however often", () => {
    const steps = Array.from({ length: 40 }, (_, index): [number, Partial<Standing>] => [
      index * 10_000,
      index % 2 === 0 ? { readiness: bad } : {},
    ]);
    expect(looked(steps)).toEqual([]);
  });

  test("the primary reports only a standby that cannot speak for itself", () => {
    const peer = (name: string, heard: boolean, ready: boolean) => ({ name, heard, ready });
    const told = (peers: Standing["peers"], titled = true): number =>
      looked([0, 15_000].map((ms): [number, Partial<Standing>] => [ms, { titled, peers }])).length;
    expect(told([peer("cs-a", false, false)])).toBe(1);
    expect(told([peer("cs-a", true, false)])).toBe(0);
    expect(told([peer("cs-a", false, false), peer("cs-c", true, true)])).toBe(0);
    expect(told([peer("cs-a", false, false), peer("cs-c", true, false)])).toBe(1);
    expect(told([peer("cs-a", false, false)], false)).toBe(0);
    expect(told([])).toBe(0);
  });

  test("held automation is told at once", () => {
    expect(
      looked([
        [0, { held: "3 of 3 automatic changes are used up" }],
        [200, { held: "3 of 3 automatic changes are used up" }],
        [400, {}],
      ]),
    ).toEqual([
      "0 TandemAutomationHeld firing: cs-b would take over, but 3 of 3 automatic changes are used up.",
      "400 TandemAutomationHeld resolved: Automation is not held any more.",
    ]);
  });

  test("a wall clock that was set back ends nothing before it began", () => {
    const book = new AlertBook(place, 0, []);
    book.looked({ ...well, readiness: bad }, { mono: 0, wall: 5_000 });
    expect(book.looked(well, { mono: 10, wall: 4_000 })).toMatchObject([{ startsAt: 5_000, endsAt: 5_000 }]);
  });
});

describe("Alertmanager's body", () => {
  const [firing] = new AlertBook(place, 0, []).changed(report, 1_520);

  test("has every field of version 4", () => {
    if (firing === undefined) throw new Error("nothing fires");
    const labels = { alertname: "TandemFailover", severity: "critical", site: "north", cluster: "north-1", server: "cs-b" };
    expect(alertmanagerBody(firing, 2, "https://noc.example")).toEqual({
      version: "4",
      groupKey: '{}:{alertname="TandemFailover", cluster="north-1", server="cs-b"}',
      truncatedAlerts: 2,
      status: "firing",
      receiver: "tandem",
      groupLabels: { alertname: "TandemFailover", cluster: "north-1", server: "cs-b" },
      commonLabels: labels,
      commonAnnotations: firing.annotations,
      externalURL: "https://noc.example",
      alerts: [
        {
          status: "firing",
          labels,
          annotations: firing.annotations,
          startsAt: "1970-01-01T00:00:01.000Z",
          endsAt: "0001-01-01T00:00:00Z",
          generatorURL: "https://noc.example/failovers/41-cs-b",
          fingerprint: fingerprintOf(firing.labels),
        },
      ],
    });
    const resolved = alertmanagerBody({ ...firing, status: "resolved", endsAt: 2_000 }, 0, "");
    expect(resolved).toMatchObject({ status: "resolved", alerts: [{ endsAt: "1970-01-01T00:00:02.000Z" }] });
  });

  test("the fingerprint is that of Prometheus", () => {
    // Of the octets alertname 255 a 255 cluster 255 b 255 …, FNV-1a, 64 bits; computed by other means.
    expect(fingerprintOf({ alertname: "TandemFailover", severity: "critical", site: "north", cluster: "north-1", server: "cs-b" })).toBe(
      "a7e90ac8014c24ce",
    );
  });
});

test("delays double up to five minutes, spread over the upper half", () => {
  expect([1, 2, 3, 9, 10, 500].map((failures) => retryDelayMs(failures, 0))).toEqual([500, 1_000, 2_000, 128_000, 150_000, 150_000]);
  expect([1, 10].map((failures) => retryDelayMs(failures, 0.999_999))).toEqual([1_000, 300_000]);
});

test("only what the receiver refuses as such is given up", () => {
  expect([400, 413, 415, 422].map((status) => isGivenUp(status, 3))).toEqual([true, true, true, true]);
  expect([null, 401, 403, 404, 408, 429, 500, 503].some((status) => isGivenUp(status, 1_000))).toBe(false);
  expect(isGivenUp(400, 2)).toBe(false);
});
