/**
 * The sending half of MGCP's at-most-once transactions (RFC 3435 3.5, 4.3), without sockets and timers: every call carries `now`,
 * answers effects, and `deadline()` tells when `tick` wants to be called.
 *
 * A command is retransmitted after RTO, doubling with up to half as much again added by a hash of its id, so that two senders do not
 * march in step; after Max2 retransmissions, or at its deadline (T-MAX), it is given up. A provisional answer replaces the RTO by
 * LONGTRAN. At most `window` commands to one destination are under way; further ones wait in a bounded queue, in order.
 */
import { DeadlineQueue } from "../../core/deadline-queue.ts";
import type { Instant } from "../../core/time.ts";
import type { IdRange, TransactionId } from "./message.ts";
import { isProvisional } from "./return-code.ts";

export interface SenderPolicy {
  readonly rtoMs: number;
  readonly rtoMaxMs: number;
  /** After so many retransmissions the destination is suspected. */
  readonly max1: number;
  /** After so many retransmissions a command is given up. */
  readonly max2: number;
  readonly longtranMs: number;
  readonly window: number;
  readonly queue: number;
}

/** RTO for a LAN; the rest as RFC 3435 4.3 and its appendix say. */
export const lanPolicy: SenderPolicy = { rtoMs: 100, rtoMaxMs: 4000, max1: 5, max2: 7, longtranMs: 5000, window: 64, queue: 4096 };

export const transactionMaxMs = 20_000;

export type SenderEffect =
  | { readonly kind: "transmit"; readonly transaction: TransactionId; readonly to: string; readonly attempt: number }
  | { readonly kind: "suspect"; readonly to: string }
  | { readonly kind: "given-up"; readonly transaction: TransactionId; readonly to: string; readonly attempts: number };

export type Offer = "sent" | "queued" | "queue-full" | "id-in-use";

/** What a response means for us. `unknown`: nothing waits for it (late, or forged); `elsewhere`: it came from another address. */
export type Reception = "final" | "provisional" | "unknown" | "elsewhere";

interface Pending {
  readonly transaction: TransactionId;
  readonly to: string;
  readonly giveUpAt: Instant;
  attempt: number;
  dueAt: Instant;
  provisional: boolean;
  /** In its destination's queue, not sent yet. */
  queued: boolean;
}

interface Destination {
  underWay: number;
  readonly waiting: Pending[];
  readonly confirmed: TransactionId[];
}

export interface Sender {
  send(
    now: Instant,
    transaction: TransactionId,
    to: string,
    deadlineMs: number,
  ): { readonly offer: Offer; readonly effects: SenderEffect[] };
  receive(
    now: Instant,
    transaction: TransactionId,
    from: string,
    code: number,
  ): { readonly reception: Reception; readonly effects: SenderEffect[] };
  tick(now: Instant): SenderEffect[];
  deadline(): Instant | null;
  /** Ids whose final answer arrived, to be confirmed with the next command to that destination (`K:`); each is told once. */
  takeConfirmed(to: string): IdRange[];
  /** Forgets one command, for example because it may no longer be sent. */
  cancel(now: Instant, transaction: TransactionId): SenderEffect[];
  /** Gives every command up at once, for example when the title is lost. */
  abandon(): SenderEffect[];
  readonly pending: number;
}

const confirmedKept = 64;

