/**
 * MGCP to one piece of gear that Tandem did not make: plain RFC 3435, without signature, from a connected UDP socket of its own, so that
 * only that gear is heard, and a port where nobody listens is noticed at once (RFC 3435 4.3: ICMP port unreachable). Commands under an epoch
 * take their ids from its range, questions from the server's own (see transaction-range): a server that takes over is never answered from the
 * gear's memory of the one before. What the gear sends by itself goes to the notified entity, which is the server's main socket.
 */
import { createSocket, type Socket } from "node:dgram";
import { isIP } from "node:net";
import type { NodeName } from "../core/identity.ts";
import type { HostPort } from "../core/site/site.ts";
import { decodeText } from "../protocols/mgcp/decode.ts";
import { encodeMessage, response } from "../protocols/mgcp/encode.ts";
import { limits, type Response, type TransactionId } from "../protocols/mgcp/message.ts";
import { createSender, lanPolicy, type Sender, type SenderEffect, type SenderPolicy } from "../protocols/mgcp/sender.ts";
import { octetsOf } from "../protocols/mgcp/text.ts";
import { epochRange, nextTransactionId, type TransactionRange } from "../protocols/mgcp/transaction-range.ts";
import type { Clock } from "./clock.ts";
import type { Counters } from "./counters.ts";
import type { FaultTable } from "./faults.ts";
import { createOutlet, type DatagramSink, type Outlet } from "./mgcp-outlet.ts";
import type { MgcpResult, OutgoingCommand, RequestOptions } from "./mgcp-socket.ts";
import { isUnresolved, noAddress } from "./no-address.ts";
import { closeUdpSocket } from "./udp-socket.ts";

/** unreachable: the host is up, and nobody listens at that port. no-way: its name has no address, or no network leads to it. */
export type PlainMgcpResult = MgcpResult | { readonly kind: "unreachable" } | { readonly kind: "no-way"; readonly reason: string };

export interface PlainMgcpOptions {
  readonly self: NodeName;
  readonly node: NodeName;
  /** The address that the gear sees; some gear obeys one address only. */
  readonly from: string;
  readonly to: HostPort;
  /** Ids of questions: `auditRange(rank, boot)`. */
  readonly range: TransactionRange;
  readonly clock: Clock;
  readonly faults: FaultTable;
  readonly counters: Counters;
  readonly policy?: SenderPolicy;
}

export interface PlainMgcpSocket {
  readonly address: HostPort;
  request(command: OutgoingCommand, options?: Omit<RequestOptions, "eventAgeMs">): Promise<PlainMgcpResult>;
  close(): Promise<void>;
}

/** Other people's gear is not pressed: a smaller window, and more patience. */
export const foreignPolicy: SenderPolicy = { ...lanPolicy, rtoMs: 200, window: 16, queue: 2048 };
const defaultDeadlineMs = 5_000;

interface Exchange {
  readonly octets: Uint8Array;
  readonly options: RequestOptions;
  attempts: number;
  sentAt: number;
  readonly settle: (result: PlainMgcpResult) => void;
}

export async function openPlainMgcpSocket(options: PlainMgcpOptions): Promise<PlainMgcpSocket> {
  const socket = createSocket({ type: isIP(options.to.host) === 6 ? "udp6" : "udp4" });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ address: options.from, port: 0, exclusive: true }, () => {
      socket.off("error", reject);
      resolve();
    });
  });
  const plain = new PlainSocket(socket, options);
  // Gear without an address yet is no reason to do without it: each request tries again.
  await plain.connect();
  return plain;
}

class PlainSocket implements PlainMgcpSocket {
  readonly address: HostPort;
  readonly #socket: Socket;
  readonly #options: PlainMgcpOptions;
  readonly #outlet: Outlet;
  readonly #sender: Sender;
  readonly #exchanges = new Map<TransactionId, Exchange>();
  readonly #lastIds = new Map<number, TransactionId>();
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Number.POSITIVE_INFINITY;
  #closed = false;
  #connected = false;
  #connecting: Promise<string | null> | null = null;

  constructor(socket: Socket, options: PlainMgcpOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#sender = createSender(options.policy ?? foreignPolicy);
    const bound = socket.address();
    this.address = { host: bound.address, port: bound.port };
    const connected: DatagramSink = {
      send: (octets, _port, _host, done) =>
        socket.send(octets, (error) => {
          if (isRefused(error)) this.#refused();
          done(error);
        }),
      getSendQueueCount: () => socket.getSendQueueCount(),
    };
    this.#outlet = createOutlet(connected, options.counters);
    socket.on("message", (octets) => this.#onDatagram(octets.toString("latin1")));
    socket.on("error", (error) => {
      options.counters.add("mgcp.socketError");
      if (isRefused(error)) this.#refused();
    });
  }

  get #mono(): number {
    return this.#options.clock.now().mono;
  }

  /** Null: connected; else why not. */
  connect(): Promise<string | null> {
    if (this.#connected) return Promise.resolve(null);
    this.#connecting ??= this.#tryToConnect().finally(() => (this.#connecting = null));
    return this.#connecting;
  }

  #tryToConnect(): Promise<string | null> {
    const { host, port } = this.#options.to;
    return new Promise((resolve) => {
      // Its callback is given the error, which its type does not say.
      const done = (error?: Error): void => {
        this.#connected = error === undefined;
        if (error === undefined) resolve(null);
        else resolve(isUnresolved(error) ? noAddress(host) : `there is no way to ${host} (${error.message})`);
      };
      try {
        this.#socket.connect(port, host, done as () => void);
      } catch (error) {
        done(error as Error);
      }
    });
  }

