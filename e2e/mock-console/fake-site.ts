/**
 * A made-up site that moves once a second: data for looking at pages and states that a healthy lab never shows.
 * Scenario names are given in the URL of the control port: well, look, failing, failed, dual.
 */
import type { GatewayHealth, GatewayStatus, PreflightCheck, ServerStatus, Strips } from "../../server/core/status/node-status.ts";
import type { FailoverReport, ReportedGateway } from "../../server/core/timeline/failover-report.ts";
import type { JournalEvent } from "../../server/core/timeline/journal-event.ts";
import type { ConnectionColumns, ConsoleSnapshot, GatewayView, ServerView } from "../../server/operations/console-view.ts";

export type Scenario = "well" | "look" | "failed" | "dual" | "no-lab";

const startedAt = Date.now() - 92 * 60_000;
const failoverAt = Date.now() - 88 * 60_000;
const gateways = [
  { name: "gw-1", kind: "trunk", endpoints: 60, count: 24, localTo: "cs-a" },
  { name: "gw-2", kind: "trunk", endpoints: 60, count: 28, localTo: "cs-b" },
  { name: "gw-3", kind: "trunk", endpoints: 60, count: 22, localTo: null },
  { name: "if-1", kind: "interface", endpoints: 24, count: 14, localTo: null },
  { name: "if-2", kind: "interface", endpoints: 24, count: 17, localTo: null },
  { name: "ph-1", kind: "phone", endpoints: 1, count: 1, localTo: null },
] as const;

/** Deterministic noise. */
function noise(seed: number): number {
  const value = Math.sin(seed * 12.9898) * 43758.5453;
  return value - Math.floor(value);
}

export function calls(now: number): number {
  return Math.round(59 + 6 * Math.sin(now / 90_000) + 3 * noise(Math.floor(now / 3000)));
}

function series(
  name: string,
  endsAt: number,
  buckets: number,
  bucketMs: number,
  scenario: Scenario,
  deadSince: number | null,
): (number | null)[] {
  const seed = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return Array.from({ length: buckets }, (_, index) => {
    const at = endsAt - (buckets - index) * bucketMs;
    const id = Math.floor(at / bucketMs);
    if (deadSince !== null && at > deadSince) return Math.min(99, Math.floor((at - deadSince) / 100));
    if (deadSince === null && scenario !== "well" && name === "cs-a" && at > endsAt - 380_000 && at < endsAt - 338_000) return null;
    const worst = noise(id + seed);
    if (scenario === "look" && name === "cs-b" && id % 177 === 0) return 2;
    return worst > 0.985 ? 1 : 0;
  });
}

function strips(listener: string, now: number, scenario: Scenario): Strips {
  const bucketMs = 1000;
  const buckets = 900;
  const dead = scenario === "failed" ? now - 54_000 : null;
  const names = ["cs-a", "cs-b", ...gateways.map((gateway) => gateway.name), "wit-1"].filter((name) => name !== listener);
  return {
    bucketMs,
    endsAt: now,
    series: Object.fromEntries(
      names.map((name) => [
        name,
        series(
          name,
          now,
          buckets,
          bucketMs,
          scenario,
          name === "cs-a" ? dead : scenario === "look" && name === "gw-3" ? now - 38_000 : null,
        ),
      ]),
    ),
  };
}