export function createSender(policy: SenderPolicy = lanPolicy): Sender {
  const pending = new Map<TransactionId, Pending>();
  const destinations = new Map<string, Destination>();
  /** Asked after every answer, when thousands may be under way: it is not walked for. */
  let due = new DeadlineQueue<TransactionId>();

  function wait(entry: Pending): void {
    due.set(entry.transaction, Math.min(entry.dueAt, entry.giveUpAt));
  }

  function drop(transaction: TransactionId): void {
    pending.delete(transaction);
    due.set(transaction, null);
  }

  function destination(to: string): Destination {
    let found = destinations.get(to);
    if (found === undefined) {
      found = { underWay: 0, waiting: [], confirmed: [] };
      destinations.set(to, found);
    }
    return found;
  }

  function start(now: Instant, entry: Pending): SenderEffect[] {
    destination(entry.to).underWay++;
    entry.queued = false;
    entry.dueAt = now + retransmissionMs(policy, entry.transaction, 0);
    wait(entry);
    return [{ kind: "transmit", transaction: entry.transaction, to: entry.to, attempt: 0 }];
  }

  /** Forgets a command that was under way and starts those that waited for its place. */
  function finish(now: Instant, entry: Pending): SenderEffect[] {
    drop(entry.transaction);
    const place = destination(entry.to);
    place.underWay--;
    const effects: SenderEffect[] = [];
    while (place.underWay < policy.window && place.waiting.length > 0) effects.push(...start(now, place.waiting.shift() as Pending));
    return effects;
  }

  function retransmit(now: Instant, entry: Pending): SenderEffect[] {
    if (now >= entry.giveUpAt || entry.attempt >= policy.max2) {
      const over: SenderEffect = { kind: "given-up", transaction: entry.transaction, to: entry.to, attempts: entry.attempt + 1 };
      return [over, ...finish(now, entry)];
    }
    entry.attempt++;
    entry.dueAt = now + (entry.provisional ? policy.longtranMs : retransmissionMs(policy, entry.transaction, entry.attempt));
    wait(entry);
    const again: SenderEffect = { kind: "transmit", transaction: entry.transaction, to: entry.to, attempt: entry.attempt };
    return entry.attempt === policy.max1 ? [again, { kind: "suspect", to: entry.to }] : [again];
  }

  return {
    send(now, transaction, to, deadlineMs) {
      if (pending.has(transaction)) return { offer: "id-in-use", effects: [] };
      const place = destination(to);
      const giveUpAt = now + Math.min(deadlineMs, transactionMaxMs);
      const entry: Pending = { transaction, to, giveUpAt, attempt: 0, dueAt: giveUpAt, provisional: false, queued: false };
      if (place.underWay < policy.window) {
        pending.set(transaction, entry);
        return { offer: "sent", effects: start(now, entry) };
      }
      if (place.waiting.length >= policy.queue) return { offer: "queue-full", effects: [] };
      entry.queued = true;
      pending.set(transaction, entry);
      wait(entry);
      place.waiting.push(entry);
      return { offer: "queued", effects: [] };
    },

    receive(now, transaction, from, code) {
      const entry = pending.get(transaction);
      if (entry === undefined || entry.queued) return { reception: "unknown", effects: [] };
      if (entry.to !== from) return { reception: "elsewhere", effects: [] };
      if (isProvisional(code)) {
        entry.provisional = true;
        entry.dueAt = now + policy.longtranMs;
        wait(entry);
        return { reception: "provisional", effects: [] };
      }
      const place = destination(from);
      if (place.confirmed.length < confirmedKept) place.confirmed.push(transaction);
      return { reception: "final", effects: finish(now, entry) };
    },

    tick(now) {
      const effects: SenderEffect[] = [];
      for (const entry of [...pending.values()]) {
        if (entry.queued) {
          if (now < entry.giveUpAt) continue;
          const { waiting } = destination(entry.to);
          waiting.splice(waiting.indexOf(entry), 1);
          drop(entry.transaction);
          effects.push({ kind: "given-up", transaction: entry.transaction, to: entry.to, attempts: 0 });
        } else if (pending.has(entry.transaction) && now >= Math.min(entry.dueAt, entry.giveUpAt)) effects.push(...retransmit(now, entry));
      }
      return effects;
    },

    deadline() {
      return due.next();
    },

    takeConfirmed(to) {
      const place = destinations.get(to);
      return place === undefined ? [] : rangesOf(place.confirmed.splice(0));
    },

    cancel(now, transaction) {
      const entry = pending.get(transaction);
      if (entry === undefined) return [];
      if (!entry.queued) return finish(now, entry);
      const { waiting } = destination(entry.to);
      waiting.splice(waiting.indexOf(entry), 1);
      drop(transaction);
      return [];
    },

    abandon() {
      const effects = [...pending.values()].map((entry): SenderEffect => {
        return { kind: "given-up", transaction: entry.transaction, to: entry.to, attempts: entry.attempt };
      });
      pending.clear();
      due = new DeadlineQueue();
      for (const place of destinations.values()) {
        place.underWay = 0;
        place.waiting.length = 0;
      }
      return effects;
    },

    get pending() {
      return pending.size;
    },
  };
}

/** RTO × 2^attempt, at most RTO-MAX, plus 0–50 % by a hash of id and attempt. */
export function retransmissionMs(policy: SenderPolicy, transaction: TransactionId, attempt: number): number {
  const base = Math.min(policy.rtoMaxMs, policy.rtoMs * 2 ** attempt);
  const hash = Math.imul(transaction ^ (attempt * 0x9e3779b9), 0x85ebca6b) >>> 0;
  return Math.round(base * (1 + hash / 0x200000000));
}

function rangesOf(ids: readonly TransactionId[]): IdRange[] {
  const ranges: { first: number; last: number }[] = [];
  for (const id of [...ids].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && id === last.last + 1) last.last = id;
    else ranges.push({ first: id, last: id });
  }
  return ranges.slice(0, 16);
}
