/**
 * Client transactions other than INVITE (RFC 3261 17.1.2), without sockets and timers: every call carries `now` and answers effects; `deadline()`
 * tells when `tick` wants to be called. Trying and Proceeding wait for a final answer: over UDP the request is sent again by timer E, and
 * timer F gives it up. Completed takes in late copies of the answer for timer K, which is 0 over TCP.
 */
import { DeadlineQueue } from "../../core/deadline-queue.ts";
import type { Instant } from "../../core/time.ts";
import { type SipTimers, standardTimers, transactionMs } from "./timers.ts";
import type { TransactionKey } from "./transaction-key.ts";

export type ClientEffect =
  | { readonly kind: "transmit"; readonly key: TransactionKey; readonly attempt: number }
  | { readonly kind: "timed-out"; readonly key: TransactionKey; readonly attempts: number }
  | { readonly kind: "failed"; readonly key: TransactionKey };

/** `repeated`: a copy of an answer that was taken; `unknown`: nothing waits for it (late, or forged). */
export type ClientReception = "provisional" | "final" | "repeated" | "unknown";

interface Waiting {
  readonly state: "trying" | "proceeding";
  readonly reliable: boolean;
  readonly attempt: number;
  /** Timer E's present length. */
  readonly waitMs: number;
  readonly sendAgainAt: Instant;
  /** Timer F. */
  readonly giveUpAt: Instant;
}

export interface ClientBounds {
  readonly waiting: number;
  readonly completed: number;
}

const standardBounds: ClientBounds = { waiting: 10_000, completed: 20_000 };

export class ClientTransactions {
  readonly #timers: SipTimers;
  readonly #bounds: ClientBounds;
  readonly #waiting = new Map<TransactionKey, Waiting>();
  readonly #due = new DeadlineQueue<TransactionKey>();
  /** Key → end of timer K; all last equally long, so the oldest is first. */
  readonly #completed = new Map<TransactionKey, Instant>();

  constructor(timers: SipTimers = standardTimers, bounds: ClientBounds = standardBounds) {
    this.#timers = timers;
    this.#bounds = bounds;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get completed(): number {
    return this.#completed.size;
  }

  /** Null: there are too many already, or one of that key. The request is given up at the deadline, at the latest after 64*T1. */
  start(now: Instant, key: TransactionKey, reliable: boolean, deadlineMs: number): ClientEffect[] | null {
    if (this.#waiting.size >= this.#bounds.waiting || this.#waiting.has(key)) return null;
    const giveUpAt = now + Math.min(deadlineMs, transactionMs(this.#timers));
    const { t1Ms } = this.#timers;
    const sendAgainAt = reliable ? Number.POSITIVE_INFINITY : now + t1Ms;
    this.#wait(key, { state: "trying", reliable, attempt: 0, waitMs: t1Ms, sendAgainAt, giveUpAt });
    return [{ kind: "transmit", key, attempt: 0 }];
  }

  receive(now: Instant, key: TransactionKey, status: number): ClientReception {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return this.#completed.has(key) ? "repeated" : "unknown";
    if (status < 200) {
      // 17.1.2.2: from now on timer E is T2.
      if (waiting.state === "trying") this.#wait(key, { ...waiting, state: "proceeding" });
      return "provisional";
    }
    this.#forget(key);
    if (!waiting.reliable) this.#complete(now, key);
    return "final";
  }

  /** The transport says that the request cannot be delivered (17.1.4). */
  fail(key: TransactionKey): ClientEffect[] {
    if (!this.#waiting.has(key)) return [];
    this.#forget(key);
    return [{ kind: "failed", key }];
  }

  tick(now: Instant): ClientEffect[] {
    for (const [key, until] of this.#completed) {
      if (until > now) break;
      this.#completed.delete(key);
    }
    const effects: ClientEffect[] = [];
    for (let key = this.#due.takeDue(now); key !== null; key = this.#due.takeDue(now)) {
      const waiting = this.#waiting.get(key);
      if (waiting === undefined) continue;
      if (now >= waiting.giveUpAt) {
        this.#forget(key);
        effects.push({ kind: "timed-out", key, attempts: waiting.attempt + 1 });
      } else effects.push(this.#sendAgain(now, key, waiting));
    }
    return effects;
  }

  deadline(): Instant | null {
    const oldest = this.#completed.values().next();
    const due = this.#due.next();
    if (oldest.done === true) return due;
    return due === null ? oldest.value : Math.min(due, oldest.value);
  }

  #sendAgain(now: Instant, key: TransactionKey, waiting: Waiting): ClientEffect {
    const attempt = waiting.attempt + 1;
    const { t2Ms } = this.#timers;
    const waitMs = waiting.state === "proceeding" ? t2Ms : Math.min(waiting.waitMs * 2, t2Ms);
    this.#wait(key, { ...waiting, attempt, waitMs, sendAgainAt: now + waitMs });
    return { kind: "transmit", key, attempt };
  }

  #wait(key: TransactionKey, waiting: Waiting): void {
    this.#waiting.set(key, waiting);
    this.#due.set(key, Math.min(waiting.sendAgainAt, waiting.giveUpAt));
  }

  #forget(key: TransactionKey): void {
    this.#waiting.delete(key);
    this.#due.set(key, null);
  }

  #complete(now: Instant, key: TransactionKey): void {
    this.#completed.set(key, now + this.#timers.t4Ms);
    if (this.#completed.size > this.#bounds.completed) {
      const oldest = this.#completed.keys().next();
      if (oldest.done !== true) this.#completed.delete(oldest.value);
    }
  }
}
