/**
 * Hosts the schedule of audits (core/polling/poll-schedule) for everything that this server reads, its own gateways and gear of others: one timer, audits
 * begun when the schedule says so, and what came of each told back.
 */
import type { NodeName } from "../../core/identity.ts";
import type { GearPolling, PollEffect, PollEvent, PollMode, PollOutcome, PollReason } from "../../core/polling/poll-event.ts";
import type { PastPoll, PollFigures } from "../../core/polling/poll-figures.ts";
import { PollSchedule } from "../../core/polling/poll-schedule.ts";
import { defaultSchedulePolicy } from "../../core/polling/schedule-policy.ts";
import type { AuditResult } from "../../drivers/auditor.ts";
import type { TandemNode } from "../node.ts";

/** Audits a gear. Null: it was not asked, because this server closes. */
export type Poller = (mode: PollMode) => Promise<AuditResult | null>;

export class PollingHost {
  readonly #node: TandemNode;
  readonly #schedule: PollSchedule;
  readonly #pollers = new Map<NodeName, Poller>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(node: TandemNode, rank: number) {
    this.#node = node;
    // Two servers with different seeds do not poll the same gear in step.
    this.#schedule = new PollSchedule({ ...defaultSchedulePolicy, seed: rank + 1 });
  }

  add(gear: GearPolling, poller: Poller): void {
    this.#pollers.set(gear.gateway, poller);
    this.#deliver({ kind: "gear-added", gear });
  }

  /** An audit at once, as far as the gear's floor and budget allow. */
  request(gateway: NodeName, why: PollReason, mode: PollMode | null = null): void {
    this.#deliver({ kind: "poll-requested", gateway, why, mode });
  }

  figures(gateway: NodeName): PollFigures | null {
    return this.#schedule.figures(gateway, this.#node.clock.now());
  }

  past(gateway: NodeName): readonly PastPoll[] {
    return this.#schedule.past(gateway);
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #deliver(event: PollEvent): void {
    if (this.#closed) return;
    for (const effect of this.#schedule.step(event, this.#node.clock.now())) this.#perform(effect);
    this.#arm();
  }

  #arm(): void {
    if (this.#timer) clearTimeout(this.#timer);
    const due = this.#schedule.deadline();
    if (due === null) return;
    const wait = Math.max(1, Math.ceil(due - this.#node.clock.now().mono));
    this.#timer = setTimeout(() => this.#deliver({ kind: "deadline-passed" }), wait);
  }

  #perform(effect: PollEffect): void {
    if (effect.kind === "request-refused") {
      this.#node.counters.add("polls.refused");
      return;
    }
    const { gateway, poll, mode } = effect;
    const poller = this.#pollers.get(gateway);
    const audit = poller === undefined ? Promise.resolve(null) : poller(mode);
    audit.then(
      (result) => this.#finished(gateway, poll, outcomeOf(result)),
      (error: unknown) => {
        this.#node.log.error(`audit of ${gateway} failed`, error);
        this.#finished(gateway, poll, outcomeOf(null));
      },
    );
  }

  #finished(gateway: NodeName, poll: number, outcome: PollOutcome): void {
    const kind = outcome.failure?.kind;
    if (kind !== undefined) this.#node.counters.add(`polls.${kind}`);
    this.#deliver({ kind: "poll-finished", gateway, poll, outcome });
  }
}

function outcomeOf(result: AuditResult | null): PollOutcome {
  if (result === null)
    return { complete: false, failure: { kind: "other", because: "it was not asked" }, packets: 0, rttMs: null, rows: null };
  const { complete, failureKind, incompleteBecause, packets, rttMs, bootEpoch, rows } = result;
  const failure = complete ? null : { kind: failureKind ?? "other", because: incompleteBecause ?? "incomplete" };
  return { complete, failure, packets, rttMs, rows: bootEpoch === null ? null : rows.length };
}
