/**
 * Tandem's signals and events ↔ MGCP package events, used by both ends: line package L and DTMF package D (RFC 3660),
 * MF packages MD and MS (RFC 3064). Names outside this table decode to null, so the caller can answer 522.
 */
import type { ObservedEvent, RequestedEvent, Signal } from "../../core/calls/endpoint-event.ts";
import { unreachable } from "../../core/unreachable.ts";
import { type EventSpec, namedArgument, plainEvent } from "./event-list.ts";

export function encodeSignals(signals: readonly Signal[]): EventSpec[] {
  return signals.flatMap((signal) => {
    switch (signal.kind) {
      case "dial-tone":
        return [plainEvent("L/dl")];
      case "ringing":
        return signal.callingNumber === null
          ? [plainEvent("L/rg")]
          : [plainEvent("L/rg"), plainEvent("L/ci", "", number(signal.callingNumber), "")];
      case "ringback":
        return [plainEvent("L/rt")];
      case "busy-tone":
        return [plainEvent("L/bz")];
      case "reorder-tone":
        return [plainEvent("L/ro")];
      case "seizure":
        return [seizureEvent(signal.called, signal.calling)];
      case "answer":
        return [plainEvent("MS/ans")];
      case "release":
        return [plainEvent("MS/rel", String(signal.cause))];
      default:
        return unreachable(signal);
    }
  });
}

export function decodeSignals(events: readonly EventSpec[]): Signal[] | null {
  const signals: Signal[] = [];
  const callerId = events.find((event) => named(event, "l/ci"));
  for (const event of events) {
    switch (event.name.toLowerCase()) {
      case "l/dl":
        signals.push({ kind: "dial-tone" });
        break;
      case "l/rg":
        signals.push({ kind: "ringing", callingNumber: callerId?.arguments?.[1]?.replaceAll('"', "") || null });
        break;
      case "l/ci":
        break;
      case "l/rt":
        signals.push({ kind: "ringback" });
        break;
      case "l/bz":
        signals.push({ kind: "busy-tone" });
        break;
      case "l/ro":
        signals.push({ kind: "reorder-tone" });
        break;
      default: {
        const message = decodeTrunkEvent(event);
        if (message === null) return null;
        signals.push(message);
      }
    }
  }
  return signals;
}

/** MD/sup, MS/ans, MS/rel have the same form as signal and as event. */
function decodeTrunkEvent(event: EventSpec): Extract<Signal & ObservedEvent, { kind: "seizure" | "answer" | "release" }> | null {
  switch (event.name.toLowerCase()) {
    case "md/sup": {
      const called = namedArgument(event, "addr");
      const calling = namedArgument(event, "id");
      return called === null || !isNumber(called)
        ? null
        : { kind: "seizure", called, calling: calling !== null && isNumber(calling) ? calling : null };
    }
    case "ms/ans":
      return { kind: "answer" };
    case "ms/rel": {
      const cause = Number(event.arguments?.[0] ?? "16");
      return Number.isInteger(cause) && cause >= 1 && cause <= 127 ? { kind: "release", cause } : null;
    }
    default:
      return null;
  }
}

const requestedNames: Record<RequestedEvent, EventSpec> = {
  "off-hook": plainEvent("L/hd", "N"),
  "on-hook": plainEvent("L/hu", "N"),
  digits: plainEvent("D/[0-9*#T]", "D"),
  seizure: plainEvent("MD/sup", "N"),
  answer: plainEvent("MS/ans", "N"),
  release: plainEvent("MS/rel", "N"),
};

export function encodeRequestedEvents(events: readonly RequestedEvent[]): EventSpec[] {
  return events.map((event) => requestedNames[event]);
}

export function decodeRequestedEvents(events: readonly EventSpec[]): RequestedEvent[] | null {
  const requested: RequestedEvent[] = [];
  for (const event of events) {
    const known = (Object.keys(requestedNames) as RequestedEvent[]).find((name) => named(event, requestedNames[name].name));
    const name = known ?? (event.name.toLowerCase().startsWith("d/[") ? "digits" : undefined);
    if (name === undefined) return null;
    requested.push(name);
  }
  return requested;
}

/** Digits travel one event each (RFC 3435 3.2.2.14): `D/5,D/0,D/1`. */
export function encodeObservedEvents(events: readonly ObservedEvent[]): EventSpec[] {
  return events.flatMap((event) => {
    switch (event.kind) {
      case "off-hook":
        return [plainEvent("L/hd")];
      case "on-hook":
        return [plainEvent("L/hu")];
      case "digits":
        return [...event.digits].map((digit) => plainEvent(`D/${digit}`));
      case "seizure":
        return [seizureEvent(event.called, event.calling)];
      case "answer":
        return [plainEvent("MS/ans")];
      case "release":
        return [plainEvent("MS/rel", String(event.cause))];
      default:
        return unreachable(event);
    }
  });
}

/** Null where an event is not one of ours. Consecutive digits become one event; the timer mark `D/T` is dropped. */
export function decodeObservedEvents(events: readonly EventSpec[]): ObservedEvent[] | null {
  const observed: ObservedEvent[] = [];
  for (const event of events) {
    const digit = /^d\/([0-9*#a-dt])$/i.exec(event.name)?.[1];
    if (digit !== undefined) {
      const last = observed.at(-1);
      const digits = (last?.kind === "digits" ? last.digits : "") + (/t/i.test(digit) ? "" : digit.toUpperCase());
      if (last?.kind === "digits") observed.pop();
      observed.push({ kind: "digits", digits });
    } else if (named(event, "l/hd")) observed.push({ kind: "off-hook" });
    else if (named(event, "l/hu")) observed.push({ kind: "on-hook" });
    else {
      const message = decodeTrunkEvent(event);
      if (message === null) return null;
      observed.push(message);
    }
  }
  return observed;
}

function seizureEvent(called: string, calling: string | null): EventSpec {
  return plainEvent("MD/sup", `addr(${number(called)})`, ...(calling === null ? [] : [`id(${number(calling)})`]));
}

function named(event: EventSpec, name: string): boolean {
  return event.name.toLowerCase() === name.toLowerCase();
}

function isNumber(text: string): boolean {
  return /^\+?[0-9*#A-Da-d]{1,32}$/.test(text);
}

/** Only dialling characters go into an event's parameters. */
function number(text: string): string {
  return text.replace(/[^0-9*#+A-Da-d]/g, "");
}
