/**
 * The receiving half of MGCP's at-most-once transactions (RFC 3435 3.5.1): a command is executed once; its response is kept for T-HIST
 * and sent again, octet by octet, when the command comes again. Replays are recognised by id *and* sender *and* the sender's epoch or
 * boot, so that a new owner is never answered from its predecessor's memory. Confirmed ids (`K:`) and old ones are forgotten; the memory is bounded.
 */
import type { Instant } from "../../core/time.ts";
import type { IdRange, TransactionId } from "./message.ts";

export const historyMs = 30_000;

export type Reception<Kept> =
  /** New: execute it, then call `respond`. */
  | { readonly kind: "execute" }
  /** Executed before: send this again. */
  | { readonly kind: "replay"; readonly response: Kept }
  /** Being executed: answer provisionally (100). */
  | { readonly kind: "in-progress" }
  /** Too many commands under way: answer 409. */
  | { readonly kind: "overloaded" };

interface Remembered<Kept> {
  response: Kept | null;
  forgetAt: Instant;
}

export interface Receiver<Kept> {
  /** `source` names sender and epoch or boot. */
  accept(now: Instant, source: string, transaction: TransactionId): Reception<Kept>;
  respond(now: Instant, source: string, transaction: TransactionId, response: Kept): void;
  /** Executed without an answer: forget it, so that a retransmission is executed. */
  withdraw(source: string, transaction: TransactionId): void;
  confirm(source: string, ranges: readonly IdRange[]): void;
  /** Forgets what is older than T-HIST. */
  tick(now: Instant): void;
  deadline(): Instant | null;
  readonly remembered: number;
  readonly executing: number;
}

export interface ReceiverBounds {
  readonly remembered: number;
  readonly executing: number;
}

export function createReceiver<Kept>(bounds: ReceiverBounds = { remembered: 40_000, executing: 2_000 }): Receiver<Kept> {
  /** In the order of `forgetAt`, because every answer is kept equally long; those under way have no answer yet. */
  const answered = new Map<string, Remembered<Kept>>();
  const executing = new Set<string>();
  const key = (source: string, transaction: TransactionId) => `${transaction} ${source}`;

  return {
    accept(_now, source, transaction) {
      const id = key(source, transaction);
      const known = answered.get(id);
      if (known?.response != null) return { kind: "replay", response: known.response };
      if (executing.has(id)) return { kind: "in-progress" };
      if (executing.size >= bounds.executing) return { kind: "overloaded" };
      executing.add(id);
      return { kind: "execute" };
    },

    respond(now, source, transaction, response) {
      const id = key(source, transaction);
      executing.delete(id);
      answered.delete(id);
      answered.set(id, { response, forgetAt: now + historyMs });
      if (answered.size > bounds.remembered) {
        const oldest = answered.keys().next();
        if (oldest.done !== true) answered.delete(oldest.value);
      }
    },

    withdraw(source, transaction) {
      executing.delete(key(source, transaction));
    },

    confirm(source, ranges) {
      let left = 1000;
      for (const range of ranges) for (let id = range.first; id <= range.last && left-- > 0; id++) answered.delete(key(source, id));
    },

    tick(now) {
      for (const [id, entry] of answered) {
        if (entry.forgetAt > now) break;
        answered.delete(id);
      }
    },

    deadline() {
      const oldest = answered.values().next();
      return oldest.done === true ? null : oldest.value.forgetAt;
    },

    get remembered() {
      return answered.size;
    },
    get executing() {
      return executing.size;
    },
  };
}
