/**
 * A machine with one process on it: its clock, its boot, and the ways in which it may stop: dead, frozen (the process stands, its clock runs,
 * datagrams wait), suspended (the monotonic clock stands too), or starved (frozen for moments, again and again).
 */
import type { BootId, NodeName } from "../core/identity.ts";
import { Stillness } from "../core/stillness.ts";
import type { Instant } from "../core/time.ts";
import { NodeClock } from "./clock.ts";
import type { ClusterPlan } from "./cluster.ts";
import type { Outgoing } from "./network.ts";
import { between, type Random } from "./random.ts";
import type { Surroundings } from "./surroundings.ts";

/** What a socket's buffer holds while nobody reads it. */
const mostWaiting = 500;
const bootWall = 1_790_000_000_000;
/** Instants of the world are whole microseconds. */
const microsecond = 0.001;

export abstract class SimNode {
  readonly name: NodeName;
  readonly plan: ClusterPlan;
  readonly cluster: number;
  readonly clock: NodeClock;
  readonly number: number;
  boot: BootId;
  alive = true;
  sequence = 0;
  readonly outgoing: Outgoing;
  protected readonly around: Surroundings;
  private readonly random: Random;
  /** Reasons to stand still, and what waits meanwhile. */
  private stops = 0;
  private waiting: (() => void)[] = [];
  private asleep: (() => void)[] = [];
  private starvedUntil: Instant = 0;
  private stoppedAt: Instant = 0;
  /** On its own clock. */
  private readonly stillness = new Stillness();
  private keepsDatagrams = false;
  /** The next step dies after so many of its effects; null = it does not. */
  crashAfter: number | null = null;

  constructor(around: Surroundings, plan: ClusterPlan, name: NodeName, cluster: number, number: number) {
    this.around = around;
    this.plan = plan;
    this.name = name;
    this.cluster = cluster;
    this.number = number;
    this.outgoing = around.network.outgoingOf(name);
    this.random = around.randomOf(`node ${name}`);
    const wall = bootWall + Math.floor(between(this.random, -50, 50));
    this.clock = new NodeClock(around.schedule, plan.timers, Math.floor(between(this.random, 1e5, 1e6)), wall);
    this.boot = wall;
  }

  get frozen(): boolean {
    return this.stops > 0;
  }

  /** True where a datagram is handled at once. */
  get idle(): boolean {
    return this.alive && this.stops === 0 && !this.clock.suspended;
  }

  /** Nothing is wrong with it, as far as the world did it. */
  get wellNow(): boolean {
    return this.idle && this.starvedUntil <= this.around.schedule.now && this.crashAfter === null;
  }

  /** Runs `job` on the node's only thread: now, or when it moves again; never once it is dead. */
  whenAwake(job: () => void): void {
    if (!this.alive) return;
    if (this.stops === 0) job();
    else if (this.waiting.length < mostWaiting) this.waiting.push(job);
  }

  freeze(): void {
    if (!this.alive) return;
    if (this.stops === 0) this.stoppedAt = this.clock.mono();
    this.stops += 1;
  }

  /** How late what it looks at now may be, in ms: as a process measures the delay of its own event loop. */
  get lateMs(): number {
    return this.stillness.lateMs(this.clock.mono());
  }

  thaw(): void {
    if (this.stops === 0) return;
    this.stops -= 1;
    if (this.stops === 0) this.noteStillness();
    while (this.stops === 0 && this.waiting.length > 0) {
      const { waiting } = this;
      this.waiting = [];
      for (const [i, job] of waiting.entries()) {
        if (!this.alive) return;
        // A job may stop the thread again: the rest goes on waiting, in order.
        if (this.stops > 0) {
          this.waiting.push(...waiting.slice(i));
          return;
        }
        job();
      }
    }
  }

  private noteStillness(): void {
    const until = this.clock.mono();
    this.stillness.note(until, until - this.stoppedAt);
  }

  /** @param keepsDatagrams a paused virtual machine finds on waking what was sent to it meanwhile */
  suspend(keepsDatagrams = false): void {
    if (!this.alive) return;
    this.keepsDatagrams = keepsDatagrams;
    this.clock.suspend();
  }

  /** A datagram came: it is handled, waits, or is lost. */
  handOver(job: () => void): void {
    if (!this.clock.suspended) this.whenAwake(job);
    else if (this.alive && this.keepsDatagrams && this.asleep.length < mostWaiting) this.asleep.push(() => this.whenAwake(job));
  }

  resume(): void {
    if (!this.clock.suspended) return;
    this.clock.resume();
    const { asleep } = this;
    this.asleep = [];
    for (const job of asleep) job();
  }

  /** Its jobs run late by up to `lagMs`, for `ms`. */
  starve(ms: number, lagMs: number): void {
    const running = this.starvedUntil > this.around.schedule.now;
    this.starvedUntil = this.around.schedule.now + ms;
    if (!running) this.starveOnce(lagMs, this.boot);
  }

  /** Relieves it of everything that slows or stops it. */
  relieve(): void {
    this.starvedUntil = 0;
    this.crashAfter = null;
    this.resume();
    while (this.stops > 0) this.thaw();
  }

  /** After so many ms of its own monotonic clock, unless it dies before. */
  after(ms: number, job: () => void): void {
    this.wakeAt(this.clock.mono() + ms, this.boot, job);
  }

  protected wakeAt(mono: Instant, boot: BootId, job: () => void): void {
    const { schedule } = this.around;
    const at = Math.ceil(this.clock.worldInstant(mono) * 1000) / 1000;
    schedule.at(at > schedule.now ? at : schedule.now + microsecond, () => {
      if (this.boot !== boot || !this.alive) return;
      if (this.clock.suspended) this.asleep.push(() => this.wakeAt(mono, boot, job));
      else if (this.clock.mono() < mono) this.wakeAt(mono, boot, job);
      else this.whenAwake(job);
    });
  }

  /** The process is gone, with everything in its memory. */
  protected die(): void {
    this.alive = false;
    this.stops = 0;
    this.waiting = [];
    this.asleep = [];
    this.starvedUntil = 0;
    this.crashAfter = null;
    this.clock.resume();
  }

  protected bear(): void {
    this.alive = true;
    this.sequence = 0;
    this.boot = Math.max(this.boot + 1, Math.floor(this.clock.now().wall));
    this.clock.takeDivergence();
  }

  private starveOnce(lagMs: number, boot: BootId): void {
    const { schedule } = this.around;
    if (!this.alive || this.boot !== boot || schedule.now >= this.starvedUntil) return;
    this.freeze();
    schedule.at(schedule.now + between(this.random, 10, lagMs), () => {
      if (!this.alive || this.boot !== boot) return;
      this.thaw();
      schedule.at(schedule.now + between(this.random, 0.5, 15), () => this.starveOnce(lagMs, boot));
    });
  }
}
