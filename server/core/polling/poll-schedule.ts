/**
 * The schedule of audits of all gear that one process polls, ten thousand pieces or more. Events in, effects out, time as an argument, the next
 * deadline told; a step costs O(log n) for each audit that begins or ends.
 * An audit begins when three things hold: it is due, its gear's own budget and the process' budget of packets allow it, and fewer than so many
 * are under way. What is due and has to wait is late, and how late is told.
 */
import { DeadlineQueue } from "../deadline-queue.ts";
import type { NodeName } from "../identity.ts";
import type { Instant, Now } from "../time.ts";
import { unreachable } from "../unreachable.ts";
import type { GearPolling, PollEffect, PollEvent, PollNumber, PollOutcome } from "./poll-event.ts";
import type { PastPoll, PollFigures } from "./poll-figures.ts";
import { PolledGear } from "./polled-gear.ts";
import type { SchedulePolicy } from "./schedule-policy.ts";
import { TokenBucket } from "./token-bucket.ts";

export class PollSchedule {
  readonly #policy: SchedulePolicy;
  readonly #gear = new Map<NodeName, PolledGear>();
  /** Gear by when something is to happen with it: its audit is due, its budget allows one, or the one under way is overdue. */
  readonly #later = new DeadlineQueue<NodeName>();
  /** Gear that is due and may be polled as soon as the process may; the longest due first. */
  readonly #urgent = new DeadlineQueue<NodeName>();
  readonly #ordinary = new DeadlineQueue<NodeName>();
  #bucket: TokenBucket | null = null;
  /** When the process' budget allows the audit that is next; null where it is not what keeps it waiting. */
  #affordableAt: Instant | null = null;
  #underWay = 0;
  #begun: PollNumber = 0;
  readonly #counters = new Map<string, number>();

  constructor(policy: SchedulePolicy) {
    this.#policy = policy;
  }

  step(event: PollEvent, now: Now): readonly PollEffect[] {
    const effects: PollEffect[] = [];
    this.#take(event, now, effects);
    this.#lookAtDue(now);
    this.#begin(now, effects);
    return effects;
  }

  /** When a `deadline-passed` is due. */
  deadline(): Instant | null {
    const next = this.#later.next();
    if (this.#affordableAt === null) return next;
    return next === null ? this.#affordableAt : Math.min(next, this.#affordableAt);
  }

  get size(): number {
    return this.#gear.size;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** `polls.overdue`, `polls.unknown`, `requests.refused`. */
  get counters(): ReadonlyMap<string, number> {
    return this.#counters;
  }

  figures(gateway: NodeName, now: Now): PollFigures | null {
    return this.#gear.get(gateway)?.figures(now) ?? null;
  }

  /** The last audits of a gear, oldest first. */
  past(gateway: NodeName): readonly PastPoll[] {
    return this.#gear.get(gateway)?.past ?? [];
  }

  *allFigures(now: Now): IterableIterator<PollFigures> {
    for (const gear of this.#gear.values()) yield gear.figures(now);
  }

  #take(event: PollEvent, now: Now, effects: PollEffect[]): void {
    switch (event.kind) {
      case "gear-added":
      case "gear-changed":
        this.#configure(event.gear, now.mono);
        return;
      case "gear-removed":
        this.#remove(event.gateway);
        return;
      case "poll-finished": {
        const gear = this.#gear.get(event.gateway);
        if (gear?.running?.number === event.poll) this.#finish(gear, event.outcome, now);
        else this.#count("polls.unknown");
        return;
      }
      case "poll-requested":
        this.#request(event, now.mono, effects);
        return;
      case "deadline-passed":
        return;
      default:
        unreachable(event);
        return;
    }
  }

  #configure(spec: GearPolling, now: Instant): void {
    const known = this.#gear.get(spec.gateway);
    if (known === undefined) {
      const gear = new PolledGear(spec, this.#policy, now);
      this.#gear.set(spec.gateway, gear);
      this.#await(gear);
      return;
    }
    known.change(spec, now);
    if (known.running === null) this.#await(known);
  }

  #remove(gateway: NodeName): void {
    const gear = this.#gear.get(gateway);
    if (gear === undefined) return;
    if (gear.running !== null) this.#underWay -= 1;
    this.#gear.delete(gateway);
    this.#forget(gateway);
  }

  #request({ gateway, why, mode }: Extract<PollEvent, { kind: "poll-requested" }>, now: Instant, effects: PollEffect[]): void {
    const gear = this.#gear.get(gateway);
    const refused = gear === undefined ? `${gateway} is not polled here` : gear.spec.polled ? null : `polling of ${gateway} is disabled`;
    if (gear === undefined || refused !== null) {
      this.#count("requests.refused");
      effects.push({ kind: "request-refused", gateway, why, reason: refused ?? "" });
      return;
    }
    gear.ask({ why, mode }, now);
    if (gear.running === null) this.#await(gear);
  }

