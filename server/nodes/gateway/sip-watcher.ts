/** Who subscribed: the notifier's half of the SIP dialog (RFC 3261 12.1.1), where its NOTIFY goes, and what it was told. */
import type { HostPort } from "../../core/site/site.ts";
import { hostPortText, parseNameAddress, parseSipUri, tagOf } from "../../protocols/sip/address.ts";
import { dialogInfoType, dialogPackage } from "../../protocols/sip/dialog-info.ts";
import { parseEvent } from "../../protocols/sip/event-header.ts";
import { type Header, headerOf, headersOf, type SipRequest } from "../../protocols/sip/message.ts";
import type { SubscriptionKey } from "../../protocols/sip/notifier-table.ts";
import { splitUnquoted } from "../../protocols/sip/parameters.ts";
import { sequenceOf } from "../../protocols/sip/transaction-key.ts";
import type { OutgoingRequest, SipSource } from "../../runtime/sip-exchange.ts";
import type { Resource } from "./sip-dialogs.ts";
import type { Told } from "./sip-document.ts";

export interface Watcher {
  readonly key: SubscriptionKey;
  readonly callId: string;
  readonly localTag: string;
  /** Its From and our To, as headers. */
  readonly remote: string;
  readonly local: string;
  readonly resource: Resource;
  readonly sessionDescriptions: boolean;
  /** Its Event header, whose parameters a NOTIFY repeats where they are an id (RFC 6665 4.4.1). */
  readonly eventId: string | null;
  target: string;
  routes: readonly string[];
  from: SipSource;
  remoteSequence: number;
  sequence: number;
  version: number;
  told: Told | null;
}

/** Null where the request lacks a usable Contact or tag. */
export function watcherOf(subscribe: SipRequest, from: SipSource, resource: Resource, localTag: string): Watcher | null {
  const callId = headerOf(subscribe, "Call-ID");
  const remote = headerOf(subscribe, "From");
  const remoteTag = tagOf(remote);
  const to = headerOf(subscribe, "To");
  const target = contactOf(subscribe);
  if (callId === null || remote === null || remoteTag === null || to === null || target === null) return null;
  const event = parseEvent(headerOf(subscribe, "Event"));
  return {
    key: watcherKey(callId, localTag, remoteTag),
    callId,
    localTag,
    remote,
    local: tagOf(to) === null ? `${to};tag=${localTag}` : to,
    resource,
    sessionDescriptions: event?.parameters.has("include-session-description") ?? false,
    eventId: event?.id ?? null,
    target,
    routes: headersOf(subscribe, "Record-Route").flatMap((header) => splitUnquoted(header, ",")),
    from,
    remoteSequence: sequenceOf(subscribe)?.number ?? 0,
    sequence: 0,
    version: 0,
    told: null,
  };
}

export function watcherKey(callId: string, localTag: string, remoteTag: string): SubscriptionKey {
  return `${callId} ${localTag} ${remoteTag}`;
}

export function contactOf(subscribe: SipRequest): string | null {
  const contact = headerOf(subscribe, "Contact");
  const uri = contact === null ? null : (parseNameAddress(splitUnquoted(contact, ",")[0] as string)?.uri ?? null);
  return uri === null || parseSipUri(uri) === null ? null : uri;
}

/** The host that asked, at the port that its Contact, or the first proxy on the way, names. */
export function destinationOf({ routes, target, from }: Watcher): HostPort {
  const next = routes[0] === undefined ? target : (parseNameAddress(routes[0])?.uri ?? target);
  return { host: from.host, port: parseSipUri(next)?.port ?? 5060 };
}

export function notifyOf(watcher: Watcher, address: HostPort, state: string, body: string): OutgoingRequest {
  watcher.sequence += 1;
  const headers: Header[] = [
    ["From", watcher.local],
    ["To", watcher.remote],
    ["Call-ID", watcher.callId],
    ["CSeq", `${watcher.sequence} NOTIFY`],
    ["Contact", `<sip:${hostPortText(address.host, address.port)}>`],
    ["Event", watcher.eventId === null ? dialogPackage : `${dialogPackage};id=${watcher.eventId}`],
    ["Subscription-State", state],
    ["Content-Type", dialogInfoType],
    ...watcher.routes.map((route): Header => ["Route", route]),
  ];
  return { method: "NOTIFY", uri: watcher.target, headers, body };
}