function health(gateway: (typeof gateways)[number], now: number, scenario: Scenario, owner: boolean): GatewayHealth {
  const stale = scenario === "look" && gateway.name === "gw-3";
  const differs = scenario === "look" && gateway.name === "gw-2";
  const lastAt = now - (stale ? 38_000 : 1000 * (1 + Math.floor(noise(gateway.count) * 4)));
  return {
    name: gateway.name,
    voter: true,
    owner: scenario === "failed" ? "cs-b" : "cs-b",
    epoch: { number: 42, server: "cs-b" },
    silentMs: stale ? 38_000 : 40 + 50 * noise(now),
    missed: 0,
    leaseLeftMs: owner ? 388 : 0,
    rttMs: stale ? null : 0.4 + noise(now + gateway.count),
    audit: {
      state: stale ? "failed" : "complete",
      lastCompleteAt: lastAt,
      lastAttemptAt: lastAt,
      rows: gateway.count,
      durationMs: 14 + gateway.count,
      consecutiveFailures: stale ? 3 : 0,
      lastFailure: stale ? "SNMP timed out, 3 of 3" : null,
      nextAt: now + 5000 - ((now / 1000 + gateway.count) % 5) * 1000,
    },
    reported: differs ? gateway.count - 1 : gateway.count,
    expected: gateway.count,
    ghosts: 0,
    orphans: differs ? 1 : 0,
  };
}

function server(name: "cs-a" | "cs-b", now: number, scenario: Scenario): ServerView {
  const primary = name === "cs-b" || scenario === "dual";
  const dead = scenario === "failed" && name === "cs-a";
  const active = calls(now);
  const peer = name === "cs-a" ? "cs-b" : "cs-a";
  const status: ServerStatus = {
    kind: "call-server",
    name,
    pid: name === "cs-a" ? 4120 : 4121,
    boot: startedAt,
    startedAt,
    at: dead ? now - 54_000 : now - 180,
    configVersion: 118,
    softwareVersion: "0.1.0",
    lastEventSequence: 1204,
    loopDelayMs: { p50: 1.1, p99: 2.4, max: scenario === "look" && name === "cs-a" ? 231 : 6.8 },
    starved: scenario === "look" && name === "cs-a",
    counters: {
      "link.received": 481_204,
      "link.badMac": 0,
      "link.replayed": 2,
      "mgcp.sent": 22_841,
      "mgcp.retransmitted": 3,
      "mgcp.malformed": 0,
      "snmp.walks": 1041,
      "snmp.timeouts": scenario === "look" ? 3 : 0,
    },
    cuts: [],
    role: primary ? "primary" : "standby",
    state: primary ? "holding" : "standby",
    epoch: { number: name === "cs-b" ? 42 : 41, server: name === "cs-b" ? "cs-b" : "cs-a" },
    title: {
      held: primary,
      since: primary ? failoverAt : null,
      leaseLeftMs: primary ? 388 : 0,
      votersAnswering: scenario === "look" ? 6 : 7,
      votersNeeded: 4,
      voters: 7,
    },
    peers: [
      {
        name: peer,
        role: primary ? "standby" : "primary",
        title: !primary,
        epoch: { number: 42, server: "cs-b" },
        silentMs: scenario === "failed" ? 54_000 : 18 + 60 * noise(now),
        missed: scenario === "failed" ? 5 : 0,
        ready: true,
        digest: "9f3a77c1",
        calls: active,
        paths: [
          { path: 1, rttMs: 0.4, lastAnswerAgoMs: 62 },
          { path: 2, rttMs: 0.6, lastAnswerAgoMs: 4100 },
        ],
      },
    ],
    gateways: gateways.map((gateway) => health(gateway, now, scenario, primary)),
    witnesses: [{ name: "wit-1", silentMs: 44, granted: { number: 42, server: "cs-b" } }],
    calls: { active, byPhase: { "setting-up": 1, ringing: 3, talking: active - 4, releasing: 0 }, capacity: 480 },
    digest: "9f3a77c1",
    readiness: { ready: !primary, reasons: primary ? ["It is the primary."] : [] },
    outbox: { pending: 2, lastSequence: 4204 },
    automaticChanges: { used: 1, limit: 3 },
    failover: primary && name === "cs-b" ? report(now, scenario) : null,
  };
  return {
    name,
    rank: name === "cs-a" ? 0 : 1,
    state: dead ? "unreachable" : "up",
    status,
    observedAt: status.at,
    ttlMs: 1000,
    error: dead ? "connection to 127.0.0.1:7443 refused, 108 times" : null,
  };
}

