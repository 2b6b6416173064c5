/** A small site and what its nodes would say, for tests: two servers, two gateways, one witness. */
import type { CallRecord } from "../../core/calls/call-record.ts";
import type { GatewaySpec, ServerSpec, Site } from "../../core/site/site.ts";
import { defaultTimers } from "../../core/site/timers.ts";
import type {
  GatewayHealth,
  GatewayStatus,
  GuardStatus,
  PeerHealth,
  ServerStatus,
  SwitchoverPlan,
  WitnessStatus,
} from "../../core/status/node-status.ts";
import type { OrderPlan } from "../../core/status/order.ts";
import type { FailoverReport } from "../../core/timeline/failover-report.ts";

const host = "127.0.0.1";

function server(name: string, rank: number, operatorPort: number): ServerSpec {
  return {
    name,
    rank,
    link: { path1: { host, port: 4100 + rank }, path2: { host, port: 4110 + rank } },
    mgcp: { host, port: 4120 + rank },
    operator: { host, port: operatorPort },
    snmpTraps: null,
    capacityCalls: 1000,
    actions: {},
  };
}

function gateway(name: string, priority: number, operatorPort: number): GatewaySpec {
  return {
    name,
    kind: "trunk",
    voter: true,
    priority,
    link: { host, port: 4200 + priority },
    mgcp: { host, port: 4210 + priority },
    snmp: { host, port: 4220 + priority, community: "public", user: null },
    operator: { host, port: operatorPort },
    rtp: { host, portFrom: 20_000 + 200 * priority, portTo: 20_100 + 200 * priority },
    endpoints: { prefix: "ds/e1-1/", count: 30 },
    firstNumber: null,
    pollSeconds: 5,
    sip: null,
    audit: "snmp",
    localTo: null,
  };
}

/** `ports`: operator ports of cs-a, cs-b, gw-1, gw-2, wit-1. */
export function fakeSite(ports: readonly number[] = [1, 2, 3, 4, 5], consolePort = 0): Site {
  const [a = 1, b = 2, one = 3, two = 4, witness = 5] = ports;
  return {
    site: "test site",
    cluster: "test",
    version: 1,
    votersVersion: 1,
    timers: defaultTimers,
    servers: [server("cs-a", 0, a), server("cs-b", 1, b)],
    gateways: [gateway("gw-1", 1, one), gateway("gw-2", 2, two)],
    gear: [],
    snmpProfiles: null,
    witnesses: [{ name: "wit-1", link: { host, port: 4301 }, operator: { host, port: witness } }],
    routes: [],
    keys: [{ id: 1, secret: "env:TANDEM_TEST_KEY" }],
    operatorToken: "env:TANDEM_TEST_TOKEN",
    console: { host, port: consolePort },
    partition: "survive",
    merge: { when: "now" },
    failback: { when: "manual" },
    takeover: "hot",
    automaticChanges: { limit: 3, windowSeconds: 3600 },
    actions: { onPromote: [], onDemote: [] },
    notify: null,
  };
}

function common(name: string, now: number) {
  return {
    name,
    pid: 4242,
    boot: 7,
    startedAt: now - 60_000,
    at: now,
    configVersion: 1,
    softwareVersion: "0.1.0",
    lastEventSequence: 0,
    loopDelayMs: { p50: 1, p99: 2, max: 4 },
    starved: false,
    counters: {},
    cuts: [],
    epoch: { number: 41, server: "cs-a" },
  };
}

function peer(name: string): PeerHealth {
  return {
    name,
    role: "standby",
    title: false,
    epoch: { number: 41, server: "cs-a" },
    silentMs: 62,
    missed: 0,
    ready: true,
    digest: "00ff00ff00ff00ff",
    calls: 59,
    paths: [
      { path: 1, rttMs: 0.4, lastAnswerAgoMs: 62 },
      { path: 2, rttMs: 0.4, lastAnswerAgoMs: 900 },
    ],
  };
}

function health(name: string, now: number): GatewayHealth {
  return {
    name,
    voter: true,
    owner: "cs-a",
    epoch: { number: 41, server: "cs-a" },
    silentMs: 50,
    missed: 0,
    leaseLeftMs: 400,
    rttMs: 0.5,
    audit: {
      state: "complete",
      lastCompleteAt: now - 1200,
      lastAttemptAt: now - 1250,
      rows: 24,
      durationMs: 30,
      consecutiveFailures: 0,
      lastFailure: null,
      nextAt: now + 3800,
    },
    reported: 24,
    expected: 24,
    ghosts: 0,
    orphans: 0,
    protocol: "snmp",
    polling: null,
  };
}

export function fakeGuard(changed: Partial<GuardStatus> = {}): GuardStatus {
  return {
    pause: null,
    pauseSetAt: 0,
    used: 0,
    limit: 3,
    windowMs: 3_600_000,
    acknowledgedEpoch: 0,
    votersThatKnow: 3,
    voters: 3,
    ...changed,
  };
}

const epoch = { number: 41, server: "cs-a" };

