/** What servers say of the audits of gateways and of gear of others, for tests. */
import type { PollFigures } from "../../core/polling/poll-figures.ts";
import type { GearSpec } from "../../core/site/gear.ts";
import type { GearDetail, GearHealth, PollTranscript } from "../../core/status/gear-status.ts";

export const fakeGearSpec: GearSpec = {
  name: "pbx-1",
  kind: "trunk",
  priority: 9,
  audit: { protocol: "rpc", url: "http://127.0.0.1:5060/RPC" },
  control: "none",
  pollSeconds: 5,
  packetsPerSecond: 20,
  polled: true,
};

export function fakeFigures(gateway: string, now: number, changed: Partial<PollFigures> = {}): PollFigures {
  return {
    gateway,
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
    ...changed,
  };
}

export function fakeGearHealth(now: number, changed: Partial<GearHealth> = {}): GearHealth {
  return {
    name: "pbx-1",
    kind: "trunk",
    protocol: "rpc",
    control: "none",
    address: "http://127.0.0.1:5060/RPC",
    profile: "kamailio-rpc",
    polling: fakeFigures("pbx-1", now),
    legs: 4,
    calls: 2,
    stuck: 0,
    reachability: null,
    ...changed,
  };
}

export function fakeGearDetail(source: string, name: string, now: number, changed: Partial<GearDetail> = {}): GearDetail {
  return {
    name,
    at: now,
    source,
    own: false,
    protocol: "rpc",
    address: "http://127.0.0.1:5060/RPC",
    profile: {
      name: "kamailio-rpc",
      title: "Kamailio by dlg.list",
      protocol: "rpc",
      identity: "kamailio (5.7.4)",
      says: { callId: "call-id", setup: "start_ts" },
      tellsBoot: false,
      keepsHistory: false,
      notes: [],
    },
    polling: fakeFigures(name, now),
    past: [],
    differences: [],
    stuck: [],
    notifiedEntity: null,
    ...changed,
  };
}

export function fakeTranscript(source: string, name: string, now: number, changed: Partial<PollTranscript> = {}): PollTranscript {
  return {
    name,
    at: now,
    source,
    mode: "liveness",
    complete: true,
    because: null,
    rows: 4,
    packets: 2,
    rttMs: 0.8,
    durationMs: 3,
    exchange: [
      { atMs: 0.1, sent: true, text: '{"method":"dlg.list"}' },
      { atMs: 0.9, sent: false, text: '{"result":[]}' },
    ],
    leftOut: 0,
    ...changed,
  };
}
