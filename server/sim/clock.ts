/**
 * A node's own clocks in the virtual world: they run at their own rate, start where they like, jump, and the monotonic one
 * stands still while the machine is suspended. Decisions of the node see only these.
 */
import { type Timers, unnoticedMs } from "../core/site/timers.ts";
import type { Instant, Now } from "../core/time.ts";

export interface WorldTime {
  readonly now: Instant;
}

export class NodeClock {
  private readonly time: WorldTime;
  /** A host compares its clocks over a promise: older steps no longer add up. */
  private readonly timers: Pick<Timers, "promiseMs" | "leaseMs">;
  private sinceWorld: Instant;
  private sinceMono: Instant;
  private wallAhead: number;
  private rateNow = 1;
  private suspendedAt: Instant | null = null;
  private readonly every: { readonly at: Instant; readonly ms: number }[] = [];
  /** How far the clocks moved apart since the host last looked. */
  private steps: { readonly at: Instant; readonly ms: number }[] = [];

  constructor(time: WorldTime, timers: Pick<Timers, "promiseMs" | "leaseMs">, mono: Instant, wall: number) {
    this.time = time;
    this.timers = timers;
    this.sinceWorld = time.now;
    this.sinceMono = mono;
    this.wallAhead = wall - mono;
  }

  mono(): Instant {
    return this.suspendedAt === null ? this.sinceMono + (this.time.now - this.sinceWorld) * this.rateNow : this.sinceMono;
  }

  now(): Now {
    const mono = this.mono();
    return { mono, wall: mono + this.wallAhead };
  }

  get suspended(): boolean {
    return this.suspendedAt !== null;
  }

  /** The world's instant at which the monotonic clock will show `mono`, as far as is known now. */
  worldInstant(mono: Instant): Instant {
    return this.sinceWorld + (mono - this.sinceMono) / this.rateNow;
  }

  /** @param rate 1 = exact, 1.05 = five per cent fast */
  setRate(rate: number): void {
    this.rebase();
    this.rateNow = rate;
  }

  jumpWall(ms: number): void {
    this.step(ms);
  }

  suspend(): void {
    if (this.suspendedAt !== null) return;
    this.rebase();
    this.suspendedAt = this.time.now;
  }

  resume(): void {
    if (this.suspendedAt === null) return;
    const ms = this.time.now - this.suspendedAt;
    this.suspendedAt = null;
    this.sinceWorld = this.time.now;
    this.step(ms);
  }

  /** Whether a host that looked now would find its clocks apart. */
  get apart(): boolean {
    return this.steps.length > 0 && this.sumOfSteps() > unnoticedMs(this.timers);
  }

  /** The host looks: true once for each divergence. */
  takeDivergence(): boolean {
    if (this.steps.length === 0) return false;
    const { apart } = this;
    const mono = this.mono();
    this.steps = apart ? [] : this.steps.filter((step) => mono - step.at <= this.timers.promiseMs);
    return apart;
  }

  /** How far wall time went ahead of the monotonic clock since then; 0 where it went back. */
  forwardSince(mono: Instant): number {
    let sum = 0;
    for (const step of this.every) if (step.at >= mono) sum += step.ms;
    return Math.max(0, sum);
  }

  private sumOfSteps(): number {
    let sum = 0;
    for (const step of this.steps) sum += step.ms;
    return Math.abs(sum);
  }

  private step(ms: number): void {
    this.wallAhead += ms;
    this.steps.push({ at: this.mono(), ms });
    this.every.push({ at: this.mono(), ms });
  }

  private rebase(): void {
    this.sinceMono = this.mono();
    this.sinceWorld = this.time.now;
  }
}
