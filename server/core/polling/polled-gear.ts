/** One gear in the schedule: when its next audit is due and of which kind, what came of the last ones, and its own budget. */
import type { Instant, Now, WallTime } from "../time.ts";
import { type Breaker, backOffMs, closedBreaker, failed, tried } from "./breaker.ts";
import { type AuditFailureKind, isGearAtFault } from "./failure-kind.ts";
import type { GearPolling, PollMode, PollNumber, PollOutcome, PollReason } from "./poll-event.ts";
import { type PastPoll, type PollFigures, pastPollsKept } from "./poll-figures.ts";
import type { SchedulePolicy } from "./schedule-policy.ts";
import { spreadOf } from "./spread.ts";
import { TokenBucket } from "./token-bucket.ts";

interface RunningPoll {
  readonly number: PollNumber;
  readonly mode: PollMode;
  readonly asked: PollReason | null;
  readonly began: Now;
  readonly lateMs: number;
  /** Charged in advance. */
  readonly cost: number;
}

export interface Asked {
  readonly why: PollReason;
  readonly mode: PollMode | null;
}

export class PolledGear {
  readonly #policy: SchedulePolicy;
  #spec: GearPolling;
  readonly #bucket: TokenBucket;
  /** When the next audit should begin; what keeps it from beginning then makes it late. */
  dueAt: Instant;
  /** Asked for at once: the next audit answers it. */
  asked: Asked | null = null;
  running: RunningPoll | null = null;
  #draws = 0;
  #endedAt: Instant | null = null;
  /** Since the last complete full audit; null = there was none. */
  #sinceFull: number | null = null;
  /** In a row, and such that asking soon again would burden it. */
  #faults = 0;
  /** Spoilt first audits that were made again soon. */
  #soon = 0;
  readonly #cost: Record<PollMode, number>;
  #breaker: Breaker = closedBreaker;
  #lastComplete: { readonly at: Now; readonly rows: number | null } | null = null;
  #rttMs: number | null = null;
  #smoothedRttMs: number | null = null;
  #polls = 0;
  #packets = 0;
  readonly #failures: Partial<Record<AuditFailureKind, number>> = {};
  #consecutiveFailures = 0;
  #lastFailure: PollOutcome["failure"] = null;
  readonly #past: PastPoll[] = [];

  constructor(spec: GearPolling, policy: SchedulePolicy, now: Instant) {
    this.#policy = policy;
    this.#spec = spec;
    this.#bucket = new TokenBucket({ ...policy, perSecond: spec.packetsPerSecond }, now);
    this.#cost = { full: policy.guessedPackets, liveness: policy.guessedPackets };
    this.dueAt = now + spec.intervalMs * this.#chance();
  }

  get spec(): GearPolling {
    return this.#spec;
  }

