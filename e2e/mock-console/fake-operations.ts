/** Made-up failovers, plans, records and a lab that obeys, for the mock console. The newest failover can be played live. */

import { summaryOf } from "../../app/failovers/_list/summary.ts";
import { sampleReport } from "../../app/failovers/_waterfall/sample-report.ts";
import type { CallRecord } from "../../server/core/calls/call-record.ts";
import type { LabNode, LabStatus } from "../../server/core/status/lab-status.ts";
import type { Cut, SwitchoverPlan } from "../../server/core/status/node-status.ts";
import type { FailoverReport } from "../../server/core/timeline/failover-report.ts";
import type { JournalEvent } from "../../server/core/timeline/journal-event.ts";
import type { FailoverSummary, RecordHistogram, RecordPage, RecordQuery } from "../../server/operations/console-view.ts";

const startedAt = Date.now();
const failoverAt = startedAt - 5_280_000;

/** How much slower than real the live failover plays, so that it can be watched. */
const slower = 10;

export class FakeOperations {
  #liveSince: number | null = null;
  #primary = "cs-b";
  #cuts: Cut[] = [];
  #target = 60;
  readonly #states = new Map<string, { state: LabNode["state"]; since: number; restarts: number }>();
  readonly records = fakeRecords();

  startFailover(): void {
    this.#liveSince = Date.now();
  }

