/**
 * Octets in and out for the link's codec: big-endian, bounded, UTF-8 by hand (this room knows no platform).
 * A `Malformed` thrown here never leaves the codec: it becomes a result there.
 */

export class Malformed extends Error {
  readonly field: string;

  constructor(field: string) {
    super(`malformed: ${field}`);
    this.field = field;
  }
}

const twoTo32 = 0x1_0000_0000;

export class OctetWriter {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  get length(): number {
    return this.at;
  }

  get room(): number {
    return this.bytes.length - this.at;
  }

  written(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }

  u8(value: number, field: string): void {
    this.whole(value, 0xff, field);
    this.view.setUint8(this.take(1, field), value);
  }

  u16(value: number, field: string): void {
    this.whole(value, 0xffff, field);
    this.view.setUint16(this.take(2, field), value);
  }

  u32(value: number, field: string): void {
    this.whole(value, twoTo32 - 1, field);
    this.view.setUint32(this.take(4, field), value);
  }

  /** A 64-bit field that holds whole numbers up to 2^53 − 1. */
  u53(value: number, field: string): void {
    this.whole(value, Number.MAX_SAFE_INTEGER, field);
    const at = this.take(8, field);
    this.view.setUint32(at, Math.floor(value / twoTo32));
    this.view.setUint32(at + 4, value % twoTo32);
  }

  /** Finite and not negative: milliseconds, percentages. */
  f64(value: number, field: string): void {
    if (!Number.isFinite(value) || value < 0) throw new Malformed(field);
    this.view.setFloat64(this.take(8, field), value + 0);
  }

  raw(bytes: Uint8Array, field: string): void {
    this.bytes.set(bytes, this.take(bytes.length, field));
  }

  /** One octet of length, then UTF-8. */
  text8(value: string, maxOctets: number, field: string): void {
    const octets = utf8Octets(value, field);
    if (octets.length > Math.min(maxOctets, 0xff)) throw new Malformed(field);
    this.u8(octets.length, field);
    this.raw(octets, field);
  }

  /** Two octets of length, then UTF-8. */
  text16(octets: Uint8Array, field: string): void {
    this.u16(octets.length, field);
    this.raw(octets, field);
  }

  /** Overwrites two octets written before, for a length known only afterwards. */
  patchU16(at: number, value: number): void {
    this.view.setUint16(at, value);
  }

  private whole(value: number, max: number, field: string): void {
    if (!Number.isInteger(value) || value < 0 || value > max) throw new Malformed(field);
  }

  private take(count: number, field: string): number {
    const at = this.at;
    if (at + count > this.bytes.length) throw new Malformed(field);
    this.at = at + count;
    return at;
  }
}

export class OctetReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly end: number;
  private at: number;

  constructor(bytes: Uint8Array, from = 0, end = bytes.length) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = from;
    this.end = end;
  }

  get position(): number {
    return this.at;
  }

  get left(): number {
    return this.end - this.at;
  }

  u8(field: string): number {
    return this.view.getUint8(this.take(1, field));
  }

  u16(field: string): number {
    return this.view.getUint16(this.take(2, field));
  }

  u32(field: string): number {
    return this.view.getUint32(this.take(4, field));
  }

  u53(field: string): number {
    const at = this.take(8, field);
    const value = this.view.getUint32(at) * twoTo32 + this.view.getUint32(at + 4);
    if (!Number.isSafeInteger(value)) throw new Malformed(field);
    return value;
  }

  f64(field: string): number {
    const value = this.view.getFloat64(this.take(8, field));
    if (!Number.isFinite(value) || value < 0 || Object.is(value, -0)) throw new Malformed(field);
    return value;
  }

  raw(count: number, field: string): Uint8Array {
    const at = this.take(count, field);
    return this.bytes.subarray(at, at + count);
  }

  text8(maxOctets: number, field: string): string {
    const length = this.u8(field);
    if (length > maxOctets) throw new Malformed(field);
    return utf8Text(this.raw(length, field), field);
  }

  text16(maxOctets: number, field: string): string {
    const length = this.u16(field);
    if (length > maxOctets) throw new Malformed(field);
    return utf8Text(this.raw(length, field), field);
  }

  private take(count: number, field: string): number {
    const at = this.at;
    if (at + count > this.end) throw new Malformed(field);
    this.at = at + count;
    return at;
  }
}

/** Lone surrogates are refused: they have no UTF-8 form (RFC 3629 3). */
export function utf8Octets(text: string, field: string): Uint8Array {
  const octets: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point >= 0xd800 && point <= 0xdfff) throw new Malformed(field);
    pushPoint(octets, point);
  }
  return Uint8Array.from(octets);
}

function pushPoint(octets: number[], point: number): void {
  if (point < 0x80) octets.push(point);
  else if (point < 0x800) octets.push(0xc0 | (point >> 6), 0x80 | (point & 0x3f));
  else if (point < 0x10000) octets.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
  else octets.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 0x3f), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
}

/** Strict: overlong forms, surrogates and points beyond U+10FFFF are refused, so one text has one encoding. */
export function utf8Text(octets: Uint8Array, field: string): string {
  let text = "";
  let at = 0;
  while (at < octets.length) {
    const first = octets[at] ?? 0;
    const size =
      first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
    if (size === 0 || at + size > octets.length) throw new Malformed(field);
    let point = size === 1 ? first : first & (0x7f >> size);
    for (let i = 1; i < size; i += 1) {
      const next = octets[at + i] ?? 0;
      if ((next & 0xc0) !== 0x80) throw new Malformed(field);
      point = (point << 6) | (next & 0x3f);
    }
    const overlong = (size === 3 && point < 0x800) || (size === 4 && point < 0x10000);
    if (overlong || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw new Malformed(field);
    text += String.fromCodePoint(point);
    at += size;
  }
  return text;
}

/** For free text meant for people: as many whole characters as fit, with `…` where some did not; lone surrogates become `?`. */
export function clippedUtf8(text: string, maxOctets: number): Uint8Array {
  const octets: number[] = [];
  let fitting = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    pushPoint(octets, point >= 0xd800 && point <= 0xdfff ? 0x3f : point);
    if (octets.length <= maxOctets - 3) fitting = octets.length;
    if (octets.length > maxOctets) {
      octets.length = fitting;
      if (maxOctets >= 3) pushPoint(octets, 0x2026);
      break;
    }
  }
  return Uint8Array.from(octets);
}
