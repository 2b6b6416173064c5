/**
 * MGCP between simulated nodes: the very sender and receiver of at-most-once transactions that real sockets host, over the world's
 * datagrams. A command is retransmitted until its deadline, performed once, and permitted anew before every transmission.
 */
import type { BootId, NodeName } from "../../core/identity.ts";
import type { TransactionId } from "../../protocols/mgcp/message.ts";
import { createReceiver } from "../../protocols/mgcp/receiver.ts";
import { createSender, type SenderEffect, transactionMaxMs } from "../../protocols/mgcp/sender.ts";
import { epochRange, nextTransactionId, type TransactionRange } from "../../protocols/mgcp/transaction-range.ts";
import type { PlanePorts } from "./plane-ports.ts";

/** Who asks: commands carry the epoch of their server; 0 = none. */
export interface Signer {
  readonly name: NodeName;
  readonly boot: BootId;
  readonly epoch: number;
}

export interface Coded {
  readonly code: number;
}

export type Outcome<Answer> =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "timed-out" }
  | { readonly kind: "not-sent"; readonly reason: string };

export interface AskOptions<Asked> {
  readonly epoch?: number;
  readonly deadlineMs?: number;
  readonly permit?: () => boolean;
  /** Made anew for every transmission: an event's age grows. */
  readonly body: () => Asked;
}

interface Exchange<Asked, Answer> {
  readonly to: NodeName;
  readonly options: AskOptions<Asked>;
  readonly done: (outcome: Outcome<Answer>) => void;
}

/** How a datagram finds the transactions of the node that it arrives at. */
export type Directory<Asked, Answer extends Coded> = (node: NodeName) => Transactions<Asked, Answer> | null;

export class Transactions<Asked, Answer extends Coded> {
  readonly #ports: PlanePorts;
  readonly #self: NodeName;
  readonly #boot: BootId;
  readonly #directory: Directory<Asked, Answer>;
  /** Null = no answer: the command counts as never received. */
  #onAsked: (asked: Asked, from: Signer) => Answer | null;
  readonly #sender = createSender();
  readonly #receiver = createReceiver<Answer>();
  readonly #exchanges = new Map<TransactionId, Exchange<Asked, Answer>>();
  readonly #lastIds = new Map<number, TransactionId>();
  readonly #range: TransactionRange;
  #alarmAt = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(
    ports: PlanePorts,
    self: { readonly name: NodeName; readonly boot: BootId; readonly range: TransactionRange },
    directory: Directory<Asked, Answer>,
    onAsked: (asked: Asked, from: Signer) => Answer | null,
  ) {
    this.#ports = ports;
    this.#self = self.name;
    this.#boot = self.boot;
    this.#range = self.range;
    this.#directory = directory;
    this.#onAsked = onAsked;
  }

  ask(to: NodeName, options: AskOptions<Asked>, done: (outcome: Outcome<Answer>) => void): void {
    if (options.permit?.() === false) {
      done({ kind: "not-sent", reason: "not-permitted" });
      return;
    }
    const range = options.epoch === undefined ? this.#range : epochRange(options.epoch);
    const transaction = nextTransactionId(range, this.#lastIds.get(range.first) ?? null);
    this.#lastIds.set(range.first, transaction);
    this.#exchanges.set(transaction, { to, options, done });
    const { offer, effects } = this.#sender.send(this.#now(), transaction, to, options.deadlineMs ?? transactionMaxMs);
    if (offer === "queue-full" || offer === "id-in-use") this.#settle(transaction, { kind: "not-sent", reason: offer });
    this.#perform(effects);
  }

  /** Gives up everything under way, as a server does that has let go of its gateways. */
  abandon(): void {
    this.#sender.abandon();
    for (const transaction of [...this.#exchanges.keys()]) this.#settle(transaction, { kind: "not-sent", reason: "abandoned" });
  }

  close(): void {
    this.#closed = true;
    this.#exchanges.clear();
    // Timers that outlive it must not keep its whole node.
    this.#onAsked = () => null;
  }

  #now(): number {
    return this.#ports.now(this.#self).mono;
  }

  #settle(transaction: TransactionId, outcome: Outcome<Answer>): void {
    const exchange = this.#exchanges.get(transaction);
    this.#exchanges.delete(transaction);
    exchange?.done(outcome);
  }

  #perform(effects: readonly SenderEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "suspect") continue;
      const exchange = this.#exchanges.get(effect.transaction);
      if (exchange === undefined) continue;
      if (effect.kind === "given-up") this.#settle(effect.transaction, { kind: "timed-out" });
      else if (exchange.options.permit?.() === false) {
        this.#settle(effect.transaction, { kind: "not-sent", reason: "not-permitted" });
        this.#perform(this.#sender.cancel(this.#now(), effect.transaction));
      } else this.#transmit(effect.transaction, exchange);
    }
    this.#arm();
  }

  #transmit(transaction: TransactionId, { to, options }: Exchange<Asked, Answer>): void {
    const asked = options.body();
    const signer: Signer = { name: this.#self, boot: this.#boot, epoch: options.epoch ?? 0 };
    this.#ports.carry(this.#self, to, 1, () => this.#directory(to)?.receive(transaction, asked, signer));
  }

  /** A command arrived, for the first time or again. */
  receive(transaction: TransactionId, asked: Asked, from: Signer): void {
    if (this.#closed) return;
    const now = this.#now();
    this.#receiver.tick(now);
    const source = `${from.name}/${from.boot}/${from.epoch}`;
    const reception = this.#receiver.accept(now, source, transaction);
    if (reception.kind === "replay") this.#answer(transaction, from, reception.response);
    if (reception.kind !== "execute") return;
    const answer = this.#onAsked(asked, from);
    if (answer === null) {
      this.#receiver.withdraw(source, transaction);
      return;
    }
    this.#receiver.respond(now, source, transaction, answer);
    this.#answer(transaction, from, answer);
  }

  #answer(transaction: TransactionId, to: Signer, answer: Answer): void {
    this.#ports.carry(this.#self, to.name, 1, () => this.#directory(to.name)?.answered(transaction, this.#self, to.boot, answer));
  }

  answered(transaction: TransactionId, from: NodeName, toBoot: BootId, answer: Answer): void {
    // Ids of another boot may be met again; on real sockets its ranges differ.
    if (this.#closed || toBoot !== this.#boot) return;
    const { reception, effects } = this.#sender.receive(this.#now(), transaction, from, answer.code);
    if (reception === "final") this.#settle(transaction, { kind: "answered", answer });
    this.#perform(effects);
  }

  #arm(): void {
    const due = this.#sender.deadline();
    if (due === null || due >= this.#alarmAt || this.#closed) return;
    this.#alarmAt = due;
    this.#ports.after(this.#self, Math.max(0, due - this.#now()), () => {
      if (this.#closed || this.#alarmAt !== due) return;
      this.#alarmAt = Number.POSITIVE_INFINITY;
      this.#perform(this.#sender.tick(this.#now()));
    });
  }
}
