/**
 * One standing subscription to the dialogs of one resource (RFC 6665, RFC 4235): its machine decides, this file sends, receives and wakes it. What
 * it keeps answers questions as long as the notifier said something lately; then a refresh asks for the full state, which is a poll too.
 */

import type { AuditFailureKind } from "../core/polling/failure-kind.ts";
import type { Instant, Now } from "../core/time.ts";
import type { Dialog } from "../protocols/sip/dialog-info.ts";
import { DialogTable } from "../protocols/sip/dialog-table.ts";
import { parseSubscriptionState } from "../protocols/sip/event-header.ts";
import { headerOf, type SipRequest } from "../protocols/sip/message.ts";
import type { SipReply } from "../protocols/sip/reply.ts";
import { Subscriber, type SubscriberEffect, standardSubscriber } from "../protocols/sip/subscriber.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Counters } from "../runtime/counters.ts";
import type { MessageTrace, SipSocket } from "../runtime/sip-exchange.ts";

import { documentOfNotify, replyToDocument } from "./sip-document.ts";
import { notifyProblem, type SipSubscribe, type SubscriptionDialog } from "./sip-subscribe.ts";

export interface StandingPorts {
  readonly socket: SipSocket;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly subscribe: SipSubscribe;
  readonly deadlineMs: number;
  readonly expiresSeconds: number;
  /** A state is good for so long after the notifier's last word. */
  readonly keptMs: number;
}

/** The full state as last told. */
export interface KeptState {
  readonly kind: "state";
  readonly dialogs: readonly Dialog[];
  readonly connections: number | null;
  /** When it was asked for, where its last document was; and received. */
  readonly asked: Now | null;
  readonly received: Now;
  readonly before: Now | null;
  readonly identity: string | null;
}

export type StandingResult =
  | KeptState
  | { readonly kind: "failed"; readonly failureKind: AuditFailureKind; readonly sentence: string; readonly answered: boolean };

interface Heard {
  readonly asked: Now | null;
  readonly received: Now;
  readonly before: Now | null;
  readonly identity: string | null;
}

export class StandingSubscription {
  readonly #ports: StandingPorts;
  readonly #resource: string;
  readonly #machine: Subscriber;
  readonly #table = new DialogTable();
  #dialog: SubscriptionDialog | null = null;
  #release: () => void = () => undefined;
  #timer: NodeJS.Timeout | null = null;
  #heard: Heard | null = null;
  /** Under way, or done without a document since. */
  #askedAt: Now | null = null;
  #failure: { readonly failureKind: AuditFailureKind; readonly sentence: string; readonly answered: boolean } | null = null;
  #waiting: (() => void)[] = [];
  #trace: MessageTrace | null = null;
  #closed = false;

  constructor(ports: StandingPorts, resource: string) {
    this.#ports = ports;
    this.#resource = resource;
    this.#machine = new Subscriber({ ...standardSubscriber, expiresSeconds: ports.expiresSeconds });
  }

