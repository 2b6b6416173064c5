/**
 * Two servers that poll the same gear every five seconds, each with its own clocks, walks and failures; one of them holds the title. Time is true
 * time, ms. What truly happened to each call is kept beside.
 */
import type { CallRecord } from "../../calls/call-record.ts";
import { noEpoch } from "../../identity.ts";
import { ObservedCalls } from "../observed-calls.ts";
import { defaultObservedPolicy, type ObservedEffect, type ObservedEvent } from "../observed-event.ts";
import { type GearKind, GearModel, mostWallOffset, type ServerClocks, type TrueLeg, wallBase } from "./gear-model.ts";

export const gearKinds: readonly GearKind[] = [
  { name: "full", callIds: true, stampsSetup: true, stampsConnect: true, boot: "engine-boots", keepsHistory: true },
  { name: "plain", callIds: false, stampsSetup: true, stampsConnect: true, boot: "uptime", keepsHistory: false },
  { name: "bare", callIds: true, stampsSetup: false, stampsConnect: false, boot: "none", keepsHistory: false },
  { name: "setup-only", callIds: false, stampsSetup: true, stampsConnect: false, boot: "engine-boots", keepsHistory: true },
  { name: "kept-boots", callIds: false, stampsSetup: true, stampsConnect: true, boot: "kept-boots", keepsHistory: false },
];

export const pollMs = 5_000;

export interface TrueCall {
  readonly id: string;
  readonly legs: { readonly gear: GearModel; readonly leg: TrueLeg }[];
}

/** With the legs that its writer had heard of then: more it cannot know. */
export interface WrittenRecord {
  readonly record: CallRecord;
  readonly heardOf: readonly TrueLeg[];
}

/** One boot of one server. */
export class Instance {
  readonly name: string;
  readonly calls: ObservedCalls;
  readonly clocks: ServerClocks;
  readonly records: WrittenRecord[] = [];
  readonly effects: ObservedEffect[] = [];
  /** Calls that it saw connected, and legs that it saw at all or was told of by a history. */
  readonly seen = new Set<string>();
  readonly seenLegs = new Set<TrueLeg>();
  alive = true;
  readonly badPolls = new Map<string, number>();

  constructor(name: string, clocks: ServerClocks) {
    this.name = name;
    this.clocks = clocks;
    this.calls = new ObservedCalls(name, defaultObservedPolicy);
  }
}

interface Planned {
  readonly at: number;
  readonly act: () => void;
}

export class ObservingSite {
  now = 1_000_000;
  readonly gear = gearKinds.map((kind) => new GearModel(kind, this.now - 100_000));
  readonly trueCalls: TrueCall[] = [];
  readonly instances: Instance[] = [];
  holder: Instance | null = null;
  /** Who held the title when. */
  readonly reigns: { readonly by: Instance; readonly from: number; to: number | null }[] = [];
  /** 0 ≤ x < 1; decides how polls go. */
  readonly #chance: () => number;
  readonly #planned: Planned[] = [];

  constructor(chance: () => number) {
    this.#chance = chance;
    this.start("cs-a");
    this.start("cs-b");
    this.gainTitle(this.instances[0]!, null);
  }

