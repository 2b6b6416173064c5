/**
 * The SNMP manager of a process: one socket for any number of agents, requests told apart by their id and by who answers. Whatever arrives, nothing
 * throws and no request rejects: what does not belong is counted, what is not answered times out.
 */
import { randomInt } from "node:crypto";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIP } from "node:net";
import { DeadlineQueue } from "../core/deadline-queue.ts";
import type { NodeName } from "../core/identity.ts";
import type { HostPort } from "../core/site/site.ts";
import { unreachable } from "../core/unreachable.ts";
import { BackWriter } from "../protocols/snmp/ber.ts";
import type { Bindings } from "../protocols/snmp/bindings.ts";
import { readMessage, type SnmpMessage } from "../protocols/snmp/message.ts";
import { errorName, errorStatus, type Pdu, type RequestPdu } from "../protocols/snmp/pdu.ts";
import type { Counters } from "./counters.ts";
import type { FaultTable } from "./faults.ts";
import { addressesOf } from "./host-addresses.ts";
import { noAddress } from "./no-address.ts";
import { type SnmpCredentials, SnmpPeer } from "./snmp-peer.ts";

export type SnmpAnswer =
  | { readonly ok: true; readonly bindings: Bindings; readonly count: number; readonly rttMs: number; readonly attempts: number }
  | { readonly ok: false; readonly reason: "timeout" | "too-big" | "refused" | "error" | "unauthorized"; readonly text: string };

export interface SnmpAgentOptions {
  readonly node: NodeName;
  readonly agent: HostPort;
  readonly credentials: SnmpCredentials;
  /** Of the first attempt; each later one waits half as long again. */
  readonly timeoutMs?: number;
  readonly retries?: number;
}

export interface SnmpAgentHandle {
  request(request: RequestPdu): Promise<SnmpAnswer>;
  /** snmpEngineBoots as signed answers tell it (v3). */
  readonly engineBoots: number | null;
  /** Datagrams sent so far. */
  readonly packets: number;
  close(): void;
}

export interface SnmpSocket {
  agent(options: SnmpAgentOptions): SnmpAgentHandle;
  close(): Promise<void>;
}

interface Pending {
  readonly id: number;
  readonly to: Agent;
  readonly request: RequestPdu;
  readonly done: (answer: SnmpAnswer) => void;
  attempts: number;
  /** How often what was learnt made it be sent anew. */
  learnt: number;
  firstSentAt: number;
  dueAt: number;
}

const maxPending = 20_000;
const backoff = 1.5;
const mostLearnt = 3;
const receiveBufferOctets = 4_194_304;
/** A process that stood still finds answers that waited for it: they are read before anything times out. */
const lateMs = 20;

export interface SnmpSocketOptions {
  readonly self: NodeName;
  readonly faults: FaultTable;
  readonly counters: Counters;
}

export function openSnmpSocket(options: SnmpSocketOptions): SnmpSocket {
  return new ManagerSocket(options);
}

class Agent implements SnmpAgentHandle {
  readonly options: SnmpAgentOptions;
  readonly peer: SnmpPeer;
  readonly #socket: ManagerSocket;
  packets = 0;
  /** Null until the name is resolved. */
  address: string | null;
  /** Requests that wait until the engine is discovered. */
  readonly waiting: Pending[] = [];
  discoverer: Pending | null = null;
  closed = false;

  constructor(socket: ManagerSocket, options: SnmpAgentOptions) {
    this.#socket = socket;
    this.options = options;
    this.peer = new SnmpPeer(options.credentials);
    this.address = isIP(options.agent.host) === 0 ? null : options.agent.host;
  }

  get engineBoots(): number | null {
    return this.peer.engineBoots;
  }

  request(request: RequestPdu): Promise<SnmpAnswer> {
    return this.#socket.request(this, request);
  }

  close(): void {
    this.closed = true;
    this.#socket.abandon(this);
  }
}

