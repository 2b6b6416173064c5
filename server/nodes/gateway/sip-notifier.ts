/**
 * Notifier of the dialog event package (RFC 4235, RFC 6665) over the gateway's live connections: one-shot polls and standing subscriptions.
 *
 * A NOTIFY goes to the host that asked, never to another that a Contact names, so that nobody is flooded in somebody else's name. One that is too large
 * for a frame goes over TCP (RFC 3261 18.1.1), and if nobody listens there, over UDP with as many dialogs as a datagram holds.
 */
import type { Gateway } from "../../core/gateway/gateway.ts";
import type { Instant } from "../../core/time.ts";
import { unreachable } from "../../core/unreachable.ts";
import { tagOf } from "../../protocols/sip/address.ts";
import { headerOf, numberOf, type SipRequest } from "../../protocols/sip/message.ts";
import { type NotifierEffect, type NotifierPolicy, NotifierTable, type SubscriptionKey } from "../../protocols/sip/notifier-table.ts";
import type { SipReply } from "../../protocols/sip/reply.ts";
import { sequenceOf } from "../../protocols/sip/transaction-key.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Counters } from "../../runtime/counters.ts";
import type { SipSocket, SipSource, SipTransport } from "../../runtime/sip-exchange.ts";
import type { Resource } from "./sip-dialogs.ts";
import { type WrittenDocument, writeDocument } from "./sip-document.ts";
import { contactOf, destinationOf, notifyOf, type Watcher, watcherKey, watcherOf } from "./sip-watcher.ts";

export interface SipNotifierOptions {
  readonly gateway: Gateway;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly policy?: NotifierPolicy;
}

/** Polls that are being answered; more are refused. */
const maxPolls = 1_000;
/** RFC 3261 18.1.1, less the head of a NOTIFY. */
const frameOctets = 800;
const datagramOctets = 60_000;
const streamOctets = 15_000_000;
/** Where TCP was refused, UDP is used for so long without asking again. */
const withoutTcpMs = 60_000;
const maxWithoutTcp = 1_000;

