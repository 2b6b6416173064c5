/**
 * Standing subscriptions, the notifier's half (RFC 6665 4.2): how long each lasts, and when it may be told again. A subscriber hears of changes at
 * most once a second (RFC 4235 3.10), one NOTIFY at a time; one that cannot be told is forgotten. Events in, effects out; the host owns the timer.
 */
import { DeadlineQueue } from "../../core/deadline-queue.ts";
import type { Instant } from "../../core/time.ts";

export interface NotifierPolicy {
  readonly maxSubscriptions: number;
  readonly minExpiresSeconds: number;
  readonly maxExpiresSeconds: number;
  readonly defaultExpiresSeconds: number;
  /** Between two notifications of one subscriber. */
  readonly gapMs: number;
}

export const standardNotifier: NotifierPolicy = {
  maxSubscriptions: 200,
  minExpiresSeconds: 60,
  maxExpiresSeconds: 3_600,
  defaultExpiresSeconds: 3_600,
  gapMs: 1_000,
};

/** A SIP dialog: Call-ID and the two tags. */
export type SubscriptionKey = string;

export type NotifierEffect =
  /** Tell it what changed, or, if it was just asked for, everything. */
  | { readonly kind: "notify"; readonly key: SubscriptionKey; readonly full: boolean; readonly expiresSeconds: number }
  /** It ran out: tell it everything a last time. */
  | { readonly kind: "expire"; readonly key: SubscriptionKey };

export type Granted =
  | { readonly kind: "granted"; readonly expiresSeconds: number }
  | { readonly kind: "too-brief"; readonly minExpiresSeconds: number };

interface Subscription {
  expiresAt: Instant;
  notifiedAt: Instant;
  /** A NOTIFY is under way. */
  telling: boolean;
  changed: boolean;
  full: boolean;
}

export class NotifierTable {
  readonly #policy: NotifierPolicy;
  readonly #subscriptions = new Map<SubscriptionKey, Subscription>();
  readonly #due = new DeadlineQueue<SubscriptionKey>();

  constructor(policy: NotifierPolicy = standardNotifier) {
    this.#policy = policy;
  }

  get size(): number {
    return this.#subscriptions.size;
  }

  has(key: SubscriptionKey): boolean {
    return this.#subscriptions.has(key);
  }

  /** What a wish for so many seconds gets; 0 is a poll, or an end, and always fine. */
  grantOf(expiresSeconds: number | null): Granted {
    const { minExpiresSeconds, maxExpiresSeconds, defaultExpiresSeconds } = this.#policy;
    const wished = expiresSeconds ?? defaultExpiresSeconds;
    if (wished === 0) return { kind: "granted", expiresSeconds: 0 };
    if (wished < minExpiresSeconds) return { kind: "too-brief", minExpiresSeconds };
    return { kind: "granted", expiresSeconds: Math.min(wished, maxExpiresSeconds) };
  }

  /** A new one, or a refresh; either way the full state is told at once (4.2.1.2). False: there are too many. */
  subscribe(now: Instant, key: SubscriptionKey, expiresSeconds: number): boolean {
    const known = this.#subscriptions.get(key);
    const expiresAt = now + expiresSeconds * 1000;
    if (known === undefined) {
      if (this.#subscriptions.size >= this.#policy.maxSubscriptions) return false;
      this.#subscriptions.set(key, { expiresAt, notifiedAt: Number.NEGATIVE_INFINITY, telling: false, changed: true, full: true });
    } else {
      known.expiresAt = expiresAt;
      known.changed = true;
      known.full = true;
      // What it asks for is not held back; a client that asks all the time pays for it itself.
      known.notifiedAt = Number.NEGATIVE_INFINITY;
    }
    this.#arm(key);
    return true;
  }

  /** Something of the state changed, for all who might want to know. */
  changed(): void {
    for (const [key, subscription] of this.#subscriptions) {
      if (subscription.changed) continue;
      subscription.changed = true;
      this.#arm(key);
    }
  }

  /** The NOTIFY was answered. `more`: not everything had room. */
  told(key: SubscriptionKey, ok: boolean, more: boolean): void {
    const subscription = this.#subscriptions.get(key);
    if (subscription === undefined) return;
    if (!ok) {
      this.drop(key);
      return;
    }
    subscription.telling = false;
    subscription.changed ||= more;
    this.#arm(key);
  }

  drop(key: SubscriptionKey): void {
    this.#subscriptions.delete(key);
    this.#due.set(key, null);
  }

  deadline(): Instant | null {
    return this.#due.next();
  }

  tick(now: Instant): NotifierEffect[] {
    const effects: NotifierEffect[] = [];
    for (let key = this.#due.takeDue(now); key !== null; key = this.#due.takeDue(now)) {
      const subscription = this.#subscriptions.get(key);
      if (subscription === undefined) continue;
      if (now >= subscription.expiresAt) {
        this.drop(key);
        effects.push({ kind: "expire", key });
        continue;
      }
      const { full } = subscription;
      subscription.telling = true;
      subscription.changed = false;
      subscription.full = false;
      subscription.notifiedAt = now;
      effects.push({ kind: "notify", key, full, expiresSeconds: Math.ceil((subscription.expiresAt - now) / 1000) });
      this.#arm(key);
    }
    return effects;
  }

  #arm(key: SubscriptionKey): void {
    const subscription = this.#subscriptions.get(key);
    if (subscription === undefined) return;
    const { changed, telling, notifiedAt, expiresAt } = subscription;
    const wanted = changed && !telling ? notifiedAt + this.#policy.gapMs : Number.POSITIVE_INFINITY;
    this.#due.set(key, Math.min(wanted, expiresAt));
  }
}
