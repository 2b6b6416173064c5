/**
 * SIP of one node: UDP and TCP on the same port, one timer, and the transaction machines of both sides. A request ends in its final answer or in a
 * reason why there is none; a request from others reaches its handler once. Directed cuts are enforced here, as at every socket.
 */
import { randomBytes } from "node:crypto";
import type { Socket } from "node:dgram";
import type { HostPort } from "../core/site/site.ts";
import { unreachable } from "../core/unreachable.ts";
import { type ClientEffect, ClientTransactions } from "../protocols/sip/client-transactions.ts";
import { decodeDatagram } from "../protocols/sip/decode.ts";
import { encodeMessage } from "../protocols/sip/encode.ts";
import { limits, type SipMessage, type SipRequest, type SipResponse } from "../protocols/sip/message.ts";
import { standardTimers, transactionMs } from "../protocols/sip/timers.ts";
import { clientKey, clientKeyOf, essentialsOf, type TransactionKey } from "../protocols/sip/transaction-key.ts";
import { branchCookie, printVia, topVia, type Via } from "../protocols/sip/via.ts";
import { nodeAt } from "./mgcp-admission.ts";
import { isUnresolved, noAddress } from "./no-address.ts";
import type {
  MessageTrace,
  OutgoingRequest,
  SipDestination,
  SipHandler,
  SipRequestOptions,
  SipResult,
  SipSocket,
  SipSocketOptions,
  SipSource,
} from "./sip-exchange.ts";
import { SipServerSide } from "./sip-server-side.ts";
import { type FlowId, SipStreams } from "./sip-streams.ts";
import { boundUdpSocket, closeUdpSocket } from "./udp-socket.ts";

interface Exchange {
  readonly to: SipDestination;
  readonly octets: string;
  readonly message: SipRequest;
  readonly trace: MessageTrace | null;
  flow: FlowId | null;
  attempts: number;
  sentAt: number;
  readonly settle: (result: SipResult) => void;
}

const maxSendQueue = 5_000;
/** Timers are looked at no more often than this. */
const tickMs = 10;
const portAttempts = 20;

export async function openSipSocket(options: SipSocketOptions): Promise<SipSocket> {
  for (let attempt = 1; ; attempt += 1) {
    const udp = await boundUdpSocket(options.bind);
    const node = new SipNode(udp, options);
    try {
      await node.listen();
      return node;
    } catch (error) {
      await node.close();
      // Port 0: the system gave a port that is free for UDP only.
      if (options.bind.port !== 0 || attempt === portAttempts) throw error;
    }
  }
}

