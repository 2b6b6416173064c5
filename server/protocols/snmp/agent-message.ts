/**
 * SNMP v2c messages as an agent needs them (RFC 3416, BER): requests are read, responses are written.
 * Written for speed: one buffer, no objects per variable; a gateway answers walks of hundreds of rows while media runs beside it.
 * Anything that is not exactly a well-formed v2c request reads as null.
 */

export type RequestKind = "get" | "get-next" | "get-bulk" | "set";

export interface SnmpRequest {
  readonly kind: RequestKind;
  readonly community: string;
  readonly requestId: number;
  /** get-bulk only. */
  readonly nonRepeaters: number;
  readonly maxRepetitions: number;
  readonly names: readonly (readonly number[])[];
  /** The variable bindings as received, for error responses. */
  readonly bindings: Uint8Array;
}

/** Bounds on a request; agents in the field take far fewer. */
const maxNames = 128;
const maxArcs = 128;

const kinds = new Map<number, RequestKind>([
  [0xa0, "get"],
  [0xa1, "get-next"],
  [0xa5, "get-bulk"],
  [0xa3, "set"],
]);

class Reader {
  readonly octets: Uint8Array;
  at: number;
  readonly end: number;

  constructor(octets: Uint8Array, at: number, end: number) {
    this.octets = octets;
    this.at = at;
    this.end = end;
  }

  /** The content of the next value; null where it does not fit or has another tag. */
  value(tag: number | null): { readonly tag: number; readonly from: number; readonly to: number } | null {
    const found = this.octets[this.at];
    if (this.at + 2 > this.end || found === undefined || (tag !== null && found !== tag)) return null;
    let length = this.octets[this.at + 1] ?? 0;
    let from = this.at + 2;
    if (length >= 0x80) {
      const octets = length & 0x7f;
      if (octets === 0 || octets > 3 || from + octets > this.end) return null;
      length = 0;
      for (let i = 0; i < octets; i++) length = length * 256 + (this.octets[from + i] ?? 0);
      from += octets;
    }
    if (from + length > this.end) return null;
    this.at = from + length;
    return { tag: found, from, to: from + length };
  }

  inside(tag: number | null): Reader | null {
    const value = this.value(tag);
    return value === null ? null : new Reader(this.octets, value.from, value.to);
  }

  integer(): number | null {
    const value = this.value(0x02);
    if (value === null || value.to === value.from || value.to - value.from > 5) return null;
    let result = (this.octets[value.from] ?? 0) >= 0x80 ? -1 : 0;
    for (let i = value.from; i < value.to; i++) result = result * 256 + (this.octets[i] ?? 0);
    return result >= -0x80000000 && result <= 0x7fffffff ? result : null;
  }

  name(): number[] | null {
    const value = this.value(0x06);
    if (value === null || value.to === value.from) return null;
    const arcs: number[] = [];
    let arc = 0;
    for (let i = value.from; i < value.to; i++) {
      const octet = this.octets[i] ?? 0;
      arc = arc * 128 + (octet & 0x7f);
      if (arc > 0xffffffff || arcs.length >= maxArcs) return null;
      if (octet >= 0x80) continue;
      if (arcs.length === 0) arcs.push(Math.min(2, Math.floor(arc / 40)), arc - 40 * Math.min(2, Math.floor(arc / 40)));
      else arcs.push(arc);
      arc = 0;
    }
    return ((this.octets[value.to - 1] ?? 0x80) & 0x80) !== 0 ? null : arcs;
  }
}

export function readSnmpRequest(octets: Uint8Array): SnmpRequest | null {
  const message = new Reader(octets, 0, octets.length).inside(0x30);
  if (message === null || message.integer() !== 1) return null;
  const community = message.value(0x04);
  const outer = message.value(null);
  const kind = outer === null ? undefined : kinds.get(outer.tag);
  if (community === null || outer === null || kind === undefined || message.at !== message.end) return null;
  const pdu = new Reader(octets, outer.from, outer.to);
  const requestId = pdu.integer();
  const first = pdu.integer();
  const second = pdu.integer();
  const list = pdu.value(0x30);
  if (requestId === null || first === null || second === null || list === null) return null;
  const names = readNames(new Reader(octets, list.from, list.to));
  if (names === null) return null;
  let text = "";
  for (let i = community.from; i < community.to && text.length < 256; i++) text += String.fromCharCode(octets[i] ?? 0);
  const bulk = kind === "get-bulk";
  return {
    kind,
    community: text,
    requestId,
    nonRepeaters: bulk ? Math.max(0, first) : 0,
    maxRepetitions: bulk ? Math.max(0, second) : 0,
    names,
    bindings: octets.subarray(list.from, list.to),
  };
}

function readNames(list: Reader): number[][] | null {
  const names: number[][] = [];
  while (list.at < list.end) {
    const binding = list.inside(0x30);
    const name = binding?.name() ?? null;
    if (binding === null || name === null || binding.value(null) === null || names.length >= maxNames) return null;
    names.push(name);
  }
  return names;
}

export const tags = {
  integer: 0x02,
  octets: 0x04,
  name: 0x06,
  counter: 0x41,
  gauge: 0x42,
  ticks: 0x43,
  noSuchObject: 0x80,
  noSuchInstance: 0x81,
  endOfMibView: 0x82,
} as const;

export type Value = number | string | Uint8Array;

/** One name in two parts: the column's octets, ready made, and the arcs of the instance. */
export interface InstanceName {
  readonly prefix: Uint8Array;
  readonly suffix: readonly number[];
}

/** Octets of an OID without tag and length. */
export function nameOctets(arcs: readonly number[]): Uint8Array {
  const folded = arcs.length < 2 ? [0, ...arcs] : [(arcs[0] ?? 0) * 40 + (arcs[1] ?? 0), ...arcs.slice(2)];
  const octets: number[] = [];
  for (const arc of folded) {
    const groups = [arc % 128];
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) groups.unshift((rest % 128) | 0x80);
    octets.push(...groups);
  }
  return Uint8Array.from(octets);
}

/** Room before the bindings for everything that is written last. */
const headRoom = 300;

/** Gathers the variable bindings of one response; re-used from response to response. */
export class ResponseWriter {
  private readonly buffer: Uint8Array;
  private readonly limit: number;
  private at = headRoom;
  bindings = 0;

  /** @param maxOctets the largest message that is sent */
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
    // What the head of the message adds stays below 64 octets and the community.
    if (this.at - headRoom + 4 + inner > this.limit - 64) return false;
    this.head(0x30, inner);
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
    if (this.at - headRoom + bindings.length > this.limit - 64) return;
    this.buffer.set(bindings, this.at);
    this.at += bindings.length;
  }

  /** The whole message; valid until `clear`. */
  message(community: string, requestId: number, errorStatus: number, errorIndex: number): Uint8Array {
    const end = this.at;
    let start = headRoom;
    const put = (...octets: number[]): void => {
      start -= octets.length;
      this.buffer.set(octets, start);
    };
    const wrap = (tag: number): void => put(tag, ...lengthOctets(end - start));
    const integer = (value: number): void => put(0x02, 4, (value >> 24) & 0xff, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff);
    wrap(0x30);
    put(0x02, 1, errorIndex & 0x7f);
    put(0x02, 1, errorStatus & 0x7f);
    integer(requestId);
    wrap(0xa2);
    for (let i = Math.min(community.length, 200) - 1; i >= 0; i--) put(community.charCodeAt(i) & 0xff);
    put(0x04, ...lengthOctets(Math.min(community.length, 200)));
    put(0x02, 1, 1);
    wrap(0x30);
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
