/**
 * BER as SNMP uses it (X.690, RFC 3417 8): definite lengths of at most three octets, low tags. Reading works on the datagram where it lies and
 * answers null for whatever does not fit; writing goes backwards, so that lengths are known when they are written.
 */

export const tags = {
  integer: 0x02,
  octets: 0x04,
  null: 0x05,
  name: 0x06,
  sequence: 0x30,
  address: 0x40,
  counter: 0x41,
  gauge: 0x42,
  ticks: 0x43,
  counter64: 0x46,
  noSuchObject: 0x80,
  noSuchInstance: 0x81,
  endOfMibView: 0x82,
} as const;

/** RFC 3416 2.4: an OID has at most 128 arcs. */
export const maxArcs = 128;

/** One value: its content lies in `octets` from `from` to `to`. */
export interface Value {
  readonly tag: number;
  readonly from: number;
  readonly to: number;
}

export class Reader {
  readonly octets: Uint8Array;
  at: number;
  readonly end: number;

  constructor(octets: Uint8Array, at = 0, end = octets.length) {
    this.octets = octets;
    this.at = at;
    this.end = end;
  }

  /** The next value; null where it does not fit or has another tag than the wanted one. */
  value(tag: number | null): Value | null {
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

  /** The content of an OCTET STRING, not copied. */
  string(): Uint8Array | null {
    const value = this.value(tags.octets);
    return value === null ? null : this.octets.subarray(value.from, value.to);
  }

  /** A signed INTEGER of at most 32 bits. */
  integer(): number | null {
    const value = this.value(tags.integer);
    const result = value === null ? null : signedOf(this.octets, value);
    return result !== null && result >= -0x80000000 && result <= 0x7fffffff ? result : null;
  }

  name(): number[] | null {
    const value = this.value(tags.name);
    return value === null ? null : arcsOf(this.octets, value.from, value.to);
  }
}

/** Null: no content, or more than five octets. */
export function signedOf(octets: Uint8Array, { from, to }: Value): number | null {
  if (to === from || to - from > 5) return null;
  let result = (octets[from] ?? 0) >= 0x80 ? -1 : 0;
  for (let i = from; i < to; i++) result = result * 256 + (octets[i] ?? 0);
  return result;
}

/** Counter64 beyond 2^53 loses its last digits. Null: no content, or more than nine octets. */
export function unsignedOf(octets: Uint8Array, { from, to }: Value): number | null {
  if (to === from || to - from > 9) return null;
  let result = 0;
  for (let i = from; i < to; i++) result = result * 256 + (octets[i] ?? 0);
  return result;
}

/** Content octets of an OID as arcs; null where they are none. */
export function arcsOf(octets: Uint8Array, from: number, to: number): number[] | null {
  const arcs: number[] = [];
  let arc = 0;
  for (let i = from; i < to; i++) {
    const octet = octets[i] ?? 0;
    arc = arc * 128 + (octet & 0x7f);
    if (arc > 0xffffffff || arcs.length >= maxArcs) return null;
    if (octet >= 0x80) continue;
    if (arcs.length > 0) arcs.push(arc);
    else arcs.push(Math.min(2, Math.floor(arc / 40)), arc - 40 * Math.min(2, Math.floor(arc / 40)));
    arc = 0;
  }
  return to === from || (octets[to - 1]! & 0x80) !== 0 ? null : arcs;
}

/** Content octets of an OID. */
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

/** Content octets of the arcs behind a prefix. */
export function suffixOctets(arcs: readonly number[]): Uint8Array {
  return nameOctets([0, 0, ...arcs]).subarray(1);
}

/** Writes a message from its end to its beginning. Grows where needed; the result of `octets` is a view, valid until `clear`. */
export class BackWriter {
  private buffer: Uint8Array;
  private start: number;

  constructor(octets = 2048) {
    this.buffer = new Uint8Array(octets);
    this.start = octets;
  }

  get length(): number {
    return this.buffer.length - this.start;
  }

  clear(): void {
    this.start = this.buffer.length;
  }

  octets(): Uint8Array {
    return this.buffer.subarray(this.start);
  }

  raw(octets: Uint8Array): void {
    this.reserve(octets.length);
    this.start -= octets.length;
    this.buffer.set(octets, this.start);
  }

  octet(octet: number): void {
    this.reserve(1);
    this.start -= 1;
    this.buffer[this.start] = octet;
  }

  /** Tag and length around what was written since `length` was `before`. */
  wrap(tag: number, before: number): void {
    const length = this.length - before;
    if (length < 0x80) this.octet(length);
    else if (length < 0x100) {
      this.octet(length);
      this.octet(0x81);
    } else {
      this.octet(length & 0xff);
      this.octet((length >>> 8) & 0xff);
      if (length < 0x10000) this.octet(0x82);
      else {
        this.octet(length >>> 16);
        this.octet(0x83);
      }
    }
    this.octet(tag);
  }

  string(octets: Uint8Array): void {
    const before = this.length;
    this.raw(octets);
    this.wrap(tags.octets, before);
  }

  integer(value: number): void {
    const before = this.length;
    let rest = Math.trunc(value);
    do {
      this.octet(rest & 0xff);
      rest = Math.floor(rest / 256);
    } while (!(rest === 0 && (this.buffer[this.start]! & 0x80) === 0) && !(rest === -1 && (this.buffer[this.start]! & 0x80) !== 0));
    this.wrap(tags.integer, before);
  }

  private reserve(octets: number): void {
    if (this.start >= octets) return;
    const grown = new Uint8Array(this.buffer.length * 2 + octets);
    grown.set(this.octets(), grown.length - this.length);
    this.start = grown.length - this.length;
    this.buffer = grown;
  }
}