class SipNode implements SipSocket {
  readonly address: HostPort;
  readonly #options: SipSocketOptions;
  readonly #udp: Socket;
  readonly #streams: SipStreams;
  readonly #clients: ClientTransactions;
  readonly #server: SipServerSide;
  readonly #exchanges = new Map<TransactionKey, Exchange>();
  readonly #unique = randomBytes(9).toString("base64url").replace(/[-_]/g, "x");
  #tokens = 0;
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(udp: Socket, options: SipSocketOptions) {
    const { counters, timers = standardTimers } = options;
    this.#options = options;
    this.#udp = udp;
    this.#clients = new ClientTransactions(timers);
    this.#server = new SipServerSide({
      counters,
      timers,
      onRequest: options.onRequest,
      now: () => this.#now(),
      newToken: () => this.newToken(),
      isCut: (way, peer) => this.#isCut(way, peer),
      sendDatagram: (octets, to) => this.#sendDatagram(octets, to),
      sendOver: (octets, flow) => counters.add(this.#streams.answer(octets, flow) ? "sip.sent" : "sip.sendFailed"),
      arm: () => this.#arm(),
    });
    const bound = udp.address();
    this.address = { host: options.reachedAs ?? bound.address, port: bound.port };
    this.#streams = new SipStreams({
      counters,
      maxBodyOctets: options.maxBodyOctets ?? limits.bodyOctets,
      onMessage: (message, from, flow) => this.#onMessage(message, { ...from, transport: "tcp", flow }),
      onLost: (flow, reason, unresolved) => this.#onLost(flow, reason, unresolved),
    });
    udp.on("message", (octets, info) => this.#onDatagram(octets, { host: info.address, port: info.port, transport: "udp", flow: null }));
    udp.on("error", () => counters.add("sip.socketError"));
  }

  async listen(): Promise<void> {
    await this.#streams.listen({ host: this.#udp.address().address, port: this.address.port });
  }

  get pending(): number {
    return this.#exchanges.size;
  }

  newToken(): string {
    this.#tokens += 1;
    return `${this.#unique}${this.#tokens.toString(36)}`;
  }

  claim(callId: string, handler: SipHandler, trace: MessageTrace | null = null): () => void {
    return this.#server.claim(callId, handler, trace);
  }

  request(to: SipDestination, asked: OutgoingRequest, options: SipRequestOptions = {}): Promise<SipResult> {
    if (this.#closed) return Promise.resolve({ kind: "not-sent", reason: "closed" });
    const branch = `${branchCookie}${this.newToken()}`;
    const { host, port } = this.address;
    const via = printVia(to.transport === "tcp" ? "TCP" : "UDP", host, port, branch);
    const message: SipRequest = {
      kind: "request",
      method: asked.method,
      uri: asked.uri,
      headers: [["Via", via], ["Max-Forwards", "70"], ...asked.headers],
      body: asked.body ?? "",
    };
    const octets = encodeMessage(message);
    if (to.transport === "udp" && octets.length > limits.datagramOctets) return Promise.resolve({ kind: "not-sent", reason: "too-large" });
    const key = clientKey(branch, asked.method);
    const deadlineMs = options.deadlineMs ?? transactionMs(this.#options.timers ?? standardTimers);
    const started = this.#clients.start(this.#now(), key, to.transport === "tcp", deadlineMs);
    if (started === null) {
      this.#options.counters.add("sip.queueFull");
      return Promise.resolve({ kind: "not-sent", reason: "queue-full" });
    }
    return new Promise((settle) => {
      const trace = options.trace ?? null;
      this.#exchanges.set(key, { to, octets, message, trace, flow: null, attempts: 0, sentAt: 0, settle });
      this.#perform(started);
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#server.close();
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const key of [...this.#exchanges.keys()]) this.#settle(key, { kind: "not-sent", reason: "closed" });
    await this.#streams.close();
    await closeUdpSocket(this.#udp);
  }

  #now(): number {
    return this.#options.clock.now().mono;
  }

  #perform(effects: readonly ClientEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "transmit":
          this.#transmit(effect.key, effect.attempt);
          break;
        case "timed-out":
          this.#options.counters.add("sip.timedOut");
          this.#settle(effect.key, { kind: "timed-out", attempts: effect.attempts });
          break;
        case "failed":
          this.#settle(effect.key, { kind: "unreachable", reason: "the connection was lost" });
          break;
        default:
          unreachable(effect);
      }
    }
    this.#arm();
  }

  #settle(key: TransactionKey, result: SipResult): void {
    const exchange = this.#exchanges.get(key);
    this.#exchanges.delete(key);
    exchange?.settle(result);
  }

  #transmit(key: TransactionKey, attempt: number): void {
    const exchange = this.#exchanges.get(key);
    if (exchange === undefined) return;
    const { counters } = this.#options;
    exchange.sentAt = this.#now();
    exchange.attempts = attempt + 1;
    if (attempt > 0) counters.add("sip.retransmitted");
    exchange.trace?.(true, exchange.message);
    if (this.#isCut("out", exchange.to)) return;
    if (exchange.to.transport === "udp") {
      this.#sendDatagram(exchange.octets, exchange.to, () => {
        this.#clients.fail(key);
        this.#settle(key, { kind: "no-address", reason: noAddress(exchange.to.host) });
      });
      return;
    }
    exchange.flow = this.#streams.send(exchange.octets, exchange.to, exchange.to.flow ?? null);
    if (exchange.flow === null) {
      this.#clients.fail(key);
      this.#settle(key, { kind: "unreachable", reason: "no connection can be made" });
    } else counters.add("sip.sent");
  }

  #sendDatagram(octets: string, to: HostPort, onUnresolved?: () => void): void {
    const { counters } = this.#options;
    if (this.#closed) return;
    try {
      if (this.#udp.getSendQueueCount() >= maxSendQueue) counters.add("sip.sendDropped");
      else {
        this.#udp.send(Buffer.from(octets, "latin1"), to.port, to.host, (error) => {
          // Nobody listens there (ICMP), no route: the transaction's own timer ends it.
          if (error !== null) counters.add("sip.sendFailed");
          if (isUnresolved(error)) onUnresolved?.();
        });
        counters.add("sip.sent");
      }
    } catch {
      counters.add("sip.sendFailed");
    }
  }

  /** Lost to a cut between this node and the one at that address; counted. */
  #isCut(way: "in" | "out", peer: HostPort): boolean {
    const { faults, nodes, self, counters } = this.#options;
    if (faults.cuts().length === 0) return false;
    const node = nodeAt(nodes, peer.host, peer.port);
    if (node === null || !(way === "in" ? faults.blocked(node, self, 1) : faults.blocked(self, node, 1))) return false;
    counters.add("sip.cut");
    return true;
  }

  #onDatagram(octets: Buffer, from: SipSource): void {
    // Keep-alives of two octets and more are no messages (RFC 5626 4.4).
    if (octets.length <= 4) return;
    const result = decodeDatagram(octets.toString("latin1"));
    if (result.ok) this.#onMessage(result.message, from);
    else this.#options.counters.add("sip.malformed");
  }

  #onMessage(message: SipMessage, from: SipSource): void {
    const { counters } = this.#options;
    if (this.#closed) return;
    counters.add("sip.received");
    const via = topVia(message);
    if (via === null || essentialsOf(message) === null) {
      counters.add("sip.malformed");
      return;
    }
    if (message.kind === "response") this.#onResponse(message, via, from);
    // Whoever reflects what it gets would be given our own answer, and reflect that as its own.
    else if (via.branch?.startsWith(`${branchCookie}${this.#unique}`)) counters.add("sip.ownEcho");
    else this.#server.receive(message, via, from);
  }

  #onResponse(response: SipResponse, via: Via, from: SipSource): void {
    const { counters } = this.#options;
    const key = clientKeyOf(response, via);
    const exchange = key === null ? undefined : this.#exchanges.get(key);
    if (key === null || this.#isCut("in", exchange?.to ?? from)) return;
    const reception = this.#clients.receive(this.#now(), key, response.status);
    if (reception === "unknown") counters.add("sip.unexpectedResponse");
    if (exchange === undefined || reception === "repeated") return;
    exchange.trace?.(false, response);
    if (reception === "final") {
      const { attempts, sentAt } = exchange;
      this.#settle(key, { kind: "response", response, rttMs: this.#now() - sentAt, attempts });
    }
    this.#arm();
  }

  #onLost(flow: FlowId, reason: string, unresolved: boolean): void {
    for (const [key, exchange] of [...this.#exchanges]) {
      if (exchange.flow !== flow) continue;
      this.#clients.fail(key);
      this.#settle(key, { kind: unresolved ? "no-address" : "unreachable", reason });
    }
  }

  #arm(): void {
    const wanted = Math.min(this.#clients.deadline() ?? Number.POSITIVE_INFINITY, this.#server.deadline() ?? Number.POSITIVE_INFINITY);
    if (this.#closed || (this.#timer !== null && this.#timerAt <= wanted)) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#timerAt = wanted;
    if (wanted === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#server.tick(this.#now());
        this.#perform(this.#clients.tick(this.#now()));
      },
      Math.max(tickMs, Math.ceil(wanted - this.#now())),
    );
    this.#timer.unref();
  }
}
