/**
 * Server transactions other than INVITE (RFC 3261 17.2.2): a request is given to its handler once, and a copy of it is answered with the same
 * octets until timer J. Over TCP nothing is copied by the network, so nothing is remembered. INVITE, which nobody here accepts, is refused the
 * same way; its ACK ends nothing, because the refusal is sent again only when the INVITE is (8.2.7).
 */
import type { Instant } from "../../core/time.ts";
import { type SipTimers, standardTimers, transactionMs } from "./timers.ts";
import type { TransactionKey } from "./transaction-key.ts";

export type ServerReception =
  /** New: execute it, then call `respond`. */
  | { readonly kind: "execute" }
  /** Completed: send this again. */
  | { readonly kind: "replay"; readonly response: string }
  /** Trying: its handler is at work, and the copy is dropped. */
  | { readonly kind: "in-progress" }
  /** Too many under way: answer 503. */
  | { readonly kind: "overloaded" };

export interface ServerBounds {
  readonly executing: number;
  /** Answers kept for copies; with more, the oldest goes before timer J. */
  readonly remembered: number;
}

const standardBounds: ServerBounds = { executing: 10_000, remembered: 50_000 };

interface Completed {
  readonly response: string;
  readonly forgetAt: Instant;
}

export class ServerTransactions {
  readonly #timers: SipTimers;
  readonly #bounds: ServerBounds;
  readonly #executing = new Set<TransactionKey>();
  /** In the order of `forgetAt`, because every answer is kept equally long. */
  readonly #completed = new Map<TransactionKey, Completed>();

  constructor(timers: SipTimers = standardTimers, bounds: ServerBounds = standardBounds) {
    this.#timers = timers;
    this.#bounds = bounds;
  }

  get remembered(): number {
    return this.#completed.size;
  }

  accept(key: TransactionKey): ServerReception {
    const completed = this.#completed.get(key);
    if (completed !== undefined) return { kind: "replay", response: completed.response };
    if (this.#executing.has(key)) return { kind: "in-progress" };
    if (this.#executing.size >= this.#bounds.executing) return { kind: "overloaded" };
    this.#executing.add(key);
    return { kind: "execute" };
  }

  respond(now: Instant, key: TransactionKey, response: string, reliable: boolean): void {
    this.#executing.delete(key);
    if (reliable) return;
    this.#completed.delete(key);
    this.#completed.set(key, { response, forgetAt: now + transactionMs(this.#timers) });
    if (this.#completed.size > this.#bounds.remembered) {
      const oldest = this.#completed.keys().next();
      if (oldest.done !== true) this.#completed.delete(oldest.value);
    }
  }

  /** Executed without an answer: forget it, so that a copy is executed. */
  withdraw(key: TransactionKey): void {
    this.#executing.delete(key);
  }

  tick(now: Instant): void {
    for (const [key, completed] of this.#completed) {
      if (completed.forgetAt > now) break;
      this.#completed.delete(key);
    }
  }

  deadline(): Instant | null {
    const oldest = this.#completed.values().next();
    return oldest.done === true ? null : oldest.value.forgetAt;
  }
}
