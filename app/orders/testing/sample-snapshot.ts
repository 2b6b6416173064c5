/** A snapshot of a pair that is well, with what the tests of orders and notices look at; each test changes its part. */
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";

export const sampleAt = Date.UTC(2026, 10, 21, 12, 0, 0);

const voters = ["gw-1", "gw-2", "wit-1"];

function server(name: string, rank: number) {
  return {
    name,
    rank,
    state: "up",
    error: null,
    observedAt: sampleAt,
    ttlMs: 3000,
    status: {
      name,
      state: name === "cs-a" ? "holding" : "standby",
      voterSet: { version: 17, voters, previous: null },
      configuredVoters: voters,
      lent: [],
    },
  };
}

/** `changed`: whole parts of the snapshot; `statuses`: fields of each server's status. */
export function sampleSnapshot(changed: object = {}, statuses: Readonly<Record<string, object>> = {}): ConsoleSnapshot {
  const gateways = ["gw-1", "gw-2", "gw-3"].map((name) => ({ name, kind: "trunk", state: "up", owner: "cs-a", status: null }));
  const servers = [server("cs-a", 0), server("cs-b", 1)].map((one) => ({ ...one, status: { ...one.status, ...statuses[one.name] } }));
  const guard = {
    state: "armed",
    pause: null,
    used: 0,
    limit: 3,
    windowMs: 3_600_000,
    acknowledgedEpoch: null,
    source: "cs-a",
    votersThatKnow: 3,
    voters: 3,
    conflict: null,
  };
  return {
    at: sampleAt,
    primary: "cs-a",
    standby: "cs-b",
    epoch: { number: 41, server: "cs-a" },
    guard,
    scheduled: null,
    untitled: [],
    failover: null,
    servers,
    gateways,
    witnesses: [{ name: "wit-1", state: "up", status: null }],
    ...changed,
  } as unknown as ConsoleSnapshot;
}

export function samplePause(until: number | null = null) {
  return { by: "ana", reason: "the core switch is replaced", since: sampleAt - 60_000, until };
}