function gatewayView(gateway: (typeof gateways)[number], index: number, now: number, scenario: Scenario): GatewayView {
  const own = health(gateway, now, scenario, true);
  const condition =
    scenario === "look" && gateway.name === "gw-3" ? "no-data" : scenario === "look" && gateway.name === "gw-2" ? "disagrees" : "ok";
  const at = condition === "no-data" ? now - 38_000 : now - 200;
  const status: GatewayStatus = {
    kind: "gateway",
    name: gateway.name,
    pid: 4130 + index,
    boot: startedAt,
    startedAt,
    at,
    configVersion: 118,
    softwareVersion: "0.1.0",
    lastEventSequence: 300,
    loopDelayMs: { p50: 1, p99: 2, max: 5 },
    starved: false,
    counters: {
      "mgcp.received": 8123,
      "mgcp.refused": 0,
      "mgcp.malformed": 0,
      "link.received": 90_120,
      "link.badMac": 0,
      "snmp.requests": 4411,
    },
    cuts: [],
    gatewayKind: gateway.kind,
    voter: true,
    owner: "cs-b",
    epoch: { number: 42, server: "cs-b" },
    state: "owned",
    promiseLeftMs: 431,
    connections: gateway.count,
    endpoints: {
      idle: gateway.endpoints - gateway.count,
      active: gateway.count,
      "on-hold": 0,
      "forwarding-set": 0,
      "transfer-set": 0,
      "out-of-service": 0,
    },
    media: {
      realStreams: Math.min(gateway.count, 7),
      modelledStreams: Math.max(0, gateway.count - 7),
      packetsReceived: 1_204_118,
      packetsLost: 0,
      maxJitterMs: 3.1,
      longestSilenceMs: 24,
      sequenceGaps: 0,
    },
  };
  return {
    name: gateway.name,
    state: condition === "no-data" ? "suspect" : "up",
    status,
    observedAt: at,
    ttlMs: 1000,
    error: null,
    kind: gateway.kind,
    voter: true,
    priority: 1,
    pollSeconds: 5,
    localTo: gateway.localTo,
    endpoints: gateway.endpoints,
    snmp: { host: "127.0.0.1", port: 16_100 + index },
    mgcp: { host: "127.0.0.1", port: 24_270 + index },
    condition,
    reason: condition === "disagrees" ? "disagrees by one connection" : condition === "no-data" ? "has sent no data for 38 s" : null,
    owner: "cs-b",
    health: own,
    healthSource: "cs-b",
  };
}

function reportedGateway(name: string, index: number): ReportedGateway {
  const at = 524 + index * 3;
  const long = name === "gw-3";
  return {
    gateway: name,
    voter: true,
    promiseEndMs: 455,
    grantedMs: 510,
    connectedMs: at + 6,
    auditedMs: at + (long ? 240 : 60 + index * 8),
    historyMs: at + (long ? 260 : 68 + index * 8),
    adoptedMs: at + (long ? 316 : 82 + index * 8),
    calls: 10,
    connections: 20,
    recordsRecovered: index === 2 ? 3 : 0,
    state: "done",
    note: null,
  };
}

function report(now: number, scenario: Scenario): FailoverReport {
  const at = scenario === "failed" ? now - 54_000 : failoverAt;
  return {
    id: "42-cs-b",
    kind: "failover",
    cause: "primary-dead",
    state: "done",
    from: "cs-a",
    to: "cs-b",
    epoch: { number: 42, server: "cs-b" },
    by: null,
    reason: null,
    startedAt: at,
    timeline: { lastKeepaliveAt: at, suspectedAt: at + 200, decidedAt: at + 505, titleAt: at + 520, activeAt: at + 840 },
    keepaliveMs: 100,
    missLimit: 5,
    promiseMs: 500,
    verdict: null,
    steps: [100, 200, 300, 400, 500].map((atMs, index) => ({
      atMs,
      untilMs: null,
      lane: "detection" as const,
      what: "missed",
      node: "cs-a",
      text: `${index + 1} of 5 missed`,
    })),
    gateways: gateways.map((gateway, index) => reportedGateway(gateway.name, index)),
    supported: [],
    callsAtStake: 57,
    callsAdopted: 57,
    callsReleased: 0,
    recordsRecovered: 3,
    longestMediaGapMs: 0,
  };
}

