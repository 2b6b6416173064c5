/** A schedule on a virtual clock, whose audits take as long, and come out, as a test says. */
import type { AuditFailureKind } from "../failure-kind.ts";
import type { GearPolling, PollEffect, PollMode, PollOutcome, PollReason } from "../poll-event.ts";
import { PollSchedule } from "../poll-schedule.ts";
import { defaultSchedulePolicy, type SchedulePolicy } from "../schedule-policy.ts";

export const wallOffset = 1_000_000;

interface Begun {
  readonly gateway: string;
  readonly mode: PollMode;
  readonly at: number;
}

export const fine: PollOutcome = { complete: true, failure: null, packets: 10, rttMs: 20, rows: 4 };
export const lost = (kind: AuditFailureKind = "timeout"): PollOutcome => {
  return { complete: false, failure: { kind, because: `${kind}!` }, packets: 3, rttMs: null, rows: null };
};

/** A schedule whose audits take as long, and come out, as the test says. */
export class World {
  now = 0;
  readonly begun: Begun[] = [];
  readonly refused: string[] = [];
  readonly running = new Map<string, number>();
  outcome: (gateway: string) => PollOutcome = () => fine;
  durationMs: (gateway: string) => number = () => 50;
  readonly schedule: PollSchedule;
  readonly #ends: { at: number; gateway: string; poll: number }[] = [];
  mostRunning = 0;

  constructor(policy: Partial<SchedulePolicy> = {}) {
    this.schedule = new PollSchedule({ ...defaultSchedulePolicy, ...policy });
  }

  get clocks() {
    return { mono: this.now, wall: this.now + wallOffset };
  }

  add(gateway: string, change: Partial<GearPolling> = {}, kind: "gear-added" | "gear-changed" = "gear-added"): void {
    const gear = { gateway, intervalMs: 5_000, packetsPerSecond: 1_000, polled: true, ...change };
    this.#perform(this.schedule.step({ kind, gear }, this.clocks));
  }

  remove(gateway: string): void {
    this.#perform(this.schedule.step({ kind: "gear-removed", gateway }, this.clocks));
  }

  ask(gateway: string, why: PollReason = "by-hand", mode: PollMode | null = null): void {
    this.#perform(this.schedule.step({ kind: "poll-requested", gateway, why, mode }, this.clocks));
  }

  run(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const end = this.#ends[0]?.at ?? Number.POSITIVE_INFINITY;
      const deadline = this.schedule.deadline() ?? Number.POSITIVE_INFINITY;
      const at = Math.min(end, deadline);
      if (at > until) break;
      this.now = Math.max(this.now, at);
      if (end <= deadline) this.#end();
      else {
        this.#perform(this.schedule.step({ kind: "deadline-passed" }, this.clocks));
        const next = this.schedule.deadline();
        if (next !== null && next <= this.now) throw new Error("a handled deadline did not move on");
      }
    }
    this.now = until;
  }

  figures(gateway: string) {
    return this.schedule.figures(gateway, this.clocks)!;
  }

  beginnings(gateway: string): number[] {
    return this.begun.filter((one) => one.gateway === gateway).map((one) => one.at);
  }

  #end(): void {
    const { gateway, poll } = this.#ends.shift()!;
    if (this.running.get(gateway) === poll) this.running.delete(gateway);
    this.#perform(this.schedule.step({ kind: "poll-finished", gateway, poll, outcome: this.outcome(gateway) }, this.clocks));
  }

  #perform(effects: readonly PollEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "request-refused") {
        this.refused.push(effect.reason);
        continue;
      }
      const { gateway, mode, poll } = effect;
      this.begun.push({ gateway, mode, at: this.now });
      this.running.set(gateway, poll);
      this.mostRunning = Math.max(this.mostRunning, this.schedule.underWay);
      this.#ends.push({ at: this.now + this.durationMs(gateway), gateway, poll });
      this.#ends.sort((a, b) => a.at - b.at);
    }
  }
}

export function gaps(instants: readonly number[]): number[] {
  return instants.slice(1).map((at, index) => at - instants[index]!);
}
