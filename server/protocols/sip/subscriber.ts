/**
 * A standing subscription, the subscriber's half (RFC 6665 4.1): events in, at most one effect out, `deadline()` for the next `tick`. It is
 * refreshed before it runs out, asks anew where that may help, and stays away where the notifier says so. Whatever goes wrong,
 * two SUBSCRIBE requests lie at least `restMs` apart, which doubles up to `longestRestMs` while nothing succeeds.
 */
import type { Instant } from "../../core/time.ts";
import { unreachable } from "../../core/unreachable.ts";
import type { SubscriptionState, TerminationReason } from "./event-header.ts";

export type SubscriberPhase =
  /** Not wanted, or not asked for yet. */
  | "idle"
  /** The first SUBSCRIBE of a dialog is under way. */
  | "subscribing"
  | "active"
  /** A SUBSCRIBE within the dialog is under way. */
  | "refreshing"
  /** Waiting before a new one. */
  | "resting"
  /** The notifier will not have us (rejected, noresource, invariant; 403, 404, 489, …). */
  | "refused";

export interface SubscriberPolicy {
  readonly expiresSeconds: number;
  readonly restMs: number;
  readonly longestRestMs: number;
  /** Timer N: how long the first NOTIFY may be missing after a SUBSCRIBE was accepted. */
  readonly notifyMs: number;
}

export const standardSubscriber: SubscriberPolicy = { expiresSeconds: 600, restMs: 1_000, longestRestMs: 60_000, notifyMs: 32_000 };

export type SubscriberEffect =
  /** A dialog of its own, with new tags: what was known of versions is void. */
  { readonly kind: "subscribe"; readonly expiresSeconds: number } | { readonly kind: "refresh"; readonly expiresSeconds: number };

/** A subscription that outlives its document by so much is refreshed: the share of its time that has passed. */
const refreshShare = 0.8;
const shortestExpiresSeconds = 5;

export class Subscriber {
  readonly #policy: SubscriberPolicy;
  #phase: SubscriberPhase = "idle";
  #expiresSeconds: number;
  #dueAt: Instant | null = null;
  #lastAskedAt: Instant = Number.NEGATIVE_INFINITY;
  #expiresAt: Instant = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #awaitsNotify = false;

  constructor(policy: SubscriberPolicy = standardSubscriber) {
    this.#policy = policy;
    this.#expiresSeconds = policy.expiresSeconds;
  }

  get phase(): SubscriberPhase {
    return this.#phase;
  }

  deadline(): Instant | null {
    return this.#dueAt;
  }

