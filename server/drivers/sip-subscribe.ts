/**
 * SUBSCRIBE to the dialog package of one resource, as polls and standing subscriptions both send it: one SIP dialog each, challenges answered,
 * and asked without session descriptions where a server knows the package only without parameters (Kamailio answers 489 then).
 */

import type { AuditFailureKind } from "../core/polling/failure-kind.ts";
import type { HostPort } from "../core/site/site.ts";
import { parseNameAddress, parseSipUri, tagOf } from "../protocols/sip/address.ts";
import { dialogInfoType, dialogPackage } from "../protocols/sip/dialog-info.ts";
import type { DigestClient } from "../protocols/sip/digest-client.ts";
import { parseEvent } from "../protocols/sip/event-header.ts";
import {
  type Header,
  headerOf,
  headersOf,
  numberOf,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from "../protocols/sip/message.ts";
import { splitUnquoted } from "../protocols/sip/parameters.ts";
import { sequenceOf } from "../protocols/sip/transaction-key.ts";
import type { MessageTrace, SipDestination, SipSocket, SipTransport } from "../runtime/sip-exchange.ts";

export interface SubscribeOptions {
  readonly socket: SipSocket;
  readonly address: HostPort;
  readonly transport: SipTransport;
  /** Our name: user part of From and Contact. */
  readonly sourceName: string;
  readonly digest: DigestClient | null;
}

/** The subscriber's half of a SIP dialog (RFC 3261 12). */
export interface SubscriptionDialog {
  readonly resource: string;
  readonly callId: string;
  readonly localTag: string;
  sequence: number;
  remoteTag: string | null;
  remoteTarget: string | null;
  remoteSequence: number;
  routes: readonly string[];
}

export type SubscribeResult =
  | { readonly kind: "accepted"; readonly response: SipResponse; readonly expiresSeconds: number | null }
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly failureKind: AuditFailureKind;
      readonly sentence: string;
      readonly minExpiresSeconds: number | null;
      readonly retryAfterSeconds: number | null;
    }
  | { readonly kind: "silent"; readonly failureKind: AuditFailureKind; readonly sentence: string };

const challenged: readonly number[] = [401, 407];

export class SipSubscribe {
  readonly #options: SubscribeOptions;
  /** The server refused the package's parameter once. */
  #plainEvent = false;
  /** SUBSCRIBE requests sent so far. */
  requests = 0;

  constructor(options: SubscribeOptions) {
    this.#options = options;
  }

  newDialog(resource: string): SubscriptionDialog {
    const { socket } = this.#options;
    const common = { sequence: 0, remoteTag: null, remoteTarget: null, remoteSequence: -1, routes: [] };
    return { resource, callId: `${socket.newToken()}@${socket.address.host}`, localTag: socket.newToken(), ...common };
  }