  start(name: string): Instance {
    const instance = new Instance(name, {
      monoOffset: Math.floor(this.#chance() * 50_000),
      wallOffset: wallBase + Math.floor(this.#chance() * mostWallOffset),
    });
    this.instances.push(instance);
    for (const gear of this.gear) {
      this.tell(instance, { kind: "gear-added", gear: { gateway: gear.kind.name, pollMs, keepsHistory: gear.kind.keepsHistory } });
      this.#plan(Math.floor(this.#chance() * pollMs), () => this.#poll(instance, gear));
    }
    return instance;
  }

  tell(instance: Instance, event: ObservedEvent): void {
    if (!instance.alive) return;
    const { monoOffset, wallOffset } = instance.clocks;
    for (const effect of instance.calls.step(event, { mono: this.now + monoOffset, wall: this.now + wallOffset })) {
      instance.effects.push(effect);
      if (effect.kind === "store-record" && instance !== this.holder) throw new Error(`${instance.name} wrote a record without the title`);
      if (effect.kind === "store-record") instance.records.push({ record: effect.record, heardOf: [...instance.seenLegs] });
      else if (effect.kind === "read-history") this.#readHistory(instance, effect);
    }
  }

  gainTitle(instance: Instance, silentSince: number | null): void {
    this.holder = instance;
    this.reigns.push({ by: instance, from: this.now, to: null });
    const since = silentSince === null ? null : silentSince + instance.clocks.wallOffset;
    this.tell(instance, {
      kind: "title-gained",
      silentSince: since,
      epoch: { ...noEpoch, number: this.reigns.length, server: instance.name },
    });
  }

  /** The holder dies, or gives the title away; the other one has it after a gap. */
  changeTitle(crash: boolean, gapMs: number): void {
    const from = this.holder;
    const to = this.instances.find((one) => one.alive && one !== from) ?? null;
    if (from === null || to === null) return;
    this.reigns.at(-1)!.to = this.now;
    if (crash) from.alive = false;
    this.holder = null;
    if (!crash) this.tell(from, { kind: "title-lost" });
    const silentSince = this.now;
    this.run(gapMs);
    this.gainTitle(to, silentSince);
  }

  /** A server that died comes back, and knows nothing. */
  restore(): void {
    for (const name of ["cs-a", "cs-b"]) if (!this.instances.some((one) => one.name === name && one.alive)) this.start(name);
  }

  call(places: readonly number[]): TrueCall {
    const id = `call-${this.trueCalls.length}`;
    const legs = places.map((place, position) => {
      const gear = this.gear[place]!;
      return { gear, leg: gear.setUp(id, position === 0 ? "answer" : "originate", this.now) };
    });
    const call = { id, legs };
    this.trueCalls.push(call);
    return call;
  }

  connect(call: TrueCall): void {
    // A call of which a leg is gone is not answered any more.
    if (call.legs.some(({ leg }) => leg.endAt !== null)) return;
    for (const { leg } of call.legs) leg.connectAt ??= this.now;
  }

  hangUp(call: TrueCall): void {
    for (const { gear, leg } of call.legs) gear.hangUp(leg, this.now);
  }

  run(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const planned = this.#planned[0];
      const deadlines = this.instances.flatMap((one) => {
        const at = one.alive ? one.calls.deadline() : null;
        return at === null ? [] : [{ one, at: Math.max(this.now, at - one.clocks.monoOffset) }];
      });
      const due = deadlines.sort((a, b) => a.at - b.at)[0];
      const at = Math.min(planned?.at ?? Number.POSITIVE_INFINITY, due?.at ?? Number.POSITIVE_INFINITY);
      if (at > until) break;
      this.now = at;
      if (due !== undefined && due.at === at) {
        this.tell(due.one, { kind: "deadline-passed" });
        const next = due.one.calls.deadline();
        if (next !== null && next - due.one.clocks.monoOffset <= at) throw new Error("a handled deadline did not move on");
      } else {
        this.#planned.shift();
        planned!.act();
      }
    }
    this.now = until;
  }

  #plan(afterMs: number, act: () => void): void {
    this.#planned.push({ at: this.now + afterMs, act });
    this.#planned.sort((a, b) => a.at - b.at);
  }

  /** The walk takes a while, and what it found may be told late. Not more than two bad ones in a row. */
  #poll(instance: Instance, gear: GearModel): void {
    if (!instance.alive) return;
    const from = this.now;
    const { name } = gear.kind;
    const bad = instance.badPolls.get(name) ?? 0;
    const drawn = this.#chance();
    const outcome = bad >= 2 || drawn < 0.75 ? "complete" : drawn < 0.87 ? "cut" : "failed";
    instance.badPolls.set(name, outcome === "complete" ? 0 : bad + 1);
    const walkMs = Math.floor(this.#chance() * 800);
    const lateMs = this.#chance() < 0.2 ? Math.floor(this.#chance() * 3_000) : 0;
    this.#plan(walkMs, () => {
      const poll = gear.poll(instance.clocks, from, this.now, outcome);
      this.#plan(lateMs, () => {
        if (instance.alive && poll.failure === null) this.#noteSeen(instance, gear, poll.rows);
        this.tell(instance, { kind: "poll-finished", poll });
        this.#plan(Math.max(0, from + pollMs - this.now), () => this.#poll(instance, gear));
      });
    });
  }

  #noteSeen(instance: Instance, gear: GearModel, rows: readonly { readonly index: number; readonly state?: string }[]): void {
    for (const row of rows) {
      const leg = gear.legs.find((one) => one.index === row.index)!;
      instance.seenLegs.add(leg);
      if (row.state === "active") instance.seen.add(leg.callId);
    }
  }

  #readHistory(instance: Instance, { gateway, since }: Extract<ObservedEffect, { kind: "read-history" }>): void {
    const gear = this.gear.find((one) => one.kind.name === gateway)!;
    const startedAt = this.now + instance.clocks.monoOffset;
    const readMs = Math.floor(this.#chance() * 1_000);
    const complete = this.#chance() < 0.8;
    this.#plan(readMs, () => {
      const all = gear.history(instance.clocks, since);
      const rows = complete ? all : all.slice(0, Math.floor(all.length / 2));
      this.#noteSeen(instance, gear, rows);
      this.tell(instance, { kind: "history-read", gateway, startedAt, rows, complete });
    });
  }
}
