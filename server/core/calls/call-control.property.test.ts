/**
 * Random telephone traffic over random changes of control. After every step: no endpoint in two calls, counts and digests equal to
 * what a recount gives. At the end, healed: nothing hangs, and each answered call that ended has a record that is right within its error.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CallControl } from "./call-control.ts";
import { digestOf } from "./call-digest.ts";
import { betterRecord, type CallRecord } from "./call-record.ts";
import { isConnected } from "./connection-table.ts";
import { legsOf, phaseOf } from "./live-call.ts";
import { World } from "./scenarios/world.ts";

interface Truth {
  answeredAt: number | null;
  endedAt: number | null;
}

/** The world with parties that do only what people and networks can do, and a note of what they truly did. */
class Site {
  readonly world = new World(3, 2);
  readonly truth = new Map<string, Truth>();
  readonly endpoints;

  constructor() {
    this.world.quiet = true;
    this.endpoints = this.world.numbering.endpoints;
    this.world.control("cs-a", [...this.world.gateways.keys()], false, null, 0);
  }

  act(choice: number, pick: number): void {
    const spec = this.endpoints[pick % this.endpoints.length]!;
    const { endpoint, kind } = spec;
    const gateway = this.world.gatewayOf(endpoint);
    const connection = gateway.connectionAt(endpoint);
    if (kind === "line") {
      if (!gateway.offHook.has(endpoint)) {
        this.#answered(endpoint);
        this.world.party(endpoint, { kind: "off-hook" });
      } else if (choice % 3 === 0) this.#hangUp(endpoint, true);
      else this.world.party(endpoint, { kind: "digits", digits: numbers[(choice + pick) % numbers.length]! });
      return;
    }
    if (!connection) this.world.party(endpoint, { kind: "seizure", called: numbers[choice % numbers.length]!, calling: "0300" });
    else if (connection.called && connection.connectAt === null && choice % 4 !== 0) {
      this.#answered(endpoint);
      this.world.party(endpoint, { kind: "answer" });
    } else this.#hangUp(endpoint, false);
  }

  #answered(endpoint: string): void {
    const connection = this.world.gatewayOf(endpoint).connectionAt(endpoint);
    if (!connection?.called) return;
    const truth = this.#of(connection.callId);
    if (truth.endedAt === null) truth.answeredAt ??= this.world.wall;
  }

  #hangUp(endpoint: string, line: boolean): void {
    const connection = this.world.gatewayOf(endpoint).connectionAt(endpoint);
    if (connection) this.#of(connection.callId).endedAt ??= this.world.wall;
    this.world.party(endpoint, line ? { kind: "on-hook" } : { kind: "release", cause: 16 });
  }

  #of(callId: string): Truth {
    let truth = this.truth.get(callId);
    if (!truth) {
      truth = { answeredAt: null, endedAt: null };
      this.truth.set(callId, truth);
    }
    return truth;
  }

  changeControl(gapMs: number, eachMs: number, crash: boolean): void {
    const from = [...this.world.owners.values()][0]!;
    const to = from === "cs-a" ? "cs-b" : "cs-a";
    const silentSince = this.world.wall;
    if (crash) this.world.kill(from);
    else this.world.resign(from);
    this.world.run(gapMs);
    this.world.control(to, [...this.world.gateways.keys()], true, silentSince, eachMs);
    if (crash) this.world.at(this.world.mono + 1, () => this.world.restore(from));
  }

  poll(server: string, cut: number | null): void {
    if (this.world.dead.has(server)) return;
    for (const gateway of this.world.gateways.values()) {
      this.world.tell(server, { kind: "poll-finished", poll: gateway.poll(this.world.mono, this.world.wall, cut) });
    }
  }

  /** Everybody hangs up, and the audits go on for a while. */
  heal(): void {
    for (let round = 0; round < 3; round += 1) {
      for (const { endpoint, kind } of this.endpoints) {
        const gateway = this.world.gatewayOf(endpoint);
        if (kind === "line" ? gateway.offHook.has(endpoint) : gateway.connectionAt(endpoint)) this.#hangUp(endpoint, kind === "line");
      }
      for (let times = 0; times < 8; times += 1) {
        this.world.run(5_000);
        this.poll("cs-a", null);
        this.poll("cs-b", null);
      }
    }
  }
}

const numbers = ["50101", "50102", "50103", "50501", "50502", "50503", "0301", "0302", "999", "50"];