  async send(dialog: SubscriptionDialog, expiresSeconds: number, deadlineMs: number, trace?: MessageTrace): Promise<SubscribeResult> {
    const { digest } = this.#options;
    let answeredChallenge = false;
    for (;;) {
      this.requests += 1;
      const plain = this.#plainEvent;
      const result = await this.#request(dialog, expiresSeconds, deadlineMs, trace);
      if (result.kind !== "response") return silent(this.#options, result);
      const { response } = result;
      if (challenged.includes(response.status) && digest !== null && !answeredChallenge && digest.take(response)) {
        answeredChallenge = true;
        continue;
      }
      if (response.status === 489 && !plain) {
        this.#plainEvent = true;
        continue;
      }
      if (response.status >= 300) return refusal(response, digest !== null);
      takeRemote(dialog, tagOf(headerOf(response, "To")), response, true);
      return { kind: "accepted", response, expiresSeconds: numberOf(response, "Expires") };
    }
  }

  #request(dialog: SubscriptionDialog, expiresSeconds: number, deadlineMs: number, trace?: MessageTrace) {
    const { socket, sourceName, digest, transport } = this.#options;
    const { host, port } = socket.address;
    const name = `sip:${sourceName}@${host.includes(":") ? `[${host}]` : host}`;
    const uri = dialog.remoteTarget ?? dialog.resource;
    dialog.sequence += 1;
    const headers: Header[] = [
      ["From", `<${name}>;tag=${dialog.localTag}`],
      ["To", dialog.remoteTag === null ? `<${dialog.resource}>` : `<${dialog.resource}>;tag=${dialog.remoteTag}`],
      ["Call-ID", dialog.callId],
      ["CSeq", `${dialog.sequence} SUBSCRIBE`],
      ["Contact", `<${name}:${port}${transport === "tcp" ? ";transport=tcp" : ""}>`],
      ["Event", this.#plainEvent ? dialogPackage : `${dialogPackage};include-session-description`],
      ["Accept", dialogInfoType],
      ["Expires", String(expiresSeconds)],
      ...dialog.routes.map((route): Header => ["Route", route]),
    ];
    const authorization = digest?.authorize("SUBSCRIBE", uri, socket.newToken()) ?? null;
    if (authorization !== null) headers.push(authorization);
    return socket.request(this.#destination(dialog), { method: "SUBSCRIBE", uri, headers }, { deadlineMs, trace });
  }

  /** RFC 3261 12.2.1.1: within a dialog, where its first route or else its remote target says. */
  #destination({ routes, remoteTarget }: SubscriptionDialog): SipDestination {
    const { address, transport } = this.#options;
    const next = routes[0] === undefined ? remoteTarget : (parseNameAddress(routes[0])?.uri ?? null);
    const uri = next === null ? null : parseSipUri(next);
    return uri === null ? { ...address, transport } : { host: uri.host, port: uri.port ?? 5060, transport };
  }
}

/** The notifier's tag, target and route, from its answer or from its first NOTIFY, whichever came first (RFC 6665 4.4.1). */
export function takeRemote(dialog: SubscriptionDialog, tag: string | null, message: SipMessage, reversed: boolean): void {
  const contact = headerOf(message, "Contact");
  const target = contact === null ? null : (parseNameAddress(splitUnquoted(contact, ",")[0] as string)?.uri ?? null);
  if (target !== null) dialog.remoteTarget = target;
  if (dialog.remoteTag !== null) return;
  dialog.remoteTag = tag;
  const routes = headersOf(message, "Record-Route").flatMap((header) => splitUnquoted(header, ","));
  dialog.routes = reversed ? routes.reverse() : routes;
}

/** Why a NOTIFY is none of this dialog: the status to answer with; null where it is fine (RFC 3261 12.2.2, RFC 6665 4.1.3). */
export function notifyProblem(dialog: SubscriptionDialog, notify: SipRequest): number | null {
  if (notify.method !== "NOTIFY") return 405;
  if (tagOf(headerOf(notify, "To")) !== dialog.localTag) return 481;
  if (parseEvent(headerOf(notify, "Event"))?.package !== dialogPackage) return 489;
  const sequence = sequenceOf(notify)?.number ?? -1;
  const tag = tagOf(headerOf(notify, "From"));
  if (dialog.remoteTag !== null && tag !== dialog.remoteTag) return 481;
  if (sequence <= dialog.remoteSequence) return 500;
  dialog.remoteSequence = sequence;
  takeRemote(dialog, tag, notify, false);
  return null;
}

function silent(
  { address, transport }: SubscribeOptions,
  result: { readonly kind: "timed-out" | "no-address" | "unreachable" | "not-sent"; readonly attempts?: number; readonly reason?: string },
): SubscribeResult {
  const there = `${address.host}:${address.port} over ${transport.toUpperCase()}`;
  switch (result.kind) {
    case "timed-out":
      return { kind: "silent", failureKind: "timeout", sentence: `no answer from ${there} to ${result.attempts} transmissions` };
    case "no-address":
      return { kind: "silent", failureKind: "timeout", sentence: result.reason ?? "it has no address" };
    case "unreachable":
      return { kind: "silent", failureKind: "refused", sentence: `no connection to ${there}: ${result.reason}` };
    case "not-sent":
      return { kind: "silent", failureKind: "other", sentence: `SUBSCRIBE was not sent: ${result.reason}` };
  }
}

function refusal(response: SipResponse, proved: boolean): SubscribeResult {
  const { status, reason } = response;
  const told = `${status} ${reason}`.trim();
  const common = { status, minExpiresSeconds: numberOf(response, "Min-Expires"), retryAfterSeconds: numberOf(response, "Retry-After") };
  const refused = (failureKind: AuditFailureKind, sentence: string): SubscribeResult => ({
    kind: "refused",
    failureKind,
    sentence,
    ...common,
  });
  switch (status) {
    case 401:
    case 407:
      return refused("unauthorized", proved ? `it refuses this user and secret (${told})` : `it asks for a user and a secret (${told})`);
    case 403:
      return refused("unauthorized", `it forbids this server to ask (${told})`);
    case 404:
      return refused("refused", `it knows no such resource (${told})`);
    case 405:
    case 501:
      return refused("refused", `it does not know SUBSCRIBE (${told})`);
    case 481:
      return refused("refused", `it does not know the subscription any more (${told})`);
    case 489: {
      const known = headersOf(response, "Allow-Events").join(", ");
      return refused("refused", `it does not know the dialog event package (${told})${known === "" ? "" : `; it knows ${known}`}`);
    }
    default:
      return refused(status === 408 ? "timeout" : "refused", `it answered ${told}`);
  }
}