function event(node: string, sequence: number, wall: number, severity: JournalEvent["severity"], text: string): JournalEvent {
  return { sequence, node, boot: startedAt, mono: 0, wall, what: "said", severity, text, data: {} };
}

function check(checkName: string, found: string, limit: string, result: PreflightCheck["result"] = "pass", ageMs = 1200): PreflightCheck {
  return { id: checkName, check: checkName, result, found, limit, ageMs };
}

let sequence = 0;

export function snapshot(now: number, scenario: Scenario): ConsoleSnapshot {
  sequence += 1;
  const failed = scenario === "failed";
  const active = calls(now);
  return {
    sequence,
    at: now,
    site: "Bern",
    cluster: "lab",
    consoleStartedAt: startedAt,
    buildId: "mock",
    timers: { keepaliveMs: 100, missLimit: 5, promiseMs: 500, leaseMs: 450 },
    epoch: { number: 42, server: "cs-b" },
    primary: "cs-b",
    standby: failed || scenario === "dual" ? null : "cs-a",
    automation: { state: "armed", used: 1, limit: 3 },
    calls: active,
    callsHistory: Array.from({ length: 300 }, (_, index) => {
      const at = now - (300 - index) * 3000;
      return [at, index > 100 && index < 108 && scenario === "look" ? null : calls(at)] as const;
    }),
    servers: [server("cs-a", now, scenario), server("cs-b", now, scenario)],
    gateways: gateways.map((gateway, index) => gatewayView(gateway, index, now, scenario)),
    witnesses: [{ name: "wit-1", state: "up", status: null, observedAt: now - 300, ttlMs: 1000, error: null }],
    verdict: {
      sentence: failed ? "cs-b took over. 57 calls kept. Nobody stands by now." : `cs-b carries ${active} calls. cs-a could take over now.`,
      tone: failed ? "bad" : scenario === "look" ? "look" : "well",
      look: failed
        ? [{ text: "cs-a does not answer", href: "/servers#cs-a" }]
        : scenario === "look"
          ? [
              { text: "gw-2 disagrees by one connection", href: "/gateways#gw-2" },
              { text: "gw-3 has sent no data for 38 s", href: "/gateways#gw-3" },
            ]
          : [],
      why: [
        "cs-a: up, role standby",
        "cs-b: up, role primary",
        "Title: 7 of 7 voters answer cs-b, 4 are needed.",
        "Gateways: 6 of 6 well.",
      ],
    },
    survivability: {
      losing: "cs-b",
      answer: failed ? "no" : scenario === "look" ? "reservations" : "yes",
      sentence: failed ? "No. There is no standby." : scenario === "look" ? "Yes, with one reservation." : "Yes.",
      checks: [
        check("Standby answers on both paths", "0.4 ms", "200 ms"),
        check("Voters within reach", "7 of 7", "≥ 4"),
        check("Call state agrees", `${active} = ${active}`, "equal"),
        check("Configuration agrees", "118 = 118", "equal"),
        check(`Room on cs-a for ${active} calls`, "12 % of 480", "100 %"),
        scenario === "look"
          ? check("Last full audit of gw-3", "38 s ago", "15 s", "warn", 38_000)
          : check("Standby has audited the gateways", "all 6 gateways", "all, lately"),
      ],
      expected: "0.84 s, at worst 1.10 s, from 14 runs.",
    },
    failover: report(now, scenario),
    strips: failed
      ? { "cs-b": strips("cs-b", now - 300, scenario) }
      : { "cs-a": strips("cs-a", now - 300, scenario), "cs-b": strips("cs-b", now - 300, scenario) },
    events: [
      ...(scenario === "look"
        ? [
            event("cs-b", 9, now - 20_000, "warn", "gw-3 stopped answering audits, 3 of 3 timed out. Its calls go on."),
            event("cs-b", 8, now - 98_000, "warn", "gw-2 holds 27 connections, cs-b expects 28: one orphan. Audit running."),
          ]
        : []),
      event("cs-a", 7, now - 331_000, "note", "cs-b missed 2 of 5 keepalives, then resumed. Jury not needed."),
      event("cs-b", 6, now - 1_200_000, "note", "cs-a is ready to take over: 6 gateways audited, 58 calls agree."),
      event("cs-b", 5, failoverAt + 840, "alarm", "cs-b took over from cs-a in 0.84 s: 57 calls adopted, 0 released."),
      event("cs-b", 4, failoverAt + 505, "alarm", "Jury: 7 of 7 voters last heard cs-a 490 to 580 ms ago. Primary dead: taking over."),
    ].sort((a, b) => b.wall - a.wall),
    records: { stored: 4736, completeTo: now - 2000, waiting: 2 },
    lab: null,
  };
}

