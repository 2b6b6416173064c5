/**
 * Values of the call tables in both directions: enumerations, codec numbers, QoS, causes, identifiers.
 * Decoders answer null (or `unknown`, where the MIB has that word) for numbers outside the MIB; they never throw.
 */
import type { Carries, LegOrigin, LegState, QosService } from "../../core/calls/connection.ts";

const legStates: readonly LegState[] = ["unknown", "connecting", "connected", "active"];
const legOrigins: readonly LegOrigin[] = ["originate", "answer", "callback"];

export function decodeLegState(value: number): LegState {
  return legStates[value - 1] ?? "unknown";
}

export function encodeLegOrigin(origin: LegOrigin): number {
  return legOrigins.indexOf(origin) + 1;
}

/** callActiveInfoType. Modems travel as 3.1 kHz audio. */
export function encodeInfoType(carries: Carries | null): number {
  const values: Record<Carries, number> = { speech: 2, fax: 10, modem: 6, data: 3, other: 1 };
  return carries === null ? 1 : values[carries];
}

/** INT-SERV-MIB QosService; 3 and 4 are unused. */
export function decodeQos(value: number): QosService | null {
  if (value === 1) return "bestEffort";
  if (value === 2) return "guaranteedDelay";
  return value === 5 ? "controlledLoad" : null;
}
export function encodeQos(qos: QosService | null): number {
  if (qos === "guaranteedDelay") return 2;
  return qos === "controlledLoad" ? 5 : 1;
}

/** CvcCoderTypeRate ↔ the encoding names of SDP and MGCP (RFC 3551). Not to be confused with CvcSpeechCoderRate. */
const coderNames: ReadonlyMap<number, string> = new Map([
  [10, "G729"],
  [11, "G729A"],
  [12, "G726-16"],
  [13, "G726-24"],
  [14, "G726-32"],
  [15, "PCMU"],
  [16, "PCMA"],
  [17, "G728"],
  [18, "G723"],
  [19, "G723"],
  [20, "GSM"],
  [21, "G729B"],
  [22, "G729AB"],
  [27, "CLEARMODE"],
  [28, "G726-40"],
  [30, "AMR"],
  [31, "G722"],
  [32, "iLBC"],
]);
const coderOther = 1;

export function decodeCoder(value: number): string | null {
  return coderNames.get(value) ?? null;
}
export function encodeCoder(codec: string | null): number {
  if (codec === null) return coderOther;
  const wanted = codec.toUpperCase();
  for (const [value, name] of coderNames) if (name.toUpperCase() === wanted) return value;
  return coderOther;
}

/** Disconnect cause, OCTET STRING (0..4): one octet, the Q.850 cause value. Q.931 sets the top bit of the last octet; it is ignored. */
export function decodeCause(octets: Uint8Array): number | null {
  const last = octets.length > 0 && octets.length <= 4 ? octets[octets.length - 1] : undefined;
  if (last === undefined) return null;
  const cause = last & 0x7f;
  return cause === 0 ? null : cause;
}
export function encodeCause(cause: number | null): Uint8Array {
  return cause === null || cause < 1 || cause > 127 ? new Uint8Array(0) : Uint8Array.of(cause);
}

/** cCallHistoryReleaseSrc values that Tandem's gateway writes. */
export const releaseSource = { callingPartyHere: 1, callingPartyFar: 2, calledPartyHere: 3, calledPartyFar: 4, callServer: 12 } as const;

export function encodeReleaseSource(origin: LegOrigin | null, releasedHere: boolean | null): number {
  if (releasedHere !== true) return releaseSource.callServer;
  return origin === "originate" ? releaseSource.calledPartyHere : releaseSource.callingPartyHere;
}

/** CvcGUid ↔ the call's GUID, 32 upper-case hex digits. */
export function decodeGuid(octets: Uint8Array): string | null {
  if (octets.length !== 16) return null;
  let text = "";
  for (const octet of octets) text += octet.toString(16).padStart(2, "0");
  return text.toUpperCase();
}
export function encodeGuid(callId: string | null): Uint8Array {
  if (callId === null || callId.length !== 32) return nothing;
  const octets = new Uint8Array(16);
  for (let i = 0; i < 32; i += 1) {
    const digit = hexDigit(callId.charCodeAt(i));
    if (digit < 0) return nothing;
    octets[i >> 1]! |= i % 2 === 0 ? digit << 4 : digit;
  }
  return octets;
}
const nothing = new Uint8Array(0);

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const upper = code & 0xdf;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
}

/** The connection number (callActiveIndex) as the MGCP ConnectionId. */
export function connectionIdOf(connectionNumber: number): string {
  return connectionNumber.toString(16).toUpperCase().padStart(8, "0");
}
/** InetAddress octets (4 = IPv4, 16 = IPv6) as text; null for anything else. */
export function decodeAddress(octets: Uint8Array): string | null {
  if (octets.length === 4) return octets.join(".");
  if (octets.length !== 16) return null;
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((((octets[i] as number) << 8) | (octets[i + 1] as number)).toString(16));
  return `[${groups.join(":")}]`;
}
/** IPv4 text as InetAddress octets; empty where it is no IPv4 address. */
export function encodeAddress(host: string | null): Uint8Array {
  const parts = host === null ? [] : host.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return new Uint8Array(0);
  return Uint8Array.from(parts.map(Number));
}

export function encodeSessionTarget(remoteAddress: string | null, modelled: boolean): string {
  return remoteAddress === null ? (modelled ? "modelled:" : "") : `${modelled ? "modelled" : "ipv4"}:${remoteAddress}`;
}

/** Octets of a DisplayString as text; anything outside printable ASCII becomes `?`, so that a strange agent cannot inject control characters. */
export function decodeText(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets) text += octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : "?";
  return text;
}