export function fakeServer(
  name: "cs-a" | "cs-b",
  role: "primary" | "standby",
  now: number,
  changed: Partial<ServerStatus> = {},
): ServerStatus {
  return {
    ...common(name, now),
    kind: "call-server",
    role,
    state: role === "primary" ? "holding" : "standby",
    title: { held: role === "primary", since: now - 50_000, leaseLeftMs: 400, votersAnswering: 3, votersNeeded: 2, voters: 3 },
    peers: [peer(name === "cs-a" ? "cs-b" : "cs-a")],
    gateways: [health("gw-1", now), health("gw-2", now)],
    gear: [],
    witnesses: [{ name: "wit-1", silentMs: 40, granted: { number: 41, server: "cs-a" } }],
    calls: { active: 59, byPhase: { "setting-up": 1, ringing: 2, talking: 56, releasing: 0 }, capacity: 1000 },
    digest: "00ff00ff00ff00ff",
    readiness: { ready: true, reasons: [] },
    outbox: { pending: 0, lastSequence: 0 },
    automaticChanges: { used: 0, limit: 3 },
    guard: fakeGuard(),
    voterSet: { version: 1, voters: ["gw-1", "gw-2", "wit-1"], previous: null },
    configuredVoters: ["gw-1", "gw-2", "wit-1"],
    holds: role === "primary" ? { basis: "title", epoch, gateways: ["gw-1", "gw-2"].map((one) => ({ name: one, epoch })) } : null,
    lent: [],
    scheduled: null,
    missedSwitchover: null,
    partition: "survive",
    merge: "now",
    failback: "manual",
    takeover: "hot",
    failover: null,
    ...changed,
  };
}

export function fakeGateway(name: "gw-1" | "gw-2", now: number, changed: Partial<GatewayStatus> = {}): GatewayStatus {
  return {
    ...common(name, now),
    kind: "gateway",
    gatewayKind: "trunk",
    voter: true,
    owner: "cs-a",
    state: "owned",
    promiseLeftMs: 450,
    connections: 24,
    endpoints: { idle: 6, active: 24, "on-hold": 0, "forwarding-set": 0, "transfer-set": 0, "out-of-service": 0 },
    media: {
      realStreams: 24,
      modelledStreams: 0,
      packetsReceived: 1000,
      packetsLost: 0,
      maxJitterMs: 1,
      longestSilenceMs: 21,
      sequenceGaps: 0,
    },
    ...changed,
  };
}

export function fakeWitness(now: number): WitnessStatus {
  return { ...common("wit-1", now), kind: "witness", owner: "cs-a", promiseLeftMs: 450, state: "owned" };
}

export function fakeRecord(callId: string, startAt: number, changed: Partial<CallRecord> = {}): CallRecord {
  const media = null;
  return {
    callId,
    calling: { number: "301", gateway: "gw-1", endpoint: "ds/e1-1/1@gw-1", address: "127.0.0.1:20000", media },
    called: { number: "0612345", gateway: "gw-2", endpoint: "ds/e1-1/2@gw-2", address: "127.0.0.1:20002", media },
    dialled: "0612345",
    start: { at: startAt, source: "signalling", errorMs: 5 },
    answer: { at: startAt + 2000, source: "signalling", errorMs: 5 },
    end: { at: startAt + 62_000, source: "signalling", errorMs: 5 },
    durationMs: 60_000,
    durationErrorMs: 10,
    carries: "speech",
    codec: "PCMA",
    qos: "bestEffort",
    cause: 16,
    releasedBy: "calling",
    outcome: "answered",
    origin: "signalling",
    epochs: [{ number: 41, server: "cs-a" }],
    writtenBy: "cs-a",
    writtenAt: startAt + 62_100,
    ...changed,
  };
}

export function fakeReport(now: number, changed: Partial<FailoverReport> = {}): FailoverReport {
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
    startedAt: now - 10_000,
    timeline: { lastKeepaliveAt: now - 10_000, suspectedAt: now - 9800, decidedAt: now - 9480, titleAt: now - 9400, activeAt: now - 9160 },
    keepaliveMs: 100,
    missLimit: 5,
    promiseMs: 500,
    verdict: null,
    steps: [],
    gateways: [],
    supported: [],
    callsAtStake: 59,
    callsAdopted: 57,
    callsReleased: 2,
    recordsRecovered: 3,
    longestMediaGapMs: 20,
    ...changed,
  };
}

export function fakePlan(planId: string, changed: Partial<SwitchoverPlan> = {}): SwitchoverPlan {
  return {
    planId,
    from: "cs-a",
    to: "cs-b",
    epoch: { number: 41, server: "cs-a" },
    checks: [{ id: "standby", check: "Standby present", result: "pass", found: "cs-b", limit: "one", ageMs: 60 }],
    blockers: [],
    effect: { talking: 56, ringing: 2, settingUp: 1, unknown: 0, pastMs: [180, 210], expectedMs: 190, worstMs: 210 },
    steps: ["cs-a resigns", "cs-b claims"],
    undo: "Switch back to cs-a.",
    validMs: 30_000,
    ...changed,
  };
}

export function fakeOrderPlan(planId: string, changed: Partial<OrderPlan> = {}): OrderPlan {
  return {
    planId,
    verb: "pause",
    server: "cs-a",
    to: null,
    epoch,
    checks: [{ id: "voters", check: "Voters that answer", result: "pass", found: "3 of 3", limit: "2", ageMs: 0 }],
    blockers: [],
    effect: {
      before: "Automatic changes are allowed: 0 of 3 used.",
      after: "No role changes by itself.",
      calls: "No call is touched.",
      worstMs: null,
      worst: "Nothing changes hands.",
      breaks: [],
    },
    steps: ["cs-a stores the pause and tells every voter."],
    undo: "Resume ends it.",
    confirm: null,
    validMs: 30_000,
    ...changed,
  };
}