class ManagerSocket implements SnmpSocket {
  readonly #options: SnmpSocketOptions;
  readonly #sockets = new Map<4 | 6, Socket>();
  readonly #pending = new Map<number, Pending>();
  readonly #deadlines = new DeadlineQueue<number>();
  readonly #writer = new BackWriter(4096);
  #nextId = randomInt(1, 0x7fffffff);
  #timer: NodeJS.Timeout | null = null;
  #armedFor = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(options: SnmpSocketOptions) {
    this.#options = options;
  }

  agent(options: SnmpAgentOptions): SnmpAgentHandle {
    return new Agent(this, options);
  }

  async request(to: Agent, request: RequestPdu): Promise<SnmpAnswer> {
    if (this.#closed || to.closed) return closedAnswer;
    if (to.address === null) to.address = (await addressesOf(to.options.agent.host))[0] ?? null;
    if (to.address === null) return { ok: false, reason: "timeout", text: noAddress(to.options.agent.host) };
    if (this.#pending.size >= maxPending) {
      this.#options.counters.add("snmp.pendingFull");
      return { ok: false, reason: "error", text: "too many requests under way" };
    }
    return new Promise((done) => {
      const id = this.#newId();
      const pending: Pending = { id, to, request, done, attempts: 0, learnt: 0, firstSentAt: 0, dueAt: 0 };
      this.#pending.set(id, pending);
      if (!to.peer.isDiscovered && to.discoverer !== null) {
        to.waiting.push(pending);
        return;
      }
      if (!to.peer.isDiscovered) to.discoverer = pending;
      this.#send(pending);
    });
  }

  abandon(to: Agent): void {
    for (const pending of [...this.#pending.values()]) if (pending.to === to) this.#finish(pending, closedAnswer);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    for (const pending of [...this.#pending.values()]) this.#finish(pending, closedAnswer);
    await Promise.all([...this.#sockets.values()].map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
    this.#sockets.clear();
  }

  #newId(): number {
    do this.#nextId = this.#nextId >= 0x7ffffffe ? 1 : this.#nextId + 1;
    while (this.#pending.has(this.#nextId));
    return this.#nextId;
  }

  #send(pending: Pending): void {
    const { to } = pending;
    const { self, faults, counters } = this.#options;
    const now = performance.now();
    pending.attempts += 1;
    if (pending.attempts === 1) pending.firstSentAt = now;
    const timeoutMs = to.options.timeoutMs ?? 500;
    pending.dueAt = now + timeoutMs * backoff ** (pending.attempts - 1);
    this.#deadlines.set(pending.id, pending.dueAt);
    this.#arm();
    to.packets += 1;
    counters.add("snmp.requests");
    if (faults.blocked(self, to.options.node, 1)) {
      counters.add("snmp.cut");
      return;
    }
    const datagram = to.peer.encode(this.#writer, pending.request, pending.id, now);
    this.#socketFor(to.address!).send(datagram, to.options.agent.port, to.address!, (error) => {
      if (error !== null) counters.add("snmp.sendFailed");
    });
  }

  #socketFor(address: string): Socket {
    const family = isIP(address) === 6 ? 6 : 4;
    const known = this.#sockets.get(family);
    if (known !== undefined) return known;
    const socket = createSocket({
      type: family === 6 ? "udp6" : "udp4",
      lookup: (host, _, callback) => callback(null, host, family),
    });
    socket.on("error", () => this.#options.counters.add("snmp.socketErrors"));
    socket.on("message", (octets, from) => this.#receive(octets, from));
    socket.bind({ port: 0 }, () => {
      try {
        socket.setRecvBufferSize(receiveBufferOctets);
      } catch {
        // A smaller buffer only means that more is lost in a burst, and asked again.
      }
    });
    this.#sockets.set(family, socket);
    return socket;
  }

  #receive(octets: Buffer, from: RemoteInfo): void {
    const { self, faults, counters } = this.#options;
    const message = readMessage(octets);
    const id = message === null ? 0 : message.version === "2c" ? message.pdu.requestId : message.messageId;
    const pending = this.#pending.get(id);
    if (message === null) counters.add("snmp.malformed");
    else if (pending === undefined) counters.add("snmp.unexpected");
    else if (from.address !== pending.to.address || from.port !== pending.to.options.agent.port) counters.add("snmp.unknownSource");
    else if (faults.blocked(pending.to.options.node, self, 1)) counters.add("snmp.cut");
    else this.#admit(pending, octets, message);
  }

  #admit(pending: Pending, octets: Uint8Array, message: SnmpMessage): void {
    const now = performance.now();
    const admission = pending.to.peer.admit(octets, message, now);
    switch (admission.kind) {
      case "ignored":
        this.#options.counters.add(`snmp.ignored.${admission.because}`);
        break;
      case "refused":
        this.#finish(pending, { ok: false, reason: "unauthorized", text: admission.text });
        break;
      case "again":
        this.#again(pending);
        break;
      case "answer":
        if (admission.pdu.requestId === pending.id) this.#finish(pending, answerOf(admission.pdu, pending, now));
        else this.#options.counters.add("snmp.unexpected");
        break;
      default:
        unreachable(admission);
    }
  }

  /** The agent has taught us its engine, or its time. */
  #again(pending: Pending): void {
    pending.learnt += 1;
    if (pending.learnt > mostLearnt) {
      this.#finish(pending, { ok: false, reason: "unauthorized", text: "the agent never accepts its own engine id and time" });
      return;
    }
    pending.attempts = 0;
    this.#send(pending);
    if (pending.to.discoverer === pending) this.#endDiscovery(pending.to, null);
  }

  /** Those who waited for the engine go on, or fail as the discovery did. */
  #endDiscovery(to: Agent, failure: SnmpAnswer | null): void {
    to.discoverer = null;
    for (const waiting of to.waiting.splice(0)) {
      if (failure === null) this.#send(waiting);
      else this.#finish(waiting, failure);
    }
  }

  #finish(pending: Pending, answer: SnmpAnswer): void {
    if (!this.#pending.delete(pending.id)) return;
    this.#deadlines.set(pending.id, null);
    pending.done(answer);
    if (pending.to.discoverer === pending) this.#endDiscovery(pending.to, answer.ok ? null : answer);
  }

  #arm(): void {
    const due = this.#deadlines.next();
    if (due === null || due >= this.#armedFor) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#armedFor = due;
    this.#timer = setTimeout(() => this.#passDeadlines(), Math.max(1, Math.ceil(due - performance.now())));
  }

  #passDeadlines(): void {
    const now = performance.now();
    const late = now - this.#armedFor > lateMs;
    this.#armedFor = Number.POSITIVE_INFINITY;
    for (let id = this.#deadlines.takeDue(now); id !== null; id = this.#deadlines.takeDue(now)) {
      const pending = this.#pending.get(id);
      if (pending === undefined) continue;
      if (late) this.#deadlines.set(id, now + lateMs);
      else if (pending.attempts > (pending.to.options.retries ?? 2)) this.#timeOut(pending);
      else this.#send(pending);
    }
    this.#arm();
  }

  #timeOut(pending: Pending): void {
    this.#options.counters.add("snmp.timeouts");
    // The name may point elsewhere by now.
    const { to } = pending;
    if (isIP(to.options.agent.host) === 0) to.address = null;
    const { doubt } = to.peer;
    this.#finish(pending, doubt === null ? noAnswer : { ok: false, reason: "unauthorized", text: doubt });
    // An agent that went away since shall not be told as one that refuses: what is asked next finds out first whether it is there.
    if (doubt !== null && ![...this.#pending.values()].some((other) => other.to === to)) to.peer.forgetEngine();
  }
}

function answerOf(pdu: Pdu, { firstSentAt, attempts }: Pending, now: number): SnmpAnswer {
  if (pdu.first === errorStatus.tooBig) return { ok: false, reason: "too-big", text: "response too big" };
  if (pdu.first === errorStatus.authorizationError)
    return { ok: false, reason: "unauthorized", text: "the agent does not let this user or community ask (authorizationError)" };
  if (pdu.first !== errorStatus.noError) return { ok: false, reason: "refused", text: errorName(pdu.first) };
  return { ok: true, bindings: pdu.bindings, count: pdu.count, rttMs: now - firstSentAt, attempts };
}

const noAnswer: SnmpAnswer = { ok: false, reason: "timeout", text: "no answer" };
const closedAnswer: SnmpAnswer = { ok: false, reason: "error", text: "closed" };