  #finish(gear: PolledGear, outcome: PollOutcome, now: Now): void {
    this.#underWay -= 1;
    this.#processBucket(now.mono).charge(gear.finish(outcome, now), now.mono);
    this.#await(gear);
  }

  /** Its audit is waited for; nothing of it is under way. */
  #await(gear: PolledGear): void {
    this.#forget(gear.spec.gateway);
    if (gear.spec.polled) this.#later.set(gear.spec.gateway, gear.dueAt);
  }

  #forget(gateway: NodeName): void {
    this.#later.set(gateway, null);
    this.#urgent.set(gateway, null);
    this.#ordinary.set(gateway, null);
  }

  #lookAtDue(now: Now): void {
    for (let name = this.#later.takeDue(now.mono); name !== null; name = this.#later.takeDue(now.mono)) {
      const gear = this.#gear.get(name)!;
      if (gear.running !== null) {
        this.#count("polls.overdue");
        const because = `not finished within ${this.#policy.overdueMs / 1_000} s`;
        this.#finish(gear, { complete: false, failure: { kind: "timeout", because }, packets: 0, rttMs: null, rows: null }, now);
        continue;
      }
      const waitMs = gear.budgetWaitMs(now.mono);
      if (waitMs > 0) this.#later.set(name, now.mono + waitMs);
      else (gear.asked === null ? this.#ordinary : this.#urgent).set(name, gear.dueAt);
    }
  }

  #begin(now: Now, effects: PollEffect[]): void {
    this.#affordableAt = null;
    while (this.#underWay < this.#policy.mostAtOnce) {
      const queue = this.#queue();
      const name = queue.takeDue(Number.POSITIVE_INFINITY);
      if (name === null) return;
      const gear = this.#gear.get(name)!;
      const waitMs = this.#processBucket(now.mono).waitMs(gear.nextCost, now.mono);
      if (waitMs > 0) {
        queue.set(name, gear.dueAt);
        this.#affordableAt = now.mono + waitMs;
        return;
      }
      this.#begun += 1;
      this.#underWay += 1;
      const { number, mode, cost } = gear.begin(this.#begun, now);
      this.#processBucket(now.mono).charge(cost, now.mono);
      this.#later.set(name, now.mono + this.#policy.overdueMs);
      effects.push({ kind: "begin-poll", gateway: name, poll: number, mode });
    }
  }

  /** What was asked for at once goes first, but never keeps the rest from being polled at all. */
  #queue(): DeadlineQueue<NodeName> {
    const ordinary = (this.#begun + 1) % this.#policy.ordinaryEvery === 0 ? this.#ordinary : this.#urgent;
    if (ordinary.next() !== null) return ordinary;
    return ordinary === this.#ordinary ? this.#urgent : this.#ordinary;
  }

  #processBucket(now: Instant): TokenBucket {
    this.#bucket ??= new TokenBucket({ ...this.#policy, perSecond: this.#policy.packetsPerSecond }, now);
    return this.#bucket;
  }

  #count(name: string): void {
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + 1);
  }
}
