/**
 * Hears SNMP notifications, traps and informs of v2c and v3 (RFC 3416 4.2.6, 4.2.7), and tells whose they are. Of a trap the sender's engine is
 * authoritative, of an inform this one (RFC 3414 1.5.1). Whatever arrives, nothing throws: what is not believed is counted, under `snmp.traps`.
 */
import type { RemoteInfo, Socket } from "node:dgram";
import type { BootId, NodeName } from "../core/identity.ts";
import type { HostPort } from "../core/site/site.ts";
import { BackWriter } from "../protocols/snmp/ber.ts";
import { type CommunityMessage, readMessage, type SecureMessage, wrapCommunity } from "../protocols/snmp/message.ts";
import { type Notification, notificationOf, writeAcknowledgement } from "../protocols/snmp/notification.ts";
import type { Clock } from "./clock.ts";
import type { Counters } from "./counters.ts";
import type { FaultTable } from "./faults.ts";
import { SnmpEngine } from "./snmp-engine.ts";
import { type Originator, type OriginatorSpec, Originators } from "./snmp-originators.ts";
import { openByAny, type SnmpUser } from "./snmp-user.ts";
import { boundUdpSocket, closeUdpSocket } from "./udp-socket.ts";

export interface SnmpReceiverOptions {
  readonly self: NodeName;
  readonly boot: BootId;
  readonly bind: HostPort;
  readonly originators: readonly OriginatorSpec[];
  readonly clock: Clock;
  readonly faults: FaultTable;
  readonly counters: Counters;
  onNotification(from: NodeName, notification: Notification): void;
}

export interface SnmpReceiver {
  readonly port: number;
  close(): Promise<void>;
}

/** What became of a datagram, as it is counted; `traps` and `informs` are those that were believed. */
type Verdict = "unknownSource" | "tooMany" | "cut" | "malformed" | "wrongCommunity" | "unauthorized" | "notInTime" | "traps" | "informs";

/** Names may come to stand for other addresses. */
const lookUpEveryMs = 300_000;

/** Rejects where the address cannot be bound. */
export async function openSnmpReceiver(options: SnmpReceiverOptions): Promise<SnmpReceiver> {
  const socket = await boundUdpSocket(options.bind);
  const receiver = new Receiver(options, socket);
  return { port: socket.address().port, close: () => receiver.close() };
}

class Receiver {
  readonly #options: SnmpReceiverOptions;
  readonly #socket: Socket;
  readonly #originators: Originators;
  readonly #engine: SnmpEngine;
  readonly #writer = new BackWriter(2048);
  #lookingUp: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: SnmpReceiverOptions, socket: Socket) {
    const { self, boot, clock, counters, originators } = options;
    const now = (): number => clock.now().mono;
    this.#options = options;
    this.#socket = socket;
    this.#originators = new Originators(originators, now());
    this.#engine = new SnmpEngine({ name: self, boot, startedAt: now(), counters, counted: "snmp.traps", now });
    socket.on("error", () => this.#count("socketErrors"));
    socket.on("message", (octets, from) => this.#receive(octets, from));
    if (this.#originators.haveNames) void this.#lookUp();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#lookingUp) clearTimeout(this.#lookingUp);
    await closeUdpSocket(this.#socket);
  }

  async #lookUp(): Promise<void> {
    await this.#originators.lookUp(() => this.#options.clock.now().mono);
    if (!this.#closed) this.#lookingUp = setTimeout(() => void this.#lookUp(), lookUpEveryMs);
  }

  #count(what: string): void {
    this.#options.counters.add(`snmp.traps.${what}`);
  }

  #receive(octets: Buffer, from: RemoteInfo): void {
    this.#count("heard");
    const verdict = this.#judge(octets, from);
    if (verdict !== null) this.#count(verdict);
  }

  /** The cheapest first: strangers and storms are not even read. */
  #judge(octets: Buffer, from: RemoteInfo): Verdict | null {
    const { self, faults, clock } = this.#options;
    const source = this.#originators.at(from.address);
    if (source === null) return "unknownSource";
    const now = clock.now().mono;
    if (source.bucket.waitMs(1, now) > 0) return "tooMany";
    source.bucket.charge(1, now);
    const originators = source.originators.filter(({ node }) => !faults.blocked(node, self, 1));
    if (originators.length === 0) return "cut";
    const message = readMessage(octets);
    if (message === null) return "malformed";
    if (message.version === "2c") return this.#byCommunity(message, originators, from);
    const isOurs = message.reportable || Buffer.compare(message.security.engineId, this.#engine.id) === 0;
    return isOurs ? this.#informed(octets, message, originators, from) : this.#trapped(octets, message, originators);
  }

  #byCommunity({ community, pdu }: CommunityMessage, originators: readonly Originator[], to: RemoteInfo): Verdict {
    const known = originators.filter((one) => one.hasCommunity(community));
    if (known.length === 0) return "wrongCommunity";
    const notification = notificationOf(pdu);
    if (notification === null) return "malformed";
    if (notification.kind === "inform") {
      this.#writer.clear();
      writeAcknowledgement(this.#writer, pdu);
      wrapCommunity(this.#writer, community);
      this.#send(Buffer.from(this.#writer.octets()), known, to);
    }
    return this.#tell(notification, known);
  }

  /**
   * RFC 3412 6.4: only what wants an answer is reportable, so this is an inform, or what leads to one, the discovery of our engine.
   * Null: the engine has counted why it was none.
   */
  #informed(octets: Uint8Array, message: SecureMessage, originators: readonly Originator[], to: RemoteInfo): Verdict | null {
    const users = usersOf(originators);
    if (users.length === 0) return "unauthorized";
    let verdict: Verdict | null = null;
    let known = originators;
    const answer = this.#engine.answer({ octets, message, users, writer: this.#writer }, (pdu, openers) => {
      const notification = notificationOf(pdu);
      if (notification?.kind !== "inform") return false;
      known = originators.filter(({ user }) => user !== null && openers.includes(user));
      this.#writer.clear();
      writeAcknowledgement(this.#writer, pdu);
      verdict = this.#tell(notification, known);
      return true;
    });
    if (answer !== null) this.#send(answer, known, to);
    return verdict;
  }

  #trapped(octets: Uint8Array, message: SecureMessage, originators: readonly Originator[]): Verdict {
    const { users, opened } = openByAny(usersOf(originators), octets, message);
    if (typeof opened === "string") return "unauthorized";
    const now = this.#options.clock.now().mono;
    const known = originators.filter((one) => one.user !== null && users.includes(one.user) && one.isInTime(message, now));
    if (known.length === 0) return "notInTime";
    const notification = notificationOf(opened.pdu);
    return notification?.kind === "trap" ? this.#tell(notification, known) : "malformed";
  }

  #tell(notification: Notification, known: readonly Originator[]): Verdict {
    for (const { node } of known) this.#options.onNotification(node, notification);
    return notification.kind === "trap" ? "traps" : "informs";
  }

  #send(answer: Buffer, to: readonly Originator[], { address, port }: RemoteInfo): void {
    const { self, faults } = this.#options;
    if (to.every(({ node }) => faults.blocked(self, node, 1))) {
      this.#count("cut");
      return;
    }
    this.#socket.send(answer, port, address, (error) => {
      if (error !== null) this.#count("sendFailed");
    });
  }
}

function usersOf(originators: readonly Originator[]): SnmpUser[] {
  return originators.flatMap(({ user }) => user ?? []);
}
