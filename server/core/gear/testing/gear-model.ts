/**
 * Gear with real calls, for tests: what truly happened is known, and a poll tells of it what such gear can tell. Each row of a walk is read at a
 * moment of its own, as gear does.
 */
import type { ActivePoll } from "../../calls/complete-poll.ts";
import type { Connection, EndedConnection } from "../../calls/connection.ts";
import { auditedLeg } from "../../calls/testing/audited-leg.ts";
import { derivedCallId } from "../ended-leg.ts";

export interface GearKind {
  readonly name: string;
  readonly callIds: boolean;
  readonly stampsSetup: boolean;
  readonly stampsConnect: boolean;
  /** kept-boots: snmpEngineBoots that stay equal over restarts. */
  readonly boot: "engine-boots" | "kept-boots" | "uptime" | "none";
  readonly keepsHistory: boolean;
}

/** In true time, ms; null = has not happened. */
export interface TrueLeg {
  readonly callId: string;
  readonly origin: "originate" | "answer";
  readonly setupAt: number;
  connectAt: number | null;
  endAt: number | null;
  lost: boolean;
  readonly engineBoots: number;
  readonly setupTicks: number;
  readonly index: number;
}

/** True time as one server's clocks show it. */
export interface ServerClocks {
  readonly monoOffset: number;
  readonly wallOffset: number;
}

const stampErrorMs = 12;

/** Wall clocks show true time and this, and up to two seconds more. */
export const wallBase = 1_700_000_000_000;
export const mostWallOffset = 2_000;

let indexes = 0;

export class GearModel {
  readonly kind: GearKind;
  readonly legs: TrueLeg[] = [];
  readonly #ended: TrueLeg[] = [];
  #bootAt: number;
  #engineBoots = 1;

  constructor(kind: GearKind, bootAt: number) {
    this.kind = kind;
    this.#bootAt = bootAt;
  }

  setUp(callId: string, origin: TrueLeg["origin"], at: number): TrueLeg {
    indexes += 1;
    const leg: TrueLeg = {
      callId,
      origin,
      setupAt: at,
      connectAt: null,
      endAt: null,
      lost: false,
      engineBoots: this.#engineBoots,
      setupTicks: Math.floor((at - this.#bootAt) / 10),
      index: indexes,
    };
    this.legs.push(leg);
    return leg;
  }

  hangUp(leg: TrueLeg, at: number): void {
    if (leg.endAt !== null) return;
    leg.endAt = at;
    this.#ended.push(leg);
  }

  restart(at: number): void {
    for (const leg of this.legs) {
      if (leg.endAt !== null) continue;
      leg.endAt = at;
      leg.lost = true;
    }
    this.#ended.length = 0;
    this.#bootAt = at;
    if (this.kind.boot !== "kept-boots") this.#engineBoots += 1;
  }

  /** The ids under which a record of that leg's call may come: two where the servers' clocks lie on both sides of an edge; see derivedCallId. */
  callIdsOf(leg: TrueLeg): readonly string[] {
    if (this.kind.callIds) return [leg.callId];
    const { setupTicks, index, engineBoots } = leg;
    const run = { engineBoots: this.#tellsBoots ? engineBoots : null, namesakes: 0 };
    const clocks = this.kind.stampsSetup ? [-stampErrorMs, mostWallOffset + stampErrorMs] : [null];
    const ids = clocks.map((by) => {
      const setupAt = by === null ? null : wallBase + leg.setupAt + by;
      return derivedCallId({ gateway: this.kind.name, setupTicks, index, setupAt }, run);
    });
    return [...new Set(ids)];
  }

  get #tellsBoots(): boolean {
    return this.kind.boot === "engine-boots" || this.kind.boot === "kept-boots";
  }

  /** What a walk from `from` to `to` finds. `cut`: one column did not come to its end, and every other row is missing. */
  poll(clocks: ServerClocks, from: number, to: number, outcome: "complete" | "cut" | "failed"): ActivePoll {
    const restarted = this.#bootAt > from;
    const uptime = (at: number): number | null => (this.kind.boot === "none" ? null : Math.max(0, Math.floor((at - this.#bootAt) / 10)));
    const found = this.legs.filter((leg) => isUp(leg, momentOf(leg, from, to)) && (!restarted || leg.setupAt >= this.#bootAt));
    const rows = found.filter((_, place) => outcome !== "cut" || place % 2 === 0).map((leg) => this.#row(leg, clocks, from, to));
    const failed = outcome === "failed" || restarted;
    return {
      gateway: this.kind.name,
      startedAt: from + clocks.monoOffset,
      startedWall: from + clocks.wallOffset,
      endedAt: to + clocks.monoOffset,
      endedWall: to + clocks.wallOffset,
      failure: failed ? "no answer" : null,
      tellsBoot: this.kind.boot !== "none",
      uptimeBefore: failed ? null : uptime(from),
      uptimeAfter: failed ? null : uptime(to),
      engineBoots: this.#tellsBoots && !failed ? this.#engineBoots : null,
      columns: [{ column: "state", reachedEnd: outcome === "complete" }],
      activeCount: null,
      rows: failed ? [] : rows,
      partialRows: 0,
    };
  }

  /** Of those that ended at or after the instant, by the server's wall clock. */
  history(clocks: ServerClocks, since: number): EndedConnection[] {
    return this.#ended.filter((leg) => leg.endAt! + clocks.wallOffset >= since).map((leg) => this.#endedRow(leg, clocks));
  }

  #row(leg: TrueLeg, clocks: ServerClocks, from: number, to: number): Connection {
    const moment = momentOf(leg, from, to);
    const connected = leg.connectAt !== null && leg.connectAt <= moment;
    const stamp = (at: number): number => at + clocks.wallOffset + (leg.index % 3) * 5 - 5;
    return auditedLeg({
      gateway: this.kind.name,
      endpoint: null,
      callId: this.kind.callIds ? leg.callId : null,
      // As a driver reckons it, a little different in every server.
      bootEpoch: Math.round((this.#bootAt + clocks.wallOffset) / 1_000),
      setupTicks: leg.setupTicks,
      index: leg.index,
      state: connected ? "active" : "connecting",
      origin: leg.origin,
      localNumber: leg.origin === "answer" ? "100" : "200",
      peerNumber: leg.origin === "answer" ? "200" : "100",
      setupAt: this.kind.stampsSetup ? stamp(leg.setupAt) : null,
      connectAt: this.kind.stampsConnect && connected ? stamp(leg.connectAt!) : null,
      clockErrorMs: stampErrorMs,
      // As a driver says that has read the states before it reads the rest.
      seenAt: to + clocks.monoOffset,
    });
  }

  #endedRow(leg: TrueLeg, clocks: ServerClocks): EndedConnection {
    const row = this.#row(leg, clocks, leg.endAt! - 1, leg.endAt! - 1);
    const { state, carries, connectionId, seenAt, source, detail, ...facts } = row;
    return {
      ...facts,
      setupAt: leg.setupAt + clocks.wallOffset,
      connectAt: leg.connectAt === null ? null : leg.connectAt + clocks.wallOffset,
      endAt: leg.endAt! + clocks.wallOffset + 3,
      cause: 16,
      releasedHere: leg.origin === "answer",
    };
  }
}

function isUp({ setupAt, endAt }: TrueLeg, at: number): boolean {
  return setupAt <= at && (endAt === null || endAt > at);
}

/** Some moment of the walk, another one for each leg. */
function momentOf({ index }: TrueLeg, from: number, to: number): number {
  return from + Math.floor(((index * 37) % 101) * ((to - from) / 100));
}