  /** What is kept, if it is fresh enough; else what the notifier says now. */
  async state(trace?: MessageTrace): Promise<StandingResult> {
    const since = this.#ports.clock.now();
    const kept = this.#toldSince(since.mono - this.#ports.keptMs);
    if (kept !== null) return kept;
    this.#trace = trace ?? null;
    this.#failure = null;
    this.#act(this.#machine.ask(since.mono));
    if (this.#machine.phase === "refused" || this.#machine.phase === "resting")
      return this.#failed("the subscription rests after a failure");
    const deadline = since.mono + this.#ports.deadlineMs;
    while (!this.#closed && this.#failure === null) {
      const state = this.#toldSince(since.mono);
      if (state !== null) return state;
      const leftMs = deadline - this.#ports.clock.now().mono;
      if (leftMs <= 0) return this.#failed(`no NOTIFY within ${this.#ports.deadlineMs} ms`);
      await this.#change(leftMs);
    }
    return this.#failed("the subscription was closed");
  }

  /** The notifier does not want subscriptions, now and later. */
  get refused(): boolean {
    return this.#machine.phase === "refused";
  }

  /** No wish to be told any more: the notifier hears it from an end of the time, and from 481. */
  close(): void {
    this.#closed = true;
    this.#release();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#changed();
  }

  #failed(otherwise: string): StandingResult {
    return { kind: "failed", ...(this.#failure ?? { failureKind: "timeout", sentence: otherwise, answered: false }) };
  }

  /** The state, where it is coherent and the notifier's last word is not older. */
  #toldSince(since: Instant): KeptState | null {
    const heard = this.#heard;
    if (heard === null || !this.#table.coherent || heard.received.mono < since) return null;
    return { kind: "state", dialogs: [...this.#table.dialogs], connections: this.#table.connections, ...heard };
  }

  #change(atMostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, atMostMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #changed(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #act(effect: SubscriberEffect | null): void {
    if (effect !== null && !this.#closed) void this.#send(effect);
    this.#arm();
  }

  async #send(effect: SubscriberEffect): Promise<void> {
    const { clock, counters, subscribe, deadlineMs } = this.#ports;
    const dialog = effect.kind === "refresh" && this.#dialog !== null ? this.#dialog : this.#newDialog();
    counters.add(effect.kind === "refresh" ? "sip.refreshes" : "sip.subscriptions");
    this.#askedAt = clock.now();
    const result = await subscribe.send(dialog, effect.expiresSeconds, deadlineMs, this.#tracing);
    if (this.#closed || dialog !== this.#dialog) return;
    const now = clock.now().mono;
    if (result.kind === "accepted") this.#machine.accepted(now, result.expiresSeconds);
    else {
      this.#failure = { failureKind: result.failureKind, sentence: result.sentence, answered: result.kind === "refused" };
      if (result.kind === "refused") this.#machine.refused(now, result.status, result);
      else this.#machine.timedOut(now);
      this.#changed();
    }
    this.#arm();
  }

  readonly #tracing: MessageTrace = (sent, message) => this.#trace?.(sent, message);

  #newDialog(): SubscriptionDialog {
    const { socket, subscribe } = this.#ports;
    this.#release();
    const dialog = subscribe.newDialog(this.#resource);
    this.#dialog = dialog;
    this.#table.reset();
    this.#release = socket.claim(dialog.callId, (request) => this.#notified(dialog, request), this.#tracing);
    return dialog;
  }

  #notified(dialog: SubscriptionDialog, request: SipRequest): SipReply {
    const { clock, counters } = this.#ports;
    const status = notifyProblem(dialog, request);
    if (status !== null) return { status };
    const now = clock.now();
    const state = parseSubscriptionState(headerOf(request, "Subscription-State"));
    if (state === null) return { status: 400 };
    const stands = this.#machine.notified(now.mono, state);
    const document = documentOfNotify(request);
    counters.add("sip.notified");
    if (document.kind === "document") {
      const verdict = this.#table.take(document.info);
      if (verdict === "gap") {
        counters.add("sip.versionGaps");
        // Asking for the full state (RFC 4235 4.3), once this NOTIFY is answered.
        if (stands) queueMicrotask(() => this.#act(this.#machine.ask(clock.now().mono)));
      } else if (verdict === "taken") this.#hear(now, request);
    } else if (document.kind === "empty") {
      this.#table.reset();
      this.#failure = { failureKind: "other", sentence: "it has nothing published, which says nothing about its calls", answered: true };
    } else this.#failure = { failureKind: "malformed", sentence: `its document cannot be read: ${document.reason}`, answered: true };
    if (!stands) this.#ended();
    this.#changed();
    this.#arm();
    return replyToDocument(document);
  }

  #hear(received: Now, request: SipRequest): void {
    const before = this.#heard?.received ?? null;
    const identity = headerOf(request, "User-Agent") ?? headerOf(request, "Server");
    this.#heard = { asked: this.#askedAt, received, before, identity };
    this.#askedAt = null;
  }

  /** What was told last stays good for as long as any state does, but nothing further belongs to it. */
  #ended(): void {
    this.#release();
    this.#dialog = null;
  }

  #arm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const deadline = this.#machine.deadline();
    if (deadline === null || this.#closed) return;
    const { clock } = this.#ports;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#act(this.#machine.tick(clock.now().mono));
      },
      Math.max(1, Math.min(deadline - clock.now().mono, 0x7fffffff)),
    );
    this.#timer.unref();
  }
}