  /** Wanted now: at once where there is none, and as a refresh where there is one. Null: one is under way, or it is too early. */
  ask(now: Instant): SubscriberEffect | null {
    if (this.#phase === "subscribing" || this.#phase === "refreshing") return null;
    if (this.#phase === "active" && now < this.#expiresAt) return this.#send(now, "refreshing");
    return this.#phase === "refused" || now < this.#restUntil() ? null : this.#send(now, "subscribing");
  }

  tick(now: Instant): SubscriberEffect | null {
    if (this.#dueAt === null || now < this.#dueAt) return null;
    this.#dueAt = null;
    switch (this.#phase) {
      case "active":
        if (this.#awaitsNotify) return this.#fail(now);
        return now < this.#expiresAt ? this.#send(now, "refreshing") : this.#send(now, "subscribing");
      case "resting":
        return this.#send(now, "subscribing");
      default:
        return null;
    }
  }

  /** A 2xx: how long the notifier grants, which may be less than was asked for, but not nothing. */
  accepted(now: Instant, expiresSeconds: number | null): void {
    if (this.#phase !== "subscribing" && this.#phase !== "refreshing") return;
    this.#awaitsNotify = this.#phase === "subscribing" && this.#awaitsNotify;
    this.#grant(now, Math.min(expiresSeconds ?? this.#expiresSeconds, this.#expiresSeconds));
  }

  /** A final answer other than 2xx; the caller has answered challenges already. */
  refused(
    now: Instant,
    status: number,
    hints: { readonly minExpiresSeconds: number | null; readonly retryAfterSeconds: number | null },
  ): void {
    if (this.#phase !== "subscribing" && this.#phase !== "refreshing") return;
    const refreshing = this.#phase === "refreshing";
    const { minExpiresSeconds, retryAfterSeconds } = hints;
    if (status === 423 && minExpiresSeconds !== null && minExpiresSeconds > this.#expiresSeconds) {
      this.#expiresSeconds = Math.min(minExpiresSeconds, 86_400);
      this.#rest(now, 0);
    } else if (status === 481) this.#rest(now, 0);
    else if (refreshing && now < this.#expiresAt && status !== 404 && status !== 489) {
      // 4.1.2.2: the subscription stands until it runs out; another try comes later.
      this.#phase = "active";
      this.#dueAt = Math.min(this.#expiresAt, now + this.#policy.longestRestMs);
    } else if (status === 408 || status >= 500) this.#rest(now, (retryAfterSeconds ?? 0) * 1000);
    else this.#refuse();
  }

  /** No answer, or no way there. */
  timedOut(now: Instant): void {
    if (this.#phase === "subscribing" || this.#phase === "refreshing") this.#rest(now, 0);
  }

  /** A NOTIFY of this subscription: what its Subscription-State says. True: the subscription stands. */
  notified(now: Instant, state: SubscriptionState): boolean {
    if (this.#phase === "idle" || this.#phase === "resting" || this.#phase === "refused") return false;
    if (state.kind === "terminated") {
      this.#terminated(now, state.reason, state.retryAfterSeconds);
      return false;
    }
    this.#awaitsNotify = false;
    this.#failures = 0;
    // 4.1.2.4: it may come before the answer to the SUBSCRIBE.
    if (this.#phase === "active") this.#grant(now, state.expiresSeconds ?? Math.ceil((this.#expiresAt - now) / 1000));
    return true;
  }

  #terminated(now: Instant, reason: TerminationReason | null, retryAfterSeconds: number | null): void {
    switch (reason) {
      case "rejected":
      case "noresource":
      case "invariant":
        this.#refuse();
        break;
      case "probation":
      case "giveup":
        this.#rest(now, (retryAfterSeconds ?? 0) * 1000);
        break;
      // 4.1.3: these two may be asked for anew at once, and so may what says nothing.
      case "deactivated":
      case "timeout":
      case null:
        this.#rest(now, 0);
        break;
      default:
        unreachable(reason);
    }
  }

  #send(now: Instant, phase: "subscribing" | "refreshing"): SubscriberEffect {
    this.#phase = phase;
    this.#dueAt = null;
    this.#lastAskedAt = now;
    this.#awaitsNotify = phase === "subscribing";
    return { kind: phase === "subscribing" ? "subscribe" : "refresh", expiresSeconds: this.#expiresSeconds };
  }

  #grant(now: Instant, seconds: number): void {
    const granted = Math.max(seconds, shortestExpiresSeconds);
    this.#phase = "active";
    this.#expiresAt = now + granted * 1000;
    const refreshAt = now + granted * 1000 * refreshShare;
    this.#dueAt = this.#awaitsNotify ? Math.min(refreshAt, now + this.#policy.notifyMs) : refreshAt;
  }

  /** Accepted, and then never notified. */
  #fail(now: Instant): null {
    this.#rest(now, 0);
    return null;
  }

  #restUntil(): Instant {
    const { restMs, longestRestMs } = this.#policy;
    return this.#lastAskedAt + Math.min(longestRestMs, restMs * 2 ** Math.max(0, this.#failures - 1));
  }

  #rest(now: Instant, atLeastMs: number): void {
    this.#failures += 1;
    this.#phase = "resting";
    this.#awaitsNotify = false;
    this.#expiresAt = Number.NEGATIVE_INFINITY;
    this.#dueAt = Math.max(this.#restUntil(), now + Math.min(atLeastMs, 3_600_000), now);
  }

  #refuse(): void {
    this.#phase = "refused";
    this.#awaitsNotify = false;
    this.#dueAt = null;
    this.#expiresAt = Number.NEGATIVE_INFINITY;
  }
}