function recount(control: CallControl): void {
  const { state } = control;
  const phases = { "setting-up": 0, ringing: 0, talking: 0, releasing: 0 };
  const expected = new Map<string, number>();
  const taken = new Set<string>();
  for (const call of state.calls()) {
    phases[phaseOf(call.stage)] += 1;
    for (const leg of legsOf(call)) {
      expect(leg.row.callId, "an endpoint belongs to the call that has it").toBe(call.callId);
      expect(taken.has(leg.row.endpoint), "an endpoint is in one call only").toBe(false);
      taken.add(leg.row.endpoint);
      if (leg.stage === "up") expected.set(leg.row.gateway, (expected.get(leg.row.gateway) ?? 0) + 1);
    }
  }
  expect(state.byPhase).toEqual(phases);
  expect(state.digest()).toBe(digestOf([...state.calls()].filter((call) => call.stage === "talking").map((call) => call.callId)));
  const established = [...state.connections.callIds()].filter((callId) => state.connections.ofCall(callId).filter(isConnected).length >= 2);
  expect(state.connections.digest()).toBe(digestOf(established));
  for (const row of state.endpoints.all())
    expect(state.endpoints.busyCount(row.gateway)).toBeLessThanOrEqual(state.endpoints.ofGateway(row.gateway).length);
  for (const gateway of new Set(state.numbering.endpoints.map((spec) => spec.gateway)))
    expect(state.expectedAt(gateway)).toBe(expected.get(gateway) ?? 0);
}

const step = fc.record({
  what: fc.constantFrom("act", "act", "act", "act", "act", "act", "run", "run", "again", "poll", "cut", "change"),
  choice: fc.nat(1000),
  pick: fc.nat(1000),
  ms: fc.constantFrom(1, 4, 6, 11, 30, 300, 3_000),
});

function perform(site: Site, one: { what: string; choice: number; pick: number; ms: number }): void {
  const { world } = site;
  if (one.what === "act") site.act(one.choice, one.pick);
  else if (one.what === "run") world.run(one.ms);
  else if (one.what === "poll") site.poll(one.choice % 2 === 0 ? "cs-a" : "cs-b", null);
  else if (one.what === "cut") site.poll(one.choice % 2 === 0 ? "cs-a" : "cs-b", one.pick % 3);
  else if (one.what === "change") site.changeControl(one.ms, one.choice % 40, one.pick % 2 === 0);
  else world.tellAgain();
}

function mergedRecords(world: World): Map<string, CallRecord> {
  const merged = new Map<string, CallRecord>();
  for (const { record } of world.records) {
    const before = merged.get(record.callId);
    merged.set(record.callId, before ? betterRecord(before, record) : record);
  }
  return merged;
}

function checkEnd(site: Site): void {
  const { world } = site;
  for (const [name, control] of world.servers) {
    expect(control.state.size, `${name} has calls that hang`).toBe(0);
    expect(control.pendingCommands, `${name} waits for results`).toBe(0);
    expect(control.adoption().incomplete, `${name} has incomplete calls`).toBe(0);
    const own = world.records.filter((entry) => entry.server === name).map((entry) => entry.record.callId);
    expect(new Set(own).size, `${name} wrote two records of one call`).toBe(own.length);
  }
  for (const gateway of world.gateways.values()) expect([...gateway.connections.values()], `${gateway.name} holds connections`).toEqual([]);
  const records = mergedRecords(world);
  for (const [callId, truth] of site.truth) {
    if (truth.answeredAt === null) continue;
    const record = records.get(callId);
    expect(record, `answered call ${callId} has a record`).toBeDefined();
    if (truth.endedAt === null || !record) continue;
    const error = Math.abs(record.durationMs - (truth.endedAt - truth.answeredAt));
    expect(
      error,
      `${callId} lasted ${truth.endedAt - truth.answeredAt}, not ${record.durationMs}±${record.durationErrorMs}`,
    ).toBeLessThanOrEqual(record.durationErrorMs);
  }
}

function runScenario(steps: readonly { what: string; choice: number; pick: number; ms: number }[]): void {
  const site = new Site();
  for (const one of steps) {
    perform(site, one);
    for (const control of site.world.servers.values()) recount(control);
  }
  site.heal();
  for (const control of site.world.servers.values()) recount(control);
  checkEnd(site);
}

describe("call control under random traffic", () => {
  test("with one server, every answered call has its record and nothing hangs", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => runScenario(steps.filter((one) => one.what !== "change"))),
      { numRuns: Number(process.env.RUNS ?? 30) },
    );
  });

  test("over changes of control, every answered call has its record and nothing hangs", () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 120 }), runScenario), { numRuns: Number(process.env.RUNS ?? 30) });
  });
});
