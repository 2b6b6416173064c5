/** Tandem's own `<connection>` inside a `<dialog>` (see dialog-info.ts): every attribute may be missing, and then says nothing. */
import type { Carries, LegOrigin, QosService } from "../../core/calls/connection.ts";
import type { XmlElement } from "../xml/element.ts";
import { xmlAttribute } from "../xml/write.ts";
import { type ConnectionDetail, type ConnectionMedia, tandemNamespace } from "./dialog-info.ts";

const origins: readonly string[] = ["originate", "answer", "callback"] satisfies LegOrigin[];
const carried: readonly string[] = ["speech", "fax", "modem", "data", "other"] satisfies Carries[];
const services: readonly string[] = ["bestEffort", "guaranteedDelay", "controlledLoad"] satisfies QosService[];

/** 32 days; what is older than that no call is. */
const longestAgeMs = 32 * 86_400_000;

export function decodeConnectionDetail({ attributes }: XmlElement): ConnectionDetail {
  const number = (name: string, most: number): number | null => {
    const text = attributes.get(name);
    const value = text !== undefined && /^\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : -1;
    return value >= 0 && value <= most ? value : null;
  };
  const choice = <T extends string>(name: string, known: readonly string[]): T | null => {
    const text = attributes.get(name);
    return text !== undefined && known.includes(text) ? (text as T) : null;
  };
  const count = (name: string): number | null => number(name, Number.MAX_SAFE_INTEGER);
  const media: ConnectionMedia = {
    packetsSent: count("packets-sent"),
    octetsSent: count("octets-sent"),
    packetsReceived: count("packets-received"),
    octetsReceived: count("octets-received"),
    packetsLost: count("packets-lost"),
    jitterMs: count("jitter-ms"),
    longestSilenceMs: count("longest-silence-ms"),
    modelled: attributes.get("modelled") === "true",
  };
  return {
    endpoint: attributes.get("endpoint") ?? null,
    setupAgoMs: number("setup-ago-ms", longestAgeMs),
    connectAgoMs: number("connect-ago-ms", longestAgeMs),
    origin: choice("origin", origins),
    carries: choice("carries", carried),
    codec: attributes.get("codec") ?? null,
    qos: choice("qos", services),
    dscp: number("dscp", 63),
    media: media.packetsSent === null && media.packetsReceived === null ? null : media,
  };
}

export function encodeConnectionDetail(detail: ConnectionDetail): string {
  return `<connection${xmlAttribute("xmlns", tandemNamespace)}${[
    xmlAttribute("endpoint", detail.endpoint),
    xmlAttribute("setup-ago-ms", whole(detail.setupAgoMs)),
    xmlAttribute("connect-ago-ms", whole(detail.connectAgoMs)),
    xmlAttribute("origin", detail.origin),
    xmlAttribute("carries", detail.carries),
    xmlAttribute("codec", detail.codec),
    xmlAttribute("qos", detail.qos),
    xmlAttribute("dscp", detail.dscp),
    detail.media === null ? "" : mediaAttributes(detail.media),
  ].join("")}/>`;
}

function mediaAttributes(media: ConnectionMedia): string {
  return [
    xmlAttribute("packets-sent", media.packetsSent),
    xmlAttribute("octets-sent", media.octetsSent),
    xmlAttribute("packets-received", media.packetsReceived),
    xmlAttribute("octets-received", media.octetsReceived),
    xmlAttribute("packets-lost", media.packetsLost),
    xmlAttribute("jitter-ms", media.jitterMs === null ? null : Math.round(media.jitterMs * 100) / 100),
    xmlAttribute("longest-silence-ms", whole(media.longestSilenceMs)),
    media.modelled ? xmlAttribute("modelled", "true") : "",
  ].join("");
}

function whole(value: number | null): number | null {
  return value === null ? null : Math.max(0, Math.round(value));
}