  /** A shorter interval counts from now on, spread, so that a new configuration does not meet all gear at once. */
  change(spec: GearPolling, now: Instant): void {
    const resumed = spec.polled && !this.#spec.polled;
    if (spec.packetsPerSecond !== this.#spec.packetsPerSecond) {
      this.#bucket.resize({ ...this.#policy, perSecond: spec.packetsPerSecond }, now);
    }
    this.#spec = spec;
    if (!spec.polled) this.asked = null;
    const soonest = Math.max(this.#floor(now), now + spec.intervalMs * this.#chance());
    if (resumed) {
      this.#faults = 0;
      this.#breaker = closedBreaker;
      this.dueAt = soonest;
    } else if (this.#faults === 0) this.dueAt = Math.min(this.dueAt, soonest);
  }

  /** The earliest an audit that is asked for at once may begin. */
  ask(asked: Asked, now: Instant): void {
    // Two wishes are answered by one audit, and by the fuller one.
    const mode = this.asked?.mode === "full" ? "full" : asked.mode;
    this.asked = { why: asked.why, mode };
    this.dueAt = Math.min(this.dueAt, this.#floor(now));
  }

  get nextMode(): PollMode {
    if (this.asked?.mode) return this.asked.mode;
    if (this.#breaker.state !== "closed") return "liveness";
    return this.#sinceFull === null || this.#sinceFull + 1 >= this.#policy.fullEvery ? "full" : "liveness";
  }

  /** What the next audit is expected to cost, packets: what the last one of its kind did. */
  get nextCost(): number {
    return this.#cost[this.nextMode];
  }

  /** Until its own budget allows the next audit; 0 = now. */
  budgetWaitMs(now: Instant): number {
    return this.#bucket.waitMs(this.nextCost, now);
  }

  begin(number: PollNumber, now: Now): RunningPoll {
    const mode = this.nextMode;
    const cost = this.nextCost;
    this.#bucket.charge(cost, now.mono);
    this.#breaker = tried(this.#breaker);
    this.running = { number, mode, asked: this.asked?.why ?? null, began: now, lateMs: Math.max(0, now.mono - this.dueAt), cost };
    this.asked = null;
    return this.running;
  }

  /** Returns what the audit cost beyond what was charged. */
  finish(outcome: PollOutcome, now: Now): number {
    const { running } = this;
    if (running === null) return 0;
    this.running = null;
    this.#endedAt = now.mono;
    const owed = outcome.packets - running.cost;
    this.#bucket.charge(owed, now.mono);
    this.#note(running, outcome, now);
    if (outcome.failure === null) this.#succeeded(running, outcome, now);
    else this.#failed(outcome.failure, now.wall);
    this.dueAt = this.#nextDue(running, outcome, now.mono);
    // What was asked for while it ran is answered by an audit that begins after.
    if (this.asked !== null) this.dueAt = Math.min(this.dueAt, this.#floor(now.mono));
    return owed;
  }

  figures(now: Now): PollFigures {
    const { running, dueAt } = this;
    const { polled, gateway, intervalMs } = this.#spec;
    const waits = polled && running === null;
    const phase = running !== null ? "polling" : !polled ? "paused" : dueAt > now.mono ? "waiting" : "due";
    const last = this.#past.at(-1)?.lateMs ?? null;
    return {
      gateway,
      intervalMs,
      phase,
      lastCompleteAt: this.#lastComplete === null ? null : this.#lastComplete.at.wall,
      ageMs: this.#lastComplete === null ? null : now.mono - this.#lastComplete.at.mono,
      rows: this.#lastComplete?.rows ?? null,
      rttMs: this.#rttMs,
      smoothedRttMs: this.#smoothedRttMs,
      polls: this.#polls,
      packets: this.#packets,
      failures: { ...this.#failures },
      consecutiveFailures: this.#consecutiveFailures,
      lastFailure: this.#lastFailure,
      breaker: this.#breaker,
      nextAt: waits ? now.wall + (dueAt - now.mono) : null,
      nextMode: this.nextMode,
      latenessMs: phase === "due" ? now.mono - dueAt : (running?.lateMs ?? last),
    };
  }

  /** Oldest first. */
  get past(): readonly PastPoll[] {
    return this.#past;
  }

  #succeeded({ mode }: RunningPoll, { rows }: PollOutcome, now: Now): void {
    // Gear that was added together is not read in full together ever after.
    if (mode === "full") this.#sinceFull = this.#sinceFull === null ? Math.floor(this.#chance() * this.#policy.fullEvery) : 0;
    else if (this.#sinceFull !== null) this.#sinceFull += 1;
    this.#lastComplete = { at: now, rows };
    this.#consecutiveFailures = 0;
    this.#faults = 0;
    this.#breaker = closedBreaker;
  }

  #failed(failure: NonNullable<PollOutcome["failure"]>, at: WallTime): void {
    this.#failures[failure.kind] = (this.#failures[failure.kind] ?? 0) + 1;
    this.#consecutiveFailures += 1;
    this.#lastFailure = failure;
    this.#faults = isGearAtFault(failure.kind) ? this.#faults + 1 : 0;
    this.#breaker = failed(this.#breaker, { ...failure, faults: this.#faults }, at, this.#policy);
  }

  #note(running: RunningPoll, outcome: PollOutcome, now: Now): void {
    const { packets, rttMs, rows, failure } = outcome;
    this.#polls += 1;
    this.#packets += packets;
    if (packets > 0) this.#cost[running.mode] = packets;
    if (rttMs !== null) {
      this.#rttMs = rttMs;
      this.#smoothedRttMs = this.#smoothedRttMs === null ? rttMs : this.#smoothedRttMs * (7 / 8) + rttMs / 8;
    }
    this.#past.push({
      mode: running.mode,
      asked: running.asked,
      beganAt: running.began.wall,
      durationMs: now.mono - running.began.mono,
      lateMs: running.lateMs,
      rows,
      packets,
      rttMs,
      result: failure?.kind ?? "complete",
      because: failure?.because ?? null,
    });
    if (this.#past.length > pastPollsKept) this.#past.shift();
  }

  #nextDue({ began }: RunningPoll, { failure }: PollOutcome, now: Instant): Instant {
    const { intervalMs } = this.#spec;
    const { jitterShare, soonMs, soonAttempts } = this.#policy;
    if (failure !== null && this.#faults === 0 && this.#lastComplete === null && this.#soon < soonAttempts) {
      this.#soon += 1;
      return now + soonMs;
    }
    if (this.#faults > 0) return now + backOffMs(intervalMs, this.#faults, this.#chance(), this.#policy);
    return Math.max(this.#floor(now), began.mono + intervalMs * (1 + jitterShare * (this.#chance() - 0.5)));
  }

  /** Not even what is asked for at once begins sooner after the last one, except where the interval itself is shorter. */
  #floor(now: Instant): Instant {
    const floorMs = Math.min(this.#policy.floorMs, this.#spec.intervalMs);
    return this.#endedAt === null ? now : Math.max(now, this.#endedAt + floorMs);
  }

  #chance(): number {
    this.#draws += 1;
    return spreadOf(this.#policy.seed, this.#spec.gateway, this.#draws);
  }
}
