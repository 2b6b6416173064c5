/**
 * Hosts the schedule of audits (core/polling/poll-schedule) for everything that this server reads, its own gateways and gear of others: one timer, audits
 * begun when the schedule says so, and what came of each told back.
 */
import type { NodeName } from "../../core/identity.ts";
import type { GearPolling, PollEffect, PollEvent, PollMode, PollOutcome, PollReason } from "../../core/polling/poll-event.ts";
import type { PastPoll, PollFigures } from "../../core/polling/poll-figures.ts";
import { PollSchedule } from "../../core/polling/poll-schedule.ts";
import { defaultSchedulePolicy } from "../../core/polling/schedule-policy.ts";
import type { AuditOptions, AuditResult } from "../../drivers/auditor.ts";
import type { TandemNode } from "../node.ts";

/** Audits a gear. Null: it was not asked, because this server closes. */
export type Poller = (mode: PollMode, onExchange?: AuditOptions["onExchange"]) => Promise<AuditResult | null>;

/** Somebody who waits for the next audit of a gear, and wants to see what is said. */
interface Onlooker {
  readonly onExchange: AuditOptions["onExchange"];
  readonly done: (result: AuditResult | null) => void;
}

/** Waiting for one gear at once; more get no answer of their own. */
const mostOnlookers = 8;

export class PollingHost {
  readonly #node: TandemNode;
  readonly #schedule: PollSchedule;
  readonly #pollers = new Map<NodeName, Poller>();
  /** Until the next audit begins. */
  readonly #onlookers = new Map<NodeName, Onlooker[]>();
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

  /**
   * An audit that a person asks for, and its result: the gear's next one, so that figures, breaker and budget know of it. Null where it was not asked.
   * Of gear whose polling is disabled it is made beside the schedule.
   */
  byHand(gateway: NodeName, mode: PollMode, onExchange: AuditOptions["onExchange"]): Promise<AuditResult | null> {
    const poller = this.#pollers.get(gateway);
    const waiting = this.#onlookers.get(gateway) ?? [];
    if (poller === undefined || this.#closed || waiting.length >= mostOnlookers) return Promise.resolve(null);
    if (this.figures(gateway)?.phase === "paused") return poller(mode, onExchange);
    return new Promise((done) => {
      this.#onlookers.set(gateway, [...waiting, { onExchange, done }]);
      this.request(gateway, "by-hand", mode);
    });
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
    for (const onlooker of [...this.#onlookers.values()].flat()) onlooker.done(null);
    this.#onlookers.clear();
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
    void this.#audit(gateway, mode).then((result) => this.#finished(gateway, poll, outcomeOf(result)));
  }

  async #audit(gateway: NodeName, mode: PollMode): Promise<AuditResult | null> {
    const onlookers = this.#onlookers.get(gateway) ?? [];
    this.#onlookers.delete(gateway);
    const onExchange: AuditOptions["onExchange"] =
      onlookers.length === 0
        ? undefined
        : (exchanged) => {
            for (const onlooker of onlookers) onlooker.onExchange?.(exchanged);
          };
    let result: AuditResult | null = null;
    try {
      result = (await this.#pollers.get(gateway)?.(mode, onExchange)) ?? null;
    } catch (error) {
      this.#node.log.error(`audit of ${gateway} failed`, error);
    }
    for (const onlooker of onlookers) onlooker.done(result);
    return result;
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
