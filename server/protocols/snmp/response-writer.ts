/**
 * Writes what an agent answers (RFC 3416, BER): one buffer, no objects for each variable; a gateway answers walks of hundreds of rows while media
 * runs beside it.
 */
import { arcsOf, tags } from "./ber.ts";
import { kindTags, type Pdu, type RequestKind } from "./pdu.ts";

/** Bounds on a request; agents in the field take far fewer. */
const maxNames = 128;

/** What a manager asks, in arcs. */
export interface SnmpRequest {
  readonly kind: RequestKind;
  /** get-bulk only. */
  readonly nonRepeaters: number;
  readonly maxRepetitions: number;
  readonly names: readonly (readonly number[])[];
  /** The variable bindings as received, for error responses. */
  readonly bindings: Uint8Array;
}

/** Null: no request, too many names, or a name that is none. */
export function requestOf({ kind, first, second, bindings, count, list }: Pdu): SnmpRequest | null {
  if ((kind !== "get" && kind !== "get-next" && kind !== "get-bulk" && kind !== "set") || count > maxNames) return null;
  const names: (readonly number[])[] = [];
  bindings.rewind();
  while (bindings.next()) {
    const name = arcsOf(bindings.octets, bindings.nameFrom, bindings.nameTo);
    if (name === null) return null;
    names.push(name);
  }
  const bulk = kind === "get-bulk";
  return { kind, nonRepeaters: bulk ? Math.max(0, first) : 0, maxRepetitions: bulk ? Math.max(0, second) : 0, names, bindings: list };
}

export type Value = number | string | Uint8Array;

/** One name in two parts: the column's octets, ready made, and the arcs of the instance. */
export interface InstanceName {
  readonly prefix: Uint8Array;
  readonly suffix: readonly number[];
}

/** Room before the bindings for everything that is written last. */
const headRoom = 64;

/** Gathers the variable bindings of one response; re-used from response to response. */
export class ResponseWriter {
  private readonly buffer: Uint8Array;
  private readonly limit: number;
  private at = headRoom;
  bindings = 0;

  /** @param maxOctets the largest PDU that is written */
  constructor(maxOctets: number) {
    this.buffer = new Uint8Array(headRoom + maxOctets + 1024);
    this.limit = maxOctets;
  }

  clear(): void {
    this.at = headRoom;
    this.bindings = 0;
  }

  /** False where the message would become too large; nothing is written then. */
  add(name: InstanceName, tag: number, value: Value): boolean {
    const nameLength = name.prefix.length + arcsLength(name.suffix);
    const valueLength = contentLength(tag, value);
    const inner = 1 + lengthLength(nameLength) + nameLength + 1 + lengthLength(valueLength) + valueLength;
    if (this.at - headRoom + 4 + inner > this.limit - headRoom) return false;
    this.head(tags.sequence, inner);
    this.head(tags.name, nameLength);
    this.buffer.set(name.prefix, this.at);
    this.at += name.prefix.length;
    for (const arc of name.suffix) this.arc(arc);
    this.head(tag, valueLength);
    this.content(tag, value, valueLength);
    this.bindings += 1;
    return true;
  }

  /** Takes bindings over as they are; for error responses. */
  addRaw(bindings: Uint8Array): void {
    if (this.at - headRoom + bindings.length > this.limit - headRoom) return;
    this.buffer.set(bindings, this.at);
    this.at += bindings.length;
  }

  /** The response or report PDU; valid until `clear`. */
  pdu(kind: "response" | "report", requestId: number, errorStatus: number, errorIndex: number): Uint8Array {
    const end = this.at;
    let start = headRoom;
    const put = (...octets: number[]): void => {
      start -= octets.length;
      this.buffer.set(octets, start);
    };
    const wrap = (tag: number): void => put(tag, ...lengthOctets(end - start));
    wrap(tags.sequence);
    put(tags.integer, 1, errorIndex & 0x7f);
    put(tags.integer, 1, errorStatus & 0x7f);
    put(tags.integer, 4, (requestId >> 24) & 0xff, (requestId >> 16) & 0xff, (requestId >> 8) & 0xff, requestId & 0xff);
    wrap(kindTags[kind]);
    return this.buffer.subarray(start, end);
  }

  private head(tag: number, length: number): void {
    this.buffer[this.at++] = tag;
    if (length < 0x80) {
      this.buffer[this.at++] = length;
    } else if (length < 0x100) {
      this.buffer[this.at++] = 0x81;
      this.buffer[this.at++] = length;
    } else {
      this.buffer[this.at++] = 0x82;
      this.buffer[this.at++] = length >>> 8;
      this.buffer[this.at++] = length & 0xff;
    }
  }

  private arc(arc: number): void {
    if (arc >= 0x10000000) this.buffer[this.at++] = 0x80 | (Math.floor(arc / 0x10000000) & 0x7f);
    if (arc >= 0x200000) this.buffer[this.at++] = 0x80 | ((arc >>> 21) & 0x7f);
    if (arc >= 0x4000) this.buffer[this.at++] = 0x80 | ((arc >>> 14) & 0x7f);
    if (arc >= 0x80) this.buffer[this.at++] = 0x80 | ((arc >>> 7) & 0x7f);
    this.buffer[this.at++] = arc & 0x7f;
  }

  private content(tag: number, value: Value, length: number): void {
    if (typeof value === "number") {
      const whole = wholeOf(tag, value);
      for (let i = length - 1; i >= 0; i--) this.buffer[this.at++] = i >= 4 ? 0 : (whole >> (8 * i)) & 0xff;
    } else if (typeof value === "string") {
      for (let i = 0; i < length; i++) this.buffer[this.at++] = value.charCodeAt(i) & 0xff;
    } else {
      this.buffer.set(value.subarray(0, length), this.at);
      this.at += length;
    }
  }
}

const longestString = 255;

function contentLength(tag: number, value: Value): number {
  if (tag >= 0x80) return 0;
  if (typeof value !== "number") return Math.min(value.length, longestString);
  const whole = wholeOf(tag, value);
  if (tag === tags.integer) {
    return whole >= -0x80 && whole < 0x80 ? 1 : whole >= -0x8000 && whole < 0x8000 ? 2 : whole >= -0x800000 && whole < 0x800000 ? 3 : 4;
  }
  // Unsigned: a fifth octet keeps the sign bit free.
  return whole < 0x80 ? 1 : whole < 0x8000 ? 2 : whole < 0x800000 ? 3 : whole < 0x80000000 ? 4 : 5;
}

function wholeOf(tag: number, value: number): number {
  if (!Number.isFinite(value)) return 0;
  return tag === tags.integer ? Math.trunc(value) | 0 : Math.min(0xffffffff, Math.max(0, Math.floor(value)));
}

function arcsLength(arcs: readonly number[]): number {
  let length = 0;
  for (const arc of arcs) length += arc < 0x80 ? 1 : arc < 0x4000 ? 2 : arc < 0x200000 ? 3 : arc < 0x10000000 ? 4 : 5;
  return length;
}

function lengthLength(length: number): number {
  return length < 0x80 ? 1 : length < 0x100 ? 2 : 3;
}

function lengthOctets(length: number): number[] {
  return length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >>> 8, length & 0xff];
}
