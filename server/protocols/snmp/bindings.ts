/**
 * The variable bindings of one message, read one after another where they lie: a walk over ten thousand rows compares prefixes and decodes what it
 * needs, instead of making a text of every name.
 */
import { arcsOf, signedOf, tags, unsignedOf } from "./ber.ts";
import type { Oid, SnmpValue } from "./oid.ts";

export class Bindings {
  readonly octets: Uint8Array;
  private readonly from: number;
  private readonly end: number;
  private at: number;
  /** Of the present binding: its name's content, its value's tag and content. */
  nameFrom = 0;
  nameTo = 0;
  tag = 0;
  valueFrom = 0;
  valueTo = 0;

  /** @param from..end the content of the VarBindList */
  constructor(octets: Uint8Array, from: number, end: number) {
    this.octets = octets;
    this.from = from;
    this.end = end;
    this.at = from;
  }

  rewind(): void {
    this.at = this.from;
  }

  /** Moves to the next binding; false at the end, or where the rest is malformed. */
  next(): boolean {
    const inner = this.header(this.at, this.end, tags.sequence);
    if (inner < 0) return false;
    const innerEnd = inner + this.length;
    const name = this.header(inner, innerEnd, tags.name);
    if (name < 0 || this.length === 0) return false;
    this.nameFrom = name;
    this.nameTo = name + this.length;
    const value = this.header(this.nameTo, innerEnd, -1);
    if (value < 0 || value + this.length !== innerEnd) return false;
    this.tag = this.octets[this.nameTo]!;
    this.valueFrom = value;
    this.valueTo = innerEnd;
    this.at = innerEnd;
    return true;
  }

  /** How many there are; false where one of them is malformed or there are more than `most`. */
  wellFormed(most: number): number | false {
    let count = 0;
    this.rewind();
    while (this.at < this.end) {
      count += 1;
      if (count > most || !this.next()) return false;
    }
    this.rewind();
    return count;
  }

  /** Whether the name lies strictly under the prefix (content octets of an OID). */
  under(prefix: Uint8Array): boolean {
    if (this.nameTo - this.nameFrom <= prefix.length) return false;
    for (let i = prefix.length - 1; i >= 0; i--) if (this.octets[this.nameFrom + i] !== prefix[i]) return false;
    return true;
  }

  isNamed(name: Uint8Array): boolean {
    if (this.nameTo - this.nameFrom !== name.length) return false;
    for (let i = name.length - 1; i >= 0; i--) if (this.octets[this.nameFrom + i] !== name[i]) return false;
    return true;
  }

  /** A copy of the name's content. */
  name(): Uint8Array {
    return this.octets.slice(this.nameFrom, this.nameTo);
  }

  oid(): Oid | null {
    return arcsOf(this.octets, this.nameFrom, this.nameTo)?.join(".") ?? null;
  }

  /** The arcs behind a prefix of so many octets as text, `1234.17`; null where they are none. */
  index(prefixOctets: number): string | null {
    let text = "";
    let arc = 0;
    for (let i = this.nameFrom + prefixOctets; i < this.nameTo; i++) {
      const octet = this.octets[i]!;
      arc = arc * 128 + (octet & 0x7f);
      if (arc > 0xffffffff) return null;
      if (octet >= 0x80) continue;
      text = text === "" ? `${arc}` : `${text}.${arc}`;
      arc = 0;
    }
    return text === "" || this.octets[this.nameTo - 1]! >= 0x80 ? null : text;
  }

  /** Whether the name comes after the given one in the order of the tree: arcs compare as numbers. */
  isAfter(name: Uint8Array): boolean {
    return compareNames(this.octets, this.nameFrom, this.nameTo, name, 0, name.length) > 0;
  }

  get isEnd(): boolean {
    return this.tag === tags.endOfMibView;
  }

  /** Null: no such object or instance, end of the MIB, NULL, or a type that SNMP does not have. */
  value(): SnmpValue | null {
    const content = { tag: this.tag, from: this.valueFrom, to: this.valueTo };
    switch (this.tag) {
      case tags.integer:
        return signedOf(this.octets, content);
      case tags.counter:
      case tags.gauge:
      case tags.ticks:
      case tags.counter64:
        return unsignedOf(this.octets, content);
      case tags.octets:
      case tags.address:
        return this.octets.slice(this.valueFrom, this.valueTo);
      case tags.name:
        return arcsOf(this.octets, this.valueFrom, this.valueTo)?.join(".") ?? null;
      default:
        return null;
    }
  }

  /** Content length of the value whose header was read last. */
  private length = 0;

  /** Where the content begins; -1 where it does not fit. */
  private header(at: number, end: number, tag: number): number {
    const { octets } = this;
    if (at + 2 > end || (tag >= 0 && octets[at] !== tag)) return -1;
    let length = octets[at + 1]!;
    let from = at + 2;
    if (length >= 0x80) {
      const count = length & 0x7f;
      if (count === 0 || count > 3 || from + count > end) return -1;
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + octets[from + i]!;
      from += count;
    }
    this.length = length;
    return from + length > end ? -1 : from;
  }
}

/** Orders two names by their arcs: a longer group of octets is the larger number, for no arc begins with an empty group. */
export function compareNames(octets: Uint8Array, from: number, to: number, other: Uint8Array, otherFrom: number, otherTo: number): number {
  let a = from;
  let b = otherFrom;
  while (a < to && b < otherTo) {
    let first = 0;
    let second = 0;
    let octet: number;
    do {
      octet = octets[a++]!;
      first = first * 128 + (octet & 0x7f);
    } while (octet >= 0x80 && a < to);
    do {
      octet = other[b++]!;
      second = second * 128 + (octet & 0x7f);
    } while (octet >= 0x80 && b < otherTo);
    if (first !== second) return first - second;
  }
  return to - a - (otherTo - b);
}
