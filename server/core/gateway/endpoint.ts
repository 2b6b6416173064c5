/**
 * One line or trunk channel of a gateway: its hook, what it was asked to report and to play, and its states (B11).
 * Events that are to be reported go into the endpoint's queue; the host sends them when the gateway has an owner.
 */
import type { EndpointState } from "../calls/connection.ts";
import type { EndpointKind, NotificationRequest, ObservedEvent, RequestedEvent, Signal } from "../calls/endpoint-event.ts";
import type { Now } from "../time.ts";
import { unreachable } from "../unreachable.ts";
import type { GatewayConnection } from "./connection-table.ts";
import { type DigitMap, dialState, parseDigitMap } from "./digit-map.ts";
import { type EventQueue, idleQueue, newEventQueue, queueEvent } from "./event-queue.ts";

export interface Endpoint {
  /** 1-based within the gateway. */
  readonly index: number;
  readonly name: string;
  readonly kind: EndpointKind;
  readonly number: string | null;
  inService: boolean;
  forwarding: boolean;
  transfer: boolean;
  /** Lines: the hook. Trunk channels: seized by either side. */
  offHook: boolean;
  /** True where the endpoint's own party began the present call. */
  calling: boolean;
  /** Of the present call: this side's number where it is not the endpoint's own (trunks), and the other side's. */
  localParty: string | null;
  otherParty: string | null;
  requestId: string;
  events: readonly RequestedEvent[];
  digitMap: DigitMap | null;
  digits: string;
  signals: readonly Signal[];
  /** Set by `N:` for this endpoint alone; null follows the gateway. */
  notifiedEntity: string | null;
  /** The idle one of all endpoints until something is to be told. */
  queue: EventQueue;
  /** Two at most, so a list that is replaced. */
  connections: readonly GatewayConnection[];
}

/** One empty list for all: a large gateway has many idle endpoints. */
const nothing: readonly never[] = [];

export function newEndpoint(index: number, name: string, kind: EndpointKind, number: string | null): Endpoint {
  return {
    index,
    name,
    kind,
    number,
    inService: true,
    forwarding: false,
    transfer: false,
    offHook: false,
    calling: false,
    localParty: null,
    otherParty: null,
    requestId: "0",
    events: nothing,
    digitMap: null,
    digits: "",
    signals: nothing,
    notifiedEntity: null,
    queue: idleQueue,
    connections: nothing,
  };
}

/** What the endpoint's party does, or its timer. */
export type Stimulus =
  | Exclude<ObservedEvent, { kind: "digits" }>
  | { readonly kind: "digit"; readonly digit: string }
  | { readonly kind: "digit-timer" };

/** Hook and trunk messages are reported even where nobody asked for them (persistent events, RFC 3660). */
function isRequested(endpoint: Endpoint, event: RequestedEvent): boolean {
  return event === "digits" ? endpoint.events.includes("digits") : true;
}

/** Takes in what happened; returns the event that was queued for the notified entity, or null. */
export function observe(endpoint: Endpoint, stimulus: Stimulus, now: Now): ObservedEvent | null {
  switch (stimulus.kind) {
    case "off-hook":
      if (endpoint.offHook) return null;
      endpoint.offHook = true;
      endpoint.calling = !isAlerted(endpoint);
      if (endpoint.calling) endpoint.otherParty = null;
      return report(endpoint, { kind: "off-hook" }, now);
    case "on-hook":
      if (!endpoint.offHook) return null;
      endpoint.offHook = false;
      endpoint.digits = "";
      return report(endpoint, { kind: "on-hook" }, now);
    case "digit":
      return observeDigit(endpoint, stimulus.digit, now);
    case "digit-timer":
      return observeDigit(endpoint, "T", now);
    case "seizure":
      if (endpoint.offHook) return null;
      endpoint.offHook = true;
      endpoint.calling = true;
      endpoint.localParty = stimulus.calling;
      endpoint.otherParty = stimulus.called;
      return report(endpoint, stimulus, now);
    case "answer":
      return report(endpoint, stimulus, now);
    case "release":
      if (!endpoint.offHook) return null;
      endpoint.offHook = false;
      return report(endpoint, stimulus, now);
    default:
      return unreachable(stimulus);
  }
}

