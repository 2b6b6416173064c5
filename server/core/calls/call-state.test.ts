import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DeadlineQueue } from "../deadline-queue.ts";
import { CallDigest, digestOf } from "./call-digest.ts";
import type { Connection } from "./connection.ts";
import { ConnectionTable, isEstablished } from "./connection-table.ts";
import { liveConnections } from "./live-connections.ts";
import { talk } from "./scenarios/play.ts";
import { World } from "./scenarios/world.ts";
import { auditedLeg } from "./testing/audited-leg.ts";

const hex = (length: number) => fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });

function leg(call: number, side: 0 | 1, connected: boolean): Connection {
  return auditedLeg({
    gateway: `gw-${(call + side) % 7}`,
    setupTicks: call,
    index: side + 1,
    endpoint: `ds/${call}-${side}`,
    callId: `call-${call}`,
    state: connected ? "active" : "connecting",
    origin: side === 0 ? "answer" : "originate",
    connectAt: connected ? 1 : null,
  });
}

describe("digest", () => {
  test("has no order, and forgets what was removed", () => {
    fc.assert(
      fc.property(fc.uniqueArray(hex(32)), hex(31), (ids, other) => {
        const digest = new CallDigest();
        for (const id of ids) digest.add(id);
        digest.add(other);
        expect(digest.text()).not.toBe(digestOf(ids));
        digest.remove(other);
        expect(digest.text()).toBe(digestOf([...ids].reverse()));
        expect(digest.text()).toMatch(/^[0-9a-f]{16}$/);
      }),
    );
  });

  test("ids that differ in one digit differ in the digest", () => {
    const seen = new Set<string>();
    for (let index = 0; index < 50_000; index += 1) seen.add(digestOf([index.toString(16).padStart(32, "0")]));
    expect(seen.size).toBe(50_000);
  });
});

describe("connection table", () => {
  test("its counts and digest are what a recount gives, after any additions and removals", () => {
    const act = fc.tuple(fc.boolean(), fc.nat(8), fc.constantFrom<0 | 1>(0, 1), fc.boolean());
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
        const table = new ConnectionTable();
        for (const [add, call, side, connected] of acts) {
          if (add) table.upsert(leg(call, side, connected));
          else table.remove(leg(call, side, connected));
        }
        const rows = [...table.all()];
        expect(table.size).toBe(rows.length);
        const established = [...table.callIds()].filter((callId) => isEstablished(table.ofCall(callId)));
        expect(table.digest()).toBe(digestOf(established));
        expect(table.establishedCalls).toBe(established.length);
        for (const row of rows) expect(table.ofCall(row.callId!)).toContain(row);
      }),
    );
  });

  test("a null never overwrites a value, and the more exact reading of an instant stands", () => {
    const table = new ConnectionTable();
    table.upsert({ ...leg(1, 0, false), connectionId: "77", setupAt: 1_003, clockErrorMs: 30 });
    const merged = table.upsert({ ...leg(1, 0, true), setupAt: 1_000, connectAt: 5_000, clockErrorMs: 8 });
    expect(merged).toMatchObject({ connectionId: "77", setupAt: 1_000, connectAt: 5_000, clockErrorMs: 8, state: "active" });
    expect(table.upsert({ ...leg(1, 0, true), setupAt: 1_009, connectAt: 5_020, clockErrorMs: 50 })).toMatchObject({
      setupAt: 1_000,
      clockErrorMs: 8,
    });
  });

  test("100,000 connections are counted and digested as they come and go, never by walking them", () => {
    const table = new ConnectionTable();
    for (let call = 0; call < 50_000; call += 1) for (const side of [0, 1] as const) table.upsert(leg(call, side, true));
    expect(table.establishedCalls).toBe(50_000);
    const before = table.digest();
    table.remove(leg(7, 0, true));
    expect(table.digest()).not.toBe(before);
    table.upsert(leg(7, 0, true));
    expect(table.digest()).toBe(before);
    expect(table.size).toBe(100_000);
  });
});

describe("deadline queue", () => {
  test("gives the newest deadline of each call, soonest first", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.option(fc.nat(1_000), { nil: null })), { maxLength: 60 }), (sets) => {
        const queue = new DeadlineQueue<string>();
        const expected = new Map<string, number>();
        for (const [call, at] of sets) {
          queue.set(`call-${call}`, at);
          if (at === null) expected.delete(`call-${call}`);
          else expected.set(`call-${call}`, at);
        }
        const taken: number[] = [];
        for (let call = queue.takeDue(2_000); call !== null; call = queue.takeDue(2_000)) {
          taken.push(expected.get(call)!);
          expected.delete(call);
        }
        expect(taken).toEqual([...taken].sort((a, b) => a - b));
        expect(expected.size).toBe(0);
        expect(queue.next()).toBeNull();
      }),
    );
  });
});

describe("live connections", () => {
  test("each leg once: audited, known from signalling only, or seen by audits of a standby", () => {
    const world = new World(4, 2);
    world.quiet = true;
    world.control("cs-a", [...world.gateways.keys()], false, null, 0);
    talk(world, "aaln/1@if-1", "50501", "aaln/1@if-2");
    for (const server of ["cs-a", "cs-b"])
      world.tell(server, { kind: "poll-finished", poll: world.gateways.get("if-1")!.poll(world.mono, world.wall, null) });
    const told = (server: string) =>
      [...liveConnections(world.servers.get(server)!.state, { mono: world.mono, wall: world.wall })].map(
        ({ connection, call, phase, continuity }) =>
          `${connection.endpoint} ${connection.localNumber}→${connection.peerNumber} ${connection.source} ${call ? "ours" : "audited"} ${phase} ${continuity}`,
      );
    expect(told("cs-a")).toEqual([
      "aaln/1@if-1 50101→50501 snmp ours talking preserved",
      "aaln/1@if-2 50501→50101 signalling ours talking preserved",
    ]);
    expect(told("cs-b")).toEqual(["aaln/1@if-1 50101→50501 snmp audited ringing unknown"]);
  });
});