const phases = ["talking", "talking", "talking", "talking", "talking", "ringing", "setting-up", "talking"];

/** `base` connections, of which a few end and begin each second. */
export function connections(now: number, base: number): ConnectionColumns {
  const first = Math.floor(now / 4000);
  const rows = Array.from({ length: base }, (_, index) => first + index);
  const pick = <Value>(make: (id: number, index: number) => Value) => rows.map(make);
  const gatewayOf = (id: number) => gateways[id % 5] ?? gateways[0];
  return {
    at: now,
    source: "cs-b",
    total: base,
    callId: pick((id) => (0x1000000 + Math.floor(id / 2) * 7919).toString(16).padStart(32, "9f3a77c1")),
    gateway: pick((id) => gatewayOf(id).name),
    endpoint: pick((id) => `${gatewayOf(id).kind === "trunk" ? "ds/e1-1/" : "aaln/"}${(id % 24) + 1}@${gatewayOf(id).name}`),
    localNumber: pick((id) => (gatewayOf(id).kind === "trunk" ? null : `+4131550${1000 + (id % 900)}`)),
    peerNumber: pick((id) => `+4179${5_550_000 + ((id * 37) % 9000)}`),
    origin: pick((id) => (id % 2 === 0 ? "answer" : "originate")),
    phase: pick((id) => phases[id % 8] ?? "talking"),
    continuity: pick((id) => ((phases[id % 8] ?? "talking") === "talking" ? "preserved" : "transient")),
    codec: pick((id) => (id % 7 === 0 ? "PCMU" : "PCMA")),
    qos: pick(() => "bestEffort"),
    localAddress: pick((id) => `127.0.0.1:${16_384 + ((id * 2) % 800)}`),
    remoteAddress: pick((id) => `127.0.0.1:${16_384 + ((id * 2 + 400) % 800)}`),
    carries: pick(() => "speech"),
    setupAt: pick((_, index) => now - (base - index) * 2300),
    connectAt: pick((id, index) => ((phases[id % 8] ?? "") === "talking" ? now - (base - index) * 2300 + 1400 : null)),
    clockErrorMs: pick(() => 10),
    packetsLost: pick((id) => (id % 41 === 0 ? 3 : 0)),
    jitterMs: pick((id) => (id % 3 === 0 ? null : 0.4 + (id % 17) / 10)),
    modelled: pick((id) => id % 3 === 0),
    provenance: pick((id) => (id % 5 === 0 ? "snmp" : "signalling")),
    confirmedAt: pick((id) => now - (id % 5) * 1000),
    stale: pick((id) => id % 53 === 0),
  };
}