export class SipNotifier {
  readonly #options: SipNotifierOptions;
  readonly #socket: SipSocket;
  readonly #table: NotifierTable;
  readonly #watchers = new Map<SubscriptionKey, Watcher>();
  readonly #withoutTcp = new Map<string, Instant>();
  #polls = 0;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(socket: SipSocket, options: SipNotifierOptions) {
    this.#options = options;
    this.#socket = socket;
    this.#table = new NotifierTable(options.policy);
  }

  get subscriptions(): number {
    return this.#table.size;
  }

  /** The connection table changed. */
  changed(): void {
    if (this.#table.size === 0) return;
    this.#table.changed();
    this.#arm();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** A SUBSCRIBE to the dialog package that may be answered. */
  subscribe(request: SipRequest, from: SipSource, resource: Resource): SipReply {
    const { counters } = this.#options;
    const granted = this.#table.grantOf(numberOf(request, "Expires"));
    if (granted.kind === "too-brief") return { status: 423, headers: [["Min-Expires", String(granted.minExpiresSeconds)]] };
    const known = this.#knownWatcher(request);
    if (known === "unknown") return { status: 481 };
    if (known === "disordered") return { status: 500 };
    const watcher = known ?? watcherOf(request, from, resource, this.#socket.newToken());
    if (watcher === null) return { status: 400, reason: "Bad Contact" };
    const { expiresSeconds } = granted;
    if (expiresSeconds === 0) {
      if (this.#polls >= maxPolls) return overloaded();
      counters.add("sip.polls");
      this.#table.drop(watcher.key);
      this.#watchers.delete(watcher.key);
      // Behind the answer, which leaves first.
      queueMicrotask(() => void this.#answerPoll(watcher));
    } else {
      if (!this.#table.subscribe(this.#now(), watcher.key, expiresSeconds)) return overloaded();
      counters.add(known === null ? "sip.subscribed" : "sip.refreshed");
      if (known !== null) refresh(known, request, from);
      this.#watchers.set(watcher.key, watcher);
      queueMicrotask(() => this.#tick());
    }
    const contact = `<sip:${this.#options.gateway.name}@${this.#hostPort()}${from.transport === "tcp" ? ";transport=tcp" : ""}>`;
    const headers = [["Expires", String(expiresSeconds)] as const, ["Contact", contact] as const];
    return { status: 200, headers, toTag: watcher.localTag };
  }

  #hostPort(): string {
    const { host, port } = this.#socket.address;
    return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  }

  #now(): Instant {
    return this.#options.clock.now().mono;
  }

  /** The watcher that a request within a dialog names; null for a new one. */
  #knownWatcher(request: SipRequest): Watcher | "unknown" | "disordered" | null {
    const localTag = tagOf(headerOf(request, "To"));
    if (localTag === null) return null;
    const key = watcherKey(headerOf(request, "Call-ID") ?? "", localTag, tagOf(headerOf(request, "From")) ?? "");
    const known = this.#watchers.get(key);
    if (known === undefined) return "unknown";
    const sequence = sequenceOf(request)?.number ?? 0;
    // RFC 3261 12.2.2.
    if (sequence <= known.remoteSequence) return "disordered";
    known.remoteSequence = sequence;
    return known;
  }

  async #answerPoll(watcher: Watcher): Promise<void> {
    this.#polls += 1;
    await this.#tell(watcher, true, "terminated;reason=timeout");
    this.#polls -= 1;
  }

  #tick(): void {
    if (this.#closed) return;
    for (const effect of this.#table.tick(this.#now())) void this.#perform(effect);
    this.#arm();
  }

  async #perform(effect: NotifierEffect): Promise<void> {
    const watcher = this.#watchers.get(effect.key);
    if (watcher === undefined) return;
    switch (effect.kind) {
      case "expire":
        this.#watchers.delete(effect.key);
        await this.#tell(watcher, true, "terminated;reason=timeout");
        break;
      case "notify": {
        const { ok, cut } = await this.#tell(watcher, effect.full, `active;expires=${effect.expiresSeconds}`);
        this.#table.told(effect.key, ok, cut);
        // RFC 6665 4.2.2: who does not answer, or no longer knows the subscription, has none.
        if (!ok) this.#watchers.delete(effect.key);
        this.#arm();
        break;
      }
      default:
        unreachable(effect);
    }
  }

  async #tell(watcher: Watcher, full: boolean, state: string): Promise<{ ok: boolean; cut: boolean }> {
    const written = this.#write(watcher, full, streamOctets);
    const large = written.body.length > frameOctets;
    if (watcher.from.transport === "tcp") return this.#send(watcher, written, state, "tcp");
    const address = `${watcher.from.host}:${destinationOf(watcher).port}`;
    if (!large) return this.#send(watcher, written, state, "udp");
    if ((this.#withoutTcp.get(address) ?? Number.NEGATIVE_INFINITY) <= this.#now()) {
      const told = await this.#send(watcher, written, state, "tcp");
      if (told.reached) return told;
      this.#noteWithoutTcp(address);
    }
    const fitting = written.body.length <= datagramOctets ? written : this.#write(watcher, full, datagramOctets);
    return this.#send(watcher, fitting, state, "udp");
  }

  #noteWithoutTcp(address: string): void {
    this.#withoutTcp.delete(address);
    this.#withoutTcp.set(address, this.#now() + withoutTcpMs);
    const oldest = this.#withoutTcp.keys().next();
    if (this.#withoutTcp.size > maxWithoutTcp && oldest.done !== true) this.#withoutTcp.delete(oldest.value);
  }

  #write(watcher: Watcher, full: boolean, maxOctets: number): WrittenDocument {
    const { gateway } = this.#options;
    const { resource, version, told, sessionDescriptions } = watcher;
    const writing = { gateway, address: this.#socket.address, now: this.#now(), sessionDescriptions };
    return writeDocument(writing, { resource, version, maxOctets, since: full ? null : told });
  }

  async #send(watcher: Watcher, written: WrittenDocument, state: string, transport: SipTransport) {
    const { counters } = this.#options;
    const flow = transport === "tcp" && watcher.from.transport === "tcp" ? watcher.from.flow : null;
    if (written.cut) counters.add("sip.documentsCut");
    const request = notifyOf(watcher, this.#socket.address, state, written.body);
    const result = await this.#socket.request({ ...destinationOf(watcher), transport, flow }, request);
    const ok = result.kind === "response" && result.response.status < 300;
    counters.add(ok ? "sip.notified" : "sip.notifyFailed");
    if (ok) {
      watcher.told = written.told;
      watcher.version += 1;
    }
    return { ok, cut: written.cut, reached: result.kind !== "unreachable" };
  }

  #arm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const deadline = this.#table.deadline();
    if (deadline === null || this.#closed) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#tick();
      },
      Math.max(1, Math.ceil(deadline - this.#now())),
    );
    this.#timer.unref();
  }
}

function overloaded(): SipReply {
  return { status: 503, headers: [["Retry-After", "5"]] };
}

/** RFC 3261 12.2.2: a refresh may come from elsewhere, and wants to be told there. */
function refresh(watcher: Watcher, request: SipRequest, from: SipSource): void {
  watcher.from = from;
  watcher.target = contactOf(request) ?? watcher.target;
}