  async request(command: OutgoingCommand, options: RequestOptions = {}): Promise<PlainMgcpResult> {
    const reason = this.#connected || this.#closed ? null : await this.connect();
    if (reason !== null && !this.#closed) return { kind: "no-way", reason };
    return this.#ask(command, options);
  }

  #ask(command: OutgoingCommand, options: RequestOptions): Promise<PlainMgcpResult> {
    if (this.#closed) return Promise.resolve({ kind: "not-sent", reason: "closed" });
    const transaction = this.#newId(options.epoch);
    const octets = octetsOf(encodeMessage({ ...command, transactionId: transaction }));
    if (octets.length > limits.datagramOctets) return Promise.resolve({ kind: "not-sent", reason: "too-large" });
    return new Promise((settle) => {
      this.#exchanges.set(transaction, { octets, options, attempts: 0, sentAt: this.#mono, settle });
      const { offer, effects } = this.#sender.send(this.#mono, transaction, this.#options.node, options.deadlineMs ?? defaultDeadlineMs);
      if (offer === "queue-full" || offer === "id-in-use") this.#settle(transaction, { kind: "not-sent", reason: "queue-full" });
      else this.#perform(effects);
    });
  }

  #newId(epoch: number | undefined): TransactionId {
    const range = epoch === undefined ? this.#options.range : epochRange(epoch);
    let id = this.#lastIds.get(range.first) ?? null;
    do id = nextTransactionId(range, id);
    while (this.#exchanges.has(id));
    this.#lastIds.set(range.first, id);
    return id;
  }

  #perform(effects: readonly SenderEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "suspect") continue;
      const exchange = this.#exchanges.get(effect.transaction);
      if (exchange === undefined) continue;
      if (effect.kind === "given-up") this.#settle(effect.transaction, { kind: "timed-out", attempts: effect.attempts });
      else if (exchange.options.permit?.() === false) {
        this.#settle(effect.transaction, { kind: "not-sent", reason: "not-permitted" });
        this.#perform(this.#sender.cancel(this.#mono, effect.transaction));
      } else this.#transmit(exchange, effect.attempt);
    }
    this.#arm();
  }

  #transmit(exchange: Exchange, attempt: number): void {
    const { faults, counters, self, node, to } = this.#options;
    exchange.sentAt = this.#mono;
    exchange.attempts = attempt + 1;
    if (attempt > 0) counters.add("mgcp.retransmitted");
    if (faults.blocked(self, node, 1)) counters.add("mgcp.cut");
    else this.#outlet.send(exchange.octets, to, attempt === 0 && exchange.options.together === true);
  }

  #settle(transaction: TransactionId, result: PlainMgcpResult): void {
    const exchange = this.#exchanges.get(transaction);
    this.#exchanges.delete(transaction);
    if (result.kind === "timed-out") this.#options.counters.add("mgcp.timedOut");
    exchange?.settle(result);
  }

  #onDatagram(text: string): void {
    const { counters, faults, self, node } = this.#options;
    counters.add("mgcp.received");
    if (faults.blocked(node, self, 1)) {
      counters.add("mgcp.cut");
      return;
    }
    const withoutId = /^(\d{3}) +0+(?: +([^\r\n]{0,200}))?(?:\r?\n|$)/.exec(text);
    if (withoutId !== null) {
      this.#onAnswerWithoutId(Number(withoutId[1]), withoutId[2] ?? "");
      return;
    }
    for (const result of decodeText(text)) {
      if (!result.ok) counters.add("mgcp.malformed");
      else if (result.message.kind === "response") this.#onResponse(result.message);
      else counters.add("mgcp.unexpectedCommand");
    }
  }

  /** Some gear answers what it does not understand under the id 000000: that is ours only where nothing else can be meant. */
  #onAnswerWithoutId(code: number, comment: string): void {
    const [only, another] = this.#exchanges.keys();
    if (only === undefined || another !== undefined || code < 400) this.#options.counters.add("mgcp.unexpectedResponse");
    else this.#onResponse(response(code, only, comment));
  }

  #onResponse(answer: Response): void {
    if (answer.code < 100) return;
    const transaction = answer.transactionId;
    const { reception, effects } = this.#sender.receive(this.#mono, transaction, this.#options.node, answer.code);
    const exchange = this.#exchanges.get(transaction);
    if (reception === "final" && exchange !== undefined) {
      const rttMs = this.#mono - exchange.sentAt;
      this.#settle(transaction, { kind: "response", response: answer, rttMs, attempts: exchange.attempts, boot: null });
    } else if (reception !== "provisional") this.#options.counters.add("mgcp.unexpectedResponse");
    this.#perform(effects);
  }

  /** Whatever is under way is lost: what listened there is gone. */
  #refused(): void {
    if (this.#exchanges.size === 0) return;
    this.#options.counters.add("mgcp.refusedPort");
    this.#sender.abandon();
    for (const transaction of [...this.#exchanges.keys()]) this.#settle(transaction, { kind: "unreachable" });
  }

  #arm(): void {
    const wanted = this.#sender.deadline() ?? Number.POSITIVE_INFINITY;
    if (this.#closed || (this.#timer !== null && this.#timerAt <= wanted)) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#timerAt = wanted;
    if (wanted === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#perform(this.#sender.tick(this.#mono));
      },
      Math.max(1, Math.ceil(wanted - this.#mono)),
    );
    this.#timer.unref();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#outlet.close();
    for (const transaction of [...this.#exchanges.keys()]) this.#settle(transaction, { kind: "not-sent", reason: "closed" });
    await closeUdpSocket(this.#socket);
  }
}

function isRefused(error: Error | null): boolean {
  return error !== null && (error as NodeJS.ErrnoException).code === "ECONNREFUSED";
}
