/**
 * What a call server asks an endpoint to do (signals), to report (requested events), and what the endpoint then reports.
 * The names are Tandem's; the MGCP name stands beside each (RFC 3660 packages L and D, RFC 3064 packages MS and MD).
 *
 * A request stands until the next one replaces it: every requested event is reported each time it happens (RFC 3435 3.2.2.13, `Q: loop`),
 * so no hook event is lost between two commands. Signals last until the next request, until a requested event happens, or until their own time-out.
 */
import type { NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";

/** A line has a hook and a dial; a trunk channel is seized, answered and released by messages. */
export type EndpointKind = "line" | "trunk";

export type Signal =
  /** `L/dl` */
  | { readonly kind: "dial-tone" }
  /** `L/rg`, with `L/ci(,<callingNumber>,)` where the number is known. */
  | { readonly kind: "ringing"; readonly callingNumber: string | null }
  /** `L/rt` */
  | { readonly kind: "ringback" }
  /** `L/bz` */
  | { readonly kind: "busy-tone" }
  /** `L/ro` */
  | { readonly kind: "reorder-tone" }
  /** `MD/sup(addr(<called>),id(<calling>))`: seize the channel towards the network. */
  | { readonly kind: "seizure"; readonly called: string; readonly calling: string | null }
  /** `MS/ans`: the called party answered; passed back to the network. */
  | { readonly kind: "answer" }
  /** `MS/rel(<cause>)`: release the channel towards the network. */
  | { readonly kind: "release"; readonly cause: number };

export type RequestedEvent =
  /** `L/hd` */
  | "off-hook"
  /** `L/hu` */
  | "on-hook"
  /** `D/[0-9*#T](D)`: digits accumulated by the digit map. */
  | "digits"
  /** `MD/sup` */
  | "seizure"
  /** `MS/ans` */
  | "answer"
  /** `MS/rel` */
  | "release";

export interface NotificationRequest {
  readonly signals: readonly Signal[];
  readonly events: readonly RequestedEvent[];
  /** RFC 3435 2.1.5 digit map, for example `(50[1-3]xx|0xxxxxx.T)`; present exactly where `digits` is requested. */
  readonly digitMap: string | null;
}

export type ObservedEvent =
  | { readonly kind: "off-hook" }
  | { readonly kind: "on-hook" }
  /** All digits that the digit map gathered, without its timer mark `T`. */
  | { readonly kind: "digits"; readonly digits: string }
  | { readonly kind: "seizure"; readonly called: string; readonly calling: string | null }
  | { readonly kind: "answer" }
  | { readonly kind: "release"; readonly cause: number };

/** An observed event as it reached the call server, at the instant when it happened: received − the age that the notification carries. */
export interface EndpointEvent {
  readonly kind: "endpoint-event";
  readonly gateway: NodeName;
  readonly endpoint: string;
  readonly event: ObservedEvent;
  readonly at: WallTime;
  /** ± ms: what the path and the event loops may have added. */
  readonly errorMs: number;
  /** So much of `errorMs` is for a process that may have read it late: it happened that much earlier then, but no later. */
  readonly lateMs?: number;
  /** The clock was set forward, or the machine slept, after it was heard: `errorMs` includes that. */
  readonly sleptOver?: true;
}

export function endsCall({ event }: EndpointEvent): boolean {
  return event.kind === "on-hook" || event.kind === "release";
}

/** The event, dated by what it may have met on its way: a path that takes up to `pathMs`, and a process that is late by up to `lateMs`, both ms. */
export function datedBy(event: EndpointEvent, { pathMs, lateMs }: { readonly pathMs: number; readonly lateMs: number }): EndpointEvent {
  const errorMs = event.errorMs + pathMs / 2 + lateMs;
  return { ...event, at: event.at - pathMs / 2, errorMs, lateMs };
}

/** When it had happened at the latest. */
export function latestOf({ at, errorMs, lateMs = 0 }: Pick<EndpointEvent, "at" | "errorMs" | "lateMs">): WallTime {
  return at + errorMs - lateMs;
}

/** Each endpoint keeps what it was asked: one list for all of them. */
const lineEvents: readonly RequestedEvent[] = ["off-hook", "on-hook"];
const trunkEvents: readonly RequestedEvent[] = ["seizure", "answer", "release"];

/** What every endpoint is asked to report while nothing else is asked of it. */
export function standingEvents(kind: EndpointKind): readonly RequestedEvent[] {
  return kind === "line" ? lineEvents : trunkEvents;
}

/** The request that leaves an endpoint quiet and watched: sent at takeover, after a call, and when a gateway registers. */
export function standingRequest(kind: EndpointKind): NotificationRequest {
  return { signals: [], events: standingEvents(kind), digitMap: null };
}
