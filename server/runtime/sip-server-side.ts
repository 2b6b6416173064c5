/** The asked half of a SIP socket: each request of others reaches its handler once, and its answer goes back the way that the RFC says. */
import type { HostPort } from "../core/site/site.ts";
import type { Instant } from "../core/time.ts";
import { unreachable } from "../core/unreachable.ts";
import { encodeMessage } from "../protocols/sip/encode.ts";
import type { SipRequest } from "../protocols/sip/message.ts";
import { responseTo, type SipReply } from "../protocols/sip/reply.ts";
import { ServerTransactions } from "../protocols/sip/server-transactions.ts";
import type { SipTimers } from "../protocols/sip/timers.ts";
import { essentialsOf, serverKeyOf, type TransactionKey } from "../protocols/sip/transaction-key.ts";
import type { Via } from "../protocols/sip/via.ts";
import type { Counters } from "./counters.ts";
import type { MessageTrace, SipHandler, SipSource } from "./sip-exchange.ts";

/** What it needs of the socket. */
export interface SipServerPorts {
  readonly counters: Counters;
  readonly timers: SipTimers;
  readonly onRequest: SipHandler;
  now(): Instant;
  newToken(): string;
  isCut(way: "in" | "out", peer: HostPort): boolean;
  sendDatagram(octets: string, to: HostPort): void;
  /** Over the connection that the request came by. */
  sendOver(octets: string, flow: number): void;
  /** A deadline may have changed. */
  arm(): void;
}

interface Claim {
  readonly handler: SipHandler;
  readonly trace: MessageTrace | null;
}

/** A request under way, and where its answer goes. */
interface Asked {
  readonly request: SipRequest;
  readonly via: Via;
  readonly from: SipSource;
  /** As cuts know it: over TCP the port that a connection comes from names nobody; Via names the node. */
  readonly sender: HostPort;
  readonly key: TransactionKey;
}

export class SipServerSide {
  readonly #ports: SipServerPorts;
  readonly #transactions: ServerTransactions;
  readonly #claims = new Map<string, Claim>();
  #closed = false;

  constructor(ports: SipServerPorts) {
    this.#ports = ports;
    this.#transactions = new ServerTransactions(ports.timers);
  }

  claim(callId: string, handler: SipHandler, trace: MessageTrace | null): () => void {
    const claim = { handler, trace };
    this.#claims.set(callId, claim);
    return () => {
      if (this.#claims.get(callId) === claim) this.#claims.delete(callId);
    };
  }

  deadline(): Instant | null {
    return this.#transactions.deadline();
  }

  tick(now: Instant): void {
    this.#transactions.tick(now);
  }

  close(): void {
    this.#closed = true;
  }

  receive(request: SipRequest, via: Via, from: SipSource): void {
    const { counters, isCut } = this.#ports;
    const sender = from.transport === "udp" ? from : { host: via.host, port: via.port ?? 5060 };
    if (isCut("in", sender)) return;
    if (request.method === "ACK") {
      counters.add("sip.acks");
      return;
    }
    const asked: Asked = { request, via, from, sender, key: serverKeyOf(request, via) };
    const reception = this.#transactions.accept(asked.key);
    switch (reception.kind) {
      case "replay":
        counters.add("sip.duplicate");
        this.#send(reception.response, asked);
        break;
      case "in-progress":
        counters.add("sip.duplicate");
        break;
      case "overloaded":
        counters.add("sip.overloaded");
        this.#send(this.#octetsOf(asked, { status: 503 }, null), asked);
        break;
      case "execute":
        this.#execute(asked);
        break;
      default:
        unreachable(reception);
    }
  }

  #execute(asked: Asked): void {
    const { request, from, key } = asked;
    const { counters } = this.#ports;
    const claim = this.#claims.get(essentialsOf(request)?.callId ?? "");
    const finish = (reply: SipReply | null): void => {
      if (this.#closed) return;
      if (reply === null) this.#transactions.withdraw(key);
      else {
        const octets = this.#octetsOf(asked, reply, claim?.trace ?? null);
        this.#transactions.respond(this.#ports.now(), key, octets, from.transport === "tcp");
        this.#send(octets, asked);
      }
      this.#ports.arm();
    };
    const fail = (): void => {
      counters.add("sip.handlerFailed");
      finish({ status: 500 });
    };
    counters.add("sip.requests");
    claim?.trace?.(false, request);
    try {
      const reply = (claim?.handler ?? this.#ports.onRequest)(request, from);
      if (reply instanceof Promise) reply.then(finish, fail);
      else finish(reply);
    } catch {
      fail();
    }
  }

  #octetsOf({ request, from }: Asked, reply: SipReply, trace: MessageTrace | null): string {
    const response = responseTo(request, reply, from, this.#ports.newToken());
    trace?.(true, response);
    return encodeMessage(response);
  }

  /** RFC 3261 18.2.2, RFC 3581 4: over its connection, or to where it came from, at Via's port unless `rport` asks for the very same. */
  #send(octets: string, { via, from, sender }: Asked): void {
    if (this.#ports.isCut("out", sender)) return;
    if (from.flow !== null) this.#ports.sendOver(octets, from.flow);
    else this.#ports.sendDatagram(octets, { host: from.host, port: via.parameters.has("rport") ? from.port : (via.port ?? 5060) });
  }
}
