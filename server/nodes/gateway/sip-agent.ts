/**
 * The gateway's SIP agent: whoever may read subscribes to its dialogs, primary and standby alike (A1, A12); it takes no calls. Without a user and a secret
 * it answers the hosts of this site's call servers only; with them, whoever proves to know them. OPTIONS anybody may ask: it tells nothing about calls.
 */
import type { Gateway } from "../../core/gateway/gateway.ts";
import type { HostPort } from "../../core/site/site.ts";
import { parseSipUri } from "../../protocols/sip/address.ts";
import { dialogInfoType, dialogPackage } from "../../protocols/sip/dialog-info.ts";
import type { Credentials } from "../../protocols/sip/digest.ts";
import { DigestServer } from "../../protocols/sip/digest-server.ts";
import { parseEvent } from "../../protocols/sip/event-header.ts";
import { type Header, headerOf, headersOf, type SipRequest } from "../../protocols/sip/message.ts";
import { parametrized, splitUnquoted } from "../../protocols/sip/parameters.ts";
import type { SipReply } from "../../protocols/sip/reply.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Counters } from "../../runtime/counters.ts";
import type { FaultTable } from "../../runtime/faults.ts";
import { newNonce, sipDigest } from "../../runtime/sip-digest.ts";
import type { SipSource } from "../../runtime/sip-exchange.ts";
import { openSipSocket } from "../../runtime/sip-socket.ts";
import { resourceOf } from "./sip-dialogs.ts";
import { SipNotifier } from "./sip-notifier.ts";

export interface SipAgentOptions {
  readonly gateway: Gateway;
  readonly bind: HostPort;
  /** Addresses of those who may ask without proof. */
  readonly trustedHosts: ReadonlySet<string>;
  readonly credentials: Credentials | null;
  readonly clock: Clock;
  readonly faults: FaultTable;
  readonly counters: Counters;
  /** What it calls itself. */
  readonly software: string;
}

export interface SipAgent {
  readonly address: HostPort;
  readonly subscriptions: number;
  /** The connection table changed. */
  changed(): void;
  close(): Promise<void>;
}

/** A gateway is asked, in messages of a few hundred octets. */
const maxBodyOctets = 65_536;
const allowed = "SUBSCRIBE, OPTIONS";
const knownMethods = ["INVITE", "BYE", "CANCEL", "REGISTER", "NOTIFY", "PUBLISH", "MESSAGE", "INFO", "PRACK", "UPDATE", "REFER"];

export async function openSipAgent(options: SipAgentOptions): Promise<SipAgent> {
  const { gateway, bind, clock, faults, counters } = options;
  let agent: Answering | null = null;
  const socket = await openSipSocket({
    self: gateway.name,
    bind,
    nodes: new Map(),
    clock,
    faults,
    counters,
    maxBodyOctets,
    onRequest: (request, from) => agent?.answer(request, from) ?? { status: 503 },
  });
  const notifier = new SipNotifier(socket, { gateway, clock, counters });
  agent = new Answering(options, notifier);
  return {
    address: socket.address,
    get subscriptions() {
      return notifier.subscriptions;
    },
    changed: () => notifier.changed(),
    async close() {
      notifier.close();
      await socket.close();
    },
  };
}

class Answering {
  readonly #options: SipAgentOptions;
  readonly #notifier: SipNotifier;
  readonly #digest: DigestServer | null;
  readonly #server: Header;

  constructor(options: SipAgentOptions, notifier: SipNotifier) {
    const { credentials, gateway, software } = options;
    this.#options = options;
    this.#notifier = notifier;
    this.#server = ["Server", software];
    this.#digest =
      credentials === null ? null : new DigestServer({ realm: gateway.name, credentials: [credentials], digest: sipDigest, newNonce });
  }

  answer(request: SipRequest, from: SipSource): SipReply {
    const reply = this.#reply(request, from);
    return { ...reply, headers: [...(reply.headers ?? []), this.#server] };
  }

  #reply(request: SipRequest, from: SipSource): SipReply {
    const required = headersOf(request, "Require");
    // Nothing beyond the RFCs is understood here (RFC 3261 8.2.2.3).
    if (required.length > 0) return { status: 420, headers: [["Unsupported", required.join(", ")]] };
    if (request.method === "SUBSCRIBE") return this.#subscribe(request, from);
    if (request.method === "OPTIONS") {
      return {
        status: 200,
        headers: [
          ["Allow", allowed],
          ["Accept", dialogInfoType],
          ["Allow-Events", dialogPackage],
        ],
      };
    }
    if (request.method === "CANCEL" || request.method === "BYE") return { status: 481 };
    return { status: knownMethods.includes(request.method) ? 405 : 501, headers: [["Allow", allowed]] };
  }

  #subscribe(request: SipRequest, from: SipSource): SipReply {
    const { gateway, counters } = this.#options;
    const refusal = this.#refusalOf(request, from);
    if (refusal !== null) {
      counters.add("sip.refused");
      return refusal;
    }
    if (parseEvent(headerOf(request, "Event"))?.package !== dialogPackage)
      return { status: 489, headers: [["Allow-Events", dialogPackage]] };
    if (!acceptsDialogInfo(headersOf(request, "Accept"))) return { status: 406, headers: [["Accept", dialogInfoType]] };
    const uri = parseSipUri(request.uri);
    const resource = uri === null ? null : resourceOf(gateway, uri.user, uri.host);
    return resource === null ? { status: 404 } : this.#notifier.subscribe(request, from, resource);
  }

  /** Null: whoever asks may. */
  #refusalOf(request: SipRequest, from: SipSource): SipReply | null {
    const { trustedHosts, clock, counters } = this.#options;
    if (this.#digest === null) return trustedHosts.has(from.host) ? null : { status: 403 };
    const verdict = this.#digest.judge(clock.now().mono, request);
    if (verdict.kind === "known") return null;
    if (verdict.wrong) counters.add("sip.badCredentials");
    return { status: 401, headers: verdict.headers };
  }
}

/** RFC 4235 3.5: without Accept the package's own type is meant. */
function acceptsDialogInfo(accept: readonly string[]): boolean {
  if (accept.length === 0) return true;
  const types = accept.flatMap((header) => splitUnquoted(header, ",")).map((type) => parametrized(type).value.toLowerCase());
  return types.some((type) => type === dialogInfoType || type === "application/*" || type === "*/*");
}