  /** The newest change of control: the stored one, or the one being played up to now. */
  newest(now: number): FailoverReport {
    const at = { ...sampleReport, startedAt: failoverAt, timeline: shifted(failoverAt) };
    if (this.#liveSince === null) return at;
    const soFarMs = (now - this.#liveSince) / slower;
    return upTo(
      {
        ...sampleReport,
        id: "43-cs-a",
        from: "cs-b",
        to: "cs-a",
        epoch: { number: 43, server: "cs-a" },
        startedAt: this.#liveSince,
        timeline: shifted(this.#liveSince),
      },
      soFarMs,
    );
  }

  reports(now: number): FailoverReport[] {
    const stored = { ...sampleReport, startedAt: failoverAt, timeline: shifted(failoverAt) };
    const older: FailoverReport = {
      ...stored,
      id: "41-cs-a",
      kind: "switchover",
      cause: "requested",
      from: "cs-b",
      to: "cs-a",
      epoch: { number: 41, server: "cs-a" },
      by: "ana",
      reason: "new disk in cs-b, ticket 4410",
      startedAt: failoverAt - 86_400_000,
      verdict: null,
      steps: [
        { atMs: 0, untilMs: null, lane: "takeover", what: "resigned", node: "cs-b", text: "cs-b resigned." },
        { atMs: 12, untilMs: 24, lane: "takeover", what: "claim", node: "cs-a", text: "Claimed epoch 41." },
        { atMs: 24, untilMs: null, lane: "takeover", what: "title", node: "cs-a", text: "Holds the title." },
        { atMs: 180, untilMs: null, lane: "calls", what: "active", node: "cs-a", text: "Last call adopted." },
      ],
      gateways: stored.gateways.map((gateway, index) => ({
        ...gateway,
        promiseEndMs: gateway.voter ? 8 + index : null,
        grantedMs: 20,
        connectedMs: 40 + index * 3,
        auditedMs: 90 + index * 9,
        historyMs: 100 + index * 10,
        adoptedMs: 110 + index * 14,
        recordsRecovered: 0,
      })),
      supported: [
        [24, 0],
        [110, 14],
        [124, 23],
        [138, 34],
        [152, 42],
        [180, 57],
      ],
      recordsRecovered: 0,
      longestMediaGapMs: 22,
    };
    const live = this.newest(now);
    return [...(live.id === stored.id ? [] : [live]), stored, older];
  }

  summaries(now: number): FailoverSummary[] {
    return this.reports(now).map(summaryOf);
  }

  events(now: number): JournalEvent[] {
    return this.reports(now)
      .flatMap((report) =>
        report.steps.map(
          (step, index): JournalEvent => ({
            sequence: index + 1,
            node: report.to,
            boot: 1,
            mono: step.atMs,
            wall: report.startedAt + step.atMs,
            what: step.what === "missed" ? "keepalive-missed" : step.what,
            severity: step.what === "verdict" ? "alarm" : "note",
            text: step.text,
            data: step.what === "verdict" ? { silent: 6, needed: 4, heard: 0 } : {},
          }),
        ),
      )
      .sort((a, b) => b.wall - a.wall);
  }

  plan(to: string | null): SwitchoverPlan {
    const target = to ?? "cs-a";
    const broken = target === "cs-b";
    const check = (name: string, found: string, limit: string, result: "pass" | "warn" | "fail" | "unknown" = "pass") => ({
      id: name,
      check: name,
      result,
      found,
      limit,
      ageMs: 900,
    });
    return {
      planId: `7c1e${Math.floor(Date.now() / 1000).toString(16)}`,
      from: this.#primary,
      to: target,
      epoch: { number: 42, server: "cs-b" },
      checks: [
        check(`${target} answers on every path`, "path 1 0.4 ms, path 2 0.4 ms", "20 ms"),
        check("cs-b agrees to hand over", broken ? "flush not answered in 2 s" : "yes", "2 s", broken ? "fail" : "pass"),
        check(`Voters that ${target} can reach`, "7 of 7", "4"),
        check("Call state agrees", "59 = 59, 9f3a", "equal"),
        check("Calls being set up", "1", "0", "warn"),
        check("Configuration agrees", "118 = 118", "equal"),
        check(`Room on ${target}`, "59 of 480 calls, 12 %", "80 %"),
        check("gw-3 fully audited", broken ? "no answer, 3 of 3 timed out" : "2 s ago", "15 s", broken ? "unknown" : "pass"),
        check("No drain or failover running", "none", "none"),
        check("Automation not held", "1 of 3 changes used", "3"),
      ],
      blockers: broken
        ? ["cs-b does not agree to hand over: its flush was not answered in 2 s.", "gw-3 was never fully audited by the target."]
        : [],
      effect: {
        talking: 57,
        ringing: 2,
        settingUp: 1,
        unknown: broken ? 3 : 0,
        pastMs: [180, 210, 190, 205, 170, 240, 260],
        expectedMs: 205,
        worstMs: 260,
      },
      steps: [
        "cs-b stops admitting calls and flushes its records.",
        "cs-b resigns and releases every gateway, naming cs-a.",
        "cs-a claims epoch 43; 4 of 7 voters make it primary.",
        "6 gateways move, lines with priority 1 first.",
      ],
      undo: `Switch back to ${this.#primary} once its state agrees again. It does not take over by itself: failback is by hand.`,
      validMs: 30_000,
    };
  }

  lab(now: number): LabStatus {
    const nodes = ["cs-a", "cs-b", "gw-1", "gw-2", "gw-3", "if-1", "if-2", "ph-1", "wit-1", "console"];
    const kind = (name: string): LabNode["kind"] =>
      name.startsWith("cs") ? "call-server" : name.startsWith("wit") ? "witness" : name === "console" ? "console" : "gateway";
    return {
      supervisorPid: 4100,
      startedAt,
      ready: true,
      nodes: nodes.map((name, index) => {
        const state = this.#states.get(name) ?? { state: "running" as const, since: startedAt - 60_000, restarts: 0 };
        return {
          name,
          kind: kind(name),
          pid: state.state === "killed" ? null : 4200 + index,
          state: state.state,
          since: state.since,
          restarts: state.restarts,
        };
      }),
      cuts: this.#cuts,
      traffic: {
        targetCalls: this.#target,
        activeCalls: this.#target - 1,
        offered: 1200 + Math.floor((now - startedAt) / 3000),
        answered: 1180,
        failed: 2,
        seed: 7,
      },
    };
  }

  act(action: "kill" | "freeze" | "thaw" | "restart", node: string): LabStatus {
    const before = this.#states.get(node)?.restarts ?? 0;
    const state = action === "kill" ? "killed" : action === "freeze" ? "frozen" : "running";
    this.#states.set(node, { state, since: Date.now(), restarts: action === "restart" ? before + 1 : before });
    if (action === "kill" && node === this.#primary) this.startFailover();
    return this.lab(Date.now());
  }

  link(verb: "cut" | "heal", link: { a: string; b: string; path: 1 | 2 | "all"; oneWay: boolean }): LabStatus {
    const paths = link.path === "all" ? ([1, 2] as const) : [link.path];
    for (const path of paths) {
      for (const [from, to] of link.oneWay
        ? [[link.a, link.b] as const]
        : ([
            [link.a, link.b],
            [link.b, link.a],
          ] as const)) {
        this.#cuts = this.#cuts.filter((cut) => cut.from !== from || cut.to !== to || cut.path !== path);
        if (verb === "cut") this.#cuts.push({ from, to, path });
      }
    }
    return this.lab(Date.now());
  }

  setTraffic(calls: number): LabStatus {
    this.#target = calls;
    return this.lab(Date.now());
  }

  search(query: RecordQuery, cursor: string | null, limit: number): RecordPage {
    const matching = this.records.filter((record) => matches(record, query));
    const from = cursor === null ? 0 : Number.parseInt(cursor, 10);
    return {
      records: matching.slice(from, from + limit),
      next: from + limit < matching.length ? `${from + limit}` : null,
      matched: { count: matching.length, exact: true },
      stored: this.records.length,
      completeTo: Date.now() - 4_000,
    };
  }

  histogram(query: RecordQuery): RecordHistogram {
    const bucketMs = 120_000;
    const from = Math.floor((startedAt - 14_400_000) / bucketMs) * bucketMs;
    const buckets = Array.from({ length: Math.ceil((Date.now() - from) / bucketMs) }, (_, index) => ({
      at: from + index * bucketMs,
      answered: 0,
      adopted: 0,
      history: 0,
      lost: 0,
    }));
    for (const record of this.records) {
      const bucket = buckets[Math.floor((record.start.at - from) / bucketMs)];
      if (!bucket || !matches(record, query)) continue;
      bucket[record.outcome === "lost" ? "lost" : record.origin === "signalling" ? "answered" : record.origin]++;
    }
    return { bucketMs, from, buckets, failovers: [{ id: "42-cs-b", at: failoverAt, number: 42, to: "cs-b" }] };
  }
}

function shifted(at: number): FailoverReport["timeline"] {
  return { lastKeepaliveAt: at, suspectedAt: at + 200, decidedAt: at + 503, titleAt: at + 516, activeAt: at + 840 };
}

/** What the report would have said `soFarMs` after the last keepalive. */
function upTo(report: FailoverReport, soFarMs: number): FailoverReport {
  if (soFarMs >= 840) return { ...report, longestMediaGapMs: null };
  const known = (at: number | null): number | null => (at !== null && at <= soFarMs ? at : null);
  const supported = report.supported.filter(([at]) => at <= soFarMs);
  return {
    ...report,
    state: "in-progress",
    timeline: {
      ...report.timeline,
      decidedAt: soFarMs >= 503 ? report.timeline.decidedAt : null,
      titleAt: soFarMs >= 516 ? report.timeline.titleAt : null,
      activeAt: null,
    },
    verdict: soFarMs >= 503 ? report.verdict : null,
    steps: report.steps.filter((step) => step.atMs <= soFarMs),
    gateways: report.gateways.map((gateway) => ({
      ...gateway,
      promiseEndMs: known(gateway.promiseEndMs),
      grantedMs: known(gateway.grantedMs),
      connectedMs: known(gateway.connectedMs),
      auditedMs: known(gateway.auditedMs),
      historyMs: known(gateway.historyMs),
      adoptedMs: known(gateway.adoptedMs),
      state:
        known(gateway.adoptedMs) !== null
          ? "done"
          : known(gateway.connectedMs) !== null
            ? "auditing"
            : known(gateway.grantedMs) !== null
              ? "connecting"
              : "waiting",
    })),
    supported,
    callsAdopted: supported.at(-1)?.[1] ?? 0,
    recordsRecovered: 0,
    longestMediaGapMs: null,
  };
}

function matches(record: CallRecord, query: RecordQuery): boolean {
  if (query.from !== null && record.start.at < query.from) return false;
  if (query.to !== null && record.start.at >= query.to) return false;
  if (query.gateway !== null && record.calling.gateway !== query.gateway && record.called.gateway !== query.gateway) return false;
  if (query.outcome !== null && record.outcome !== query.outcome) return false;
  if (query.origin !== null && record.origin !== query.origin) return false;
  return (
    query.number === null ||
    record.calling.number?.startsWith(query.number) === true ||
    record.called.number?.startsWith(query.number) === true
  );
}

function fakeRecords(): CallRecord[] {
  const names = ["gw-1", "gw-2", "gw-3", "if-1", "if-2"];
  return Array.from({ length: 2_141 }, (_, index): CallRecord => {
    const at = startedAt - 8_000 - index * 6_700 - ((index * 7919) % 4_000);
    const lastedMs = 4_000 + ((index * 104_729) % 560_000);
    const origin = at < failoverAt && at + lastedMs > failoverAt ? (index % 12 === 0 ? "history" : "adopted") : "signalling";
    const party = (offset: number) => ({
      number: `+4131320${1000 + ((index * 37 + offset) % 9000)}`,
      gateway: names[(index + offset) % 5] ?? "gw-1",
      endpoint: `aaln/${(index % 24) + 1}@${names[(index + offset) % 5]}`,
      address: `127.0.0.1:${16_384 + ((index * 2 + offset) % 800)}`,
      media: {
        packetsSent: Math.round(lastedMs / 20),
        octetsSent: Math.round(lastedMs * 8),
        packetsReceived: Math.round(lastedMs / 20),
        octetsReceived: Math.round(lastedMs * 8),
        packetsLost: 0,
        jitterMs: 0.6,
        longestSilenceMs: 22,
        modelled: index % 3 === 0,
      },
    });
    const source = origin === "history" ? "history" : "signalling";
    return {
      callId: (0x1000000 + index * 7919).toString(16).padStart(32, "9f3a77c1"),
      calling: party(0),
      called: party(1),
      dialled: null,
      start: { at, source: "signalling", errorMs: 1 },
      answer: { at: at + 2_400, source: origin === "adopted" ? "gateway" : "signalling", errorMs: origin === "adopted" ? 10 : 1 },
      end: { at: at + 2_400 + lastedMs, source, errorMs: source === "history" ? 10 : 1 },
      durationMs: lastedMs,
      durationErrorMs: origin === "signalling" ? 2 : 20,
      carries: "speech",
      codec: index % 7 === 0 ? "PCMU" : "PCMA",
      qos: "bestEffort",
      cause: index === 411 ? 41 : 16,
      releasedBy: index % 2 === 0 ? "calling" : "called",
      outcome: index === 411 ? "lost" : "answered",
      origin,
      epochs:
        origin === "adopted"
          ? [
              { number: 41, server: "cs-a" },
              { number: 42, server: "cs-b" },
            ]
          : [{ number: 42, server: "cs-b" }],
      writtenBy: "cs-b",
      writtenAt: at + 2_410 + lastedMs,
    };
  });
}