/** Rung or seized by the call server. */
export function isAlerted(endpoint: Endpoint): boolean {
  return endpoint.signals.some((signal) => signal.kind === "ringing" || signal.kind === "seizure");
}

function observeDigit(endpoint: Endpoint, digit: string, now: Now): ObservedEvent | null {
  if (!endpoint.offHook || !isRequested(endpoint, "digits")) return null;
  if (digit === "T" && endpoint.digits === "") return null;
  endpoint.signals = endpoint.signals.filter((signal) => signal.kind !== "dial-tone");
  endpoint.digits += digit;
  const state = endpoint.digitMap === null ? "match" : dialState(endpoint.digitMap, endpoint.digits);
  // A string that can never match is reported as well: the call server decides what to play.
  if (state === "partial" || state === "timer") return null;
  const digits = endpoint.digits.replace(/T/g, "");
  endpoint.digits = "";
  endpoint.otherParty = digits;
  return report(endpoint, { kind: "digits", digits }, now);
}

function report(endpoint: Endpoint, event: ObservedEvent, now: Now): ObservedEvent {
  // Timed-out signals end with the first reported event (RFC 3435 2.3.4); a seizure is an act, not a tone.
  endpoint.signals = nothing;
  if (endpoint.queue === idleQueue) endpoint.queue = newEventQueue();
  queueEvent(endpoint.queue, { event, requestId: endpoint.requestId, at: now.mono, wall: now.wall });
  return event;
}

/** Why a request is refused, as a return code of RFC 3435 2.4; nothing of it was applied. */
export interface RefusedRequest {
  readonly code: 400 | 401 | 537;
  readonly comment: string;
}

/** Applies a notification request; null where it was. */
export function applyRequest(endpoint: Endpoint, requestId: string, request: NotificationRequest): RefusedRequest | null {
  const map = request.digitMap === null ? null : parseDigitMap(request.digitMap);
  if (request.digitMap !== null && map === null) return { code: 537, comment: "D: is no digit map" };
  // A call server that just took over may not know yet: its party is busy with something else.
  const asks = (kind: Signal["kind"]): boolean => request.signals.some((signal) => signal.kind === kind);
  if (endpoint.offHook && asks("ringing")) return { code: 401, comment: "the phone is off hook" };
  if (endpoint.offHook && endpoint.calling && asks("seizure")) return { code: 400, comment: "the network has seized the channel" };
  endpoint.requestId = requestId;
  endpoint.events = request.events;
  endpoint.signals = request.signals;
  endpoint.digitMap = map;
  endpoint.digits = "";
  for (const signal of request.signals) {
    if (signal.kind === "seizure") {
      endpoint.offHook = true;
      endpoint.calling = false;
      endpoint.localParty = signal.called;
      endpoint.otherParty = signal.calling;
    } else if (signal.kind === "ringing") {
      endpoint.calling = false;
      endpoint.otherParty = signal.callingNumber;
    } else if (signal.kind === "release") {
      endpoint.offHook = false;
    }
  }
  return null;
}

/** How long the inter-digit timer runs after the last digit: short where only the timer is missing. */
export function digitTimerMs(endpoint: Endpoint): number | null {
  if (endpoint.digits === "" || endpoint.digitMap === null) return null;
  return dialState(endpoint.digitMap, endpoint.digits) === "timer" ? 4_000 : 16_000;
}

/** @param held whether one of its connected connections is inactive */
export function endpointState(endpoint: Endpoint, held: boolean): EndpointState {
  if (!endpoint.inService) return "out-of-service";
  if (held) return "on-hold";
  if (endpoint.offHook || endpoint.connections.length > 0) return "active";
  if (endpoint.forwarding) return "forwarding-set";
  return endpoint.transfer ? "transfer-set" : "idle";
}
