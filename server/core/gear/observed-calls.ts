/**
 * Calls on gear that Tandem did not make and whose calls it did not set up. Every server polls that gear and knows as much; the title holder writes
 * the records. Events in, effects out, time as an argument, the next deadline told.
 * Invariants: a poll that was not complete ends nothing; a call that was connected, and ended, yields one record under one id,
 * whichever server writes it; each instant of it says where it comes from and how far off it can be.
 */
import { type AuditFreshness, defaultPollPolicy, PollJudge } from "../calls/complete-poll.ts";
import { ConnectionTable } from "../calls/connection-table.ts";
import { DeadlineQueue } from "../deadline-queue.ts";
import type { NodeName } from "../identity.ts";
import { clockStep, type Instant, type Now } from "../time.ts";
import { unreachable } from "../unreachable.ts";
import { EndedCalls } from "./ended-calls.ts";
import { movedLeg } from "./ended-leg.ts";
import { sleptOver } from "./leg-sighting.ts";
import { count, type ObservedEngine, record } from "./observed-engine.ts";
import type { ObservedEffect, ObservedEvent, ObservedGear, ObservedPolicy } from "./observed-event.ts";
import { seeHistory } from "./observed-history.ts";
import { seePoll } from "./observed-polls.ts";
import { gainTitle, loseTitle } from "./observed-title.ts";
import { type ObservedCall, observedCalls, stuckLegsOf } from "./observed-view.ts";
import type { StuckLeg, StuckPolicy } from "./stuck-legs.ts";

export class ObservedCalls {
  readonly #engine: ObservedEngine;

  constructor(self: NodeName, policy: ObservedPolicy) {
    this.#engine = {
      self,
      policy,
      table: new ConnectionTable(),
      gear: new Map(),
      ended: new EndedCalls(),
      writes: new DeadlineQueue(),
      settled: new EndedCalls(),
      title: null,
      titleAt: Number.NEGATIVE_INFINITY,
      counters: new Map(),
      now: { mono: 0, wall: 0 },
      clocksAt: null,
      effects: [],
    };
  }

  step(event: ObservedEvent, now: Now): readonly ObservedEffect[] {
    const engine = this.#engine;
    engine.now = now;
    engine.effects = [];
    lookAtClocks(engine, now);
    take(engine, event);
    passDeadlines(engine);
    return engine.effects;
  }

  /** When a `deadline-passed` is due. */
  deadline(): Instant | null {
    return this.#engine.writes.next();
  }

  /** Legs that are up, of all gear. */
  get legs(): number {
    return this.#engine.table.size;
  }

  legsAt(gateway: NodeName): number {
    return this.#engine.table.countOf(gateway);
  }

  /** Calls that are over and whose record is not written, or not to be written here. */
  get endedCalls(): number {
    return this.#engine.ended.size;
  }

  freshness(gateway: NodeName): Readonly<AuditFreshness> | null {
    return this.#engine.gear.get(gateway)?.judge.freshness ?? null;
  }

  /** Every call of which a leg is up. */
  calls(now: Now): IterableIterator<ObservedCall> {
    return observedCalls(this.#engine, now);
  }

  stuckLegs(now: Now, policy: StuckPolicy): IterableIterator<StuckLeg> {
    return stuckLegsOf(this.#engine, now, policy);
  }

  get counters(): ReadonlyMap<string, number> {
    return this.#engine.counters;
  }
}

function take(engine: ObservedEngine, event: ObservedEvent): void {
  switch (event.kind) {
    case "gear-added":
      addGear(engine, event.gear);
      return;
    case "gear-removed":
      removeGear(engine, event.gateway);
      return;
    case "poll-finished":
      seePoll(engine, event.poll);
      return;
    case "history-read":
      seeHistory(engine, event);
      return;
    case "title-gained":
      gainTitle(engine, event.epoch, event.silentSince);
      return;
    case "title-lost":
      loseTitle(engine);
      return;
    case "deadline-passed":
      return;
    default:
      unreachable(event);
      return;
  }
}

function addGear({ gear, policy }: ObservedEngine, spec: ObservedGear): void {
  const known = gear.get(spec.gateway);
  if (known !== undefined) {
    known.spec = spec;
    return;
  }
  gear.set(spec.gateway, {
    spec,
    judge: new PollJudge({ ...defaultPollPolicy, missedPolls: policy.missedPolls }),
    sightings: new Map(),
    told: new Map(),
    engineBoots: null,
    polledAt: null,
    completeAt: null,
    historyAskedAt: null,
    historyReadAt: null,
    historySince: null,
    awaitedFrom: null,
    awaitedAt: null,
  });
}

function removeGear(engine: ObservedEngine, gateway: NodeName): void {
  const { table, gear } = engine;
  const legs = [...table.ofGateway(gateway).values()];
  for (const leg of legs) table.remove(leg);
  count(engine, "legs.forgotten", legs.length);
  gear.delete(gateway);
}

function passDeadlines(engine: ObservedEngine): void {
  const { ended, writes, settled, policy, now } = engine;
  for (let callId = writes.takeDue(now.mono); callId !== null; callId = writes.takeDue(now.mono)) {
    const call = ended.get(callId);
    if (call !== null) record(engine, call);
  }
  count(engine, "calls.crowdedOut", ended.prune(now.mono - policy.keptMs, policy.mostKept));
  settled.prune(now.mono - policy.settledMs, policy.mostKept);
}

/** Wall time moved against the monotonic clock: it was set, or the machine slept. What was placed on it before is off by up to as much. */
function lookAtClocks(engine: ObservedEngine, now: Now): void {
  const before = engine.clocksAt ?? now;
  const step = clockStep(before, now);
  if (engine.clocksAt === null || step !== 0) engine.clocksAt = now;
  if (step === 0) return;
  count(engine, "clocks.stepped");
  engine.table.doubt(Math.abs(step), Math.max(0, step));
  for (const call of engine.ended.all()) call.legs = call.legs.map((leg) => movedLeg(leg, step));
  for (const gear of engine.gear.values()) {
    for (const [text, row] of gear.told) gear.told.set(text, { ...row, clockErrorMs: row.clockErrorMs + Math.abs(step) });
    if (gear.historySince !== null) gear.historySince += Math.min(0, step);
    if (gear.awaitedFrom !== null) gear.awaitedFrom += Math.min(0, step);
    if (step < 0) continue;
    for (const [text, sighting] of gear.sightings) gear.sightings.set(text, sleptOver(sighting, step));
  }
}
