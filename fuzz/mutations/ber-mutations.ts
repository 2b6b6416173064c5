/**
 * Changes of BER (X.690) by its elements: contents, tags, nesting, order. The lengths around the changed element are put right again,
 * so that what is read reaches the changed place.
 */
import type { Random } from "../random.ts";
import { Scratch } from "../scratch.ts";
import type { Mutation } from "./mutation.ts";

interface Element {
  readonly at: number;
  readonly lengthOctets: number;
  readonly from: number;
  readonly to: number;
}

const constructed = 0x20;
const deepestPath = 24;

const contents: readonly Uint8Array[] = [
  [],
  [0],
  [0xff],
  [0x7f, 0xff, 0xff, 0xff],
  [0x80, 0, 0, 0],
  [0, 0xff, 0xff, 0xff, 0xff],
  [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0, 0x80, 0, 0, 0, 0, 0, 0, 0],
  [0x2b],
  [0x2b, 0x8f, 0xff, 0xff, 0xff, 0x7f],
  [0x2b, 0x90, 0x80, 0x80, 0x80, 0],
  [0x2b, 6, 1, 0x80],
  [0x80, 0x80, 0x80, 1],
  [0x87, 0x67],
  Array<number>(127).fill(0x2b),
  Array<number>(128).fill(1),
  Array<number>(129).fill(0x81),
  Array<number>(255).fill(0x41),
].map((octets) => Uint8Array.from(octets));

const tags = [
  0x02, 0x03, 0x04, 0x05, 0x06, 0x30, 0x40, 0x41, 0x42, 0x43, 0x44, 0x46, 0x80, 0x81, 0x82, 0xa0, 0xa1, 0xa2, 0xa3, 0xa5, 0xa6, 0xa7, 0xa8,
];

function elementAt(scratch: Scratch, at: number, end: number): Element | null {
  if (at + 2 > end) return null;
  const first = scratch.at(at + 1);
  const lengthOctets = first < 0x80 ? 1 : 1 + (first & 0x7f);
  if (lengthOctets > 4 || at + 1 + lengthOctets > end) return null;
  let length = first < 0x80 ? first : 0;
  for (let i = 1; i < lengthOctets; i += 1) length = length * 256 + scratch.at(at + 1 + i);
  const from = at + 1 + lengthOctets;
  return from + length > end ? null : { at, lengthOctets, from, to: from + length };
}

/** From the outermost element down to a random one; empty where the octets are no BER. */
function anyPath(scratch: Scratch, random: Random): Element[] {
  const path: Element[] = [];
  let from = 0;
  let end = scratch.length;
  while (path.length < deepestPath) {
    const among: Element[] = [];
    for (let at = from; among.length < 64; ) {
      const element = elementAt(scratch, at, end);
      if (element === null) break;
      among.push(element);
      at = element.to;
    }
    if (among.length === 0) return path;
    const chosen = random.pick(among);
    path.push(chosen);
    if ((scratch.at(chosen.at) & constructed) === 0 || chosen.to === chosen.from || random.once(5)) return path;
    from = chosen.from;
    end = chosen.to;
  }
  return path;
}

function lengthField(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  return length < 0x100
    ? Uint8Array.of(0x81, length)
    : length < 0x10000
      ? Uint8Array.of(0x82, length >> 8, length & 0xff)
      : Uint8Array.of(0x83, length >> 16, (length >> 8) & 0xff, length & 0xff);
}

/** Puts `octets` in the place of the whole last element and mends the lengths of those around it. */
function replaceElement(scratch: Scratch, path: readonly Element[], octets: Uint8Array): void {
  const last = path.at(-1);
  if (last === undefined || scratch.length - (last.to - last.at) + octets.length > scratch.capacity - 8) return;
  scratch.replace(last.at, last.to - last.at, octets);
  let grown = octets.length - (last.to - last.at);
  for (let i = path.length - 2; i >= 0; i -= 1) {
    const { at, lengthOctets, from, to } = path[i] as Element;
    const field = lengthField(to - from + grown);
    scratch.replace(at + 1, lengthOctets, field);
    grown += field.length - lengthOctets;
  }
}

function element(tag: number, content: Uint8Array): Uint8Array {
  const field = lengthField(content.length);
  const octets = new Uint8Array(1 + field.length + content.length);
  octets[0] = tag;
  octets.set(field, 1);
  octets.set(content, 1 + field.length);
  return octets;
}

const changeContent: Mutation = (scratch, random) => {
  const path = anyPath(scratch, random);
  const last = path.at(-1);
  if (last !== undefined) replaceElement(scratch, path, element(scratch.at(last.at), random.pick(contents)));
};

const noiseContent: Mutation = (scratch, random) => {
  const path = anyPath(scratch, random);
  const last = path.at(-1);
  const content = Uint8Array.from({ length: random.below(12) }, () => random.next() & 0xff);
  if (last !== undefined) replaceElement(scratch, path, element(scratch.at(last.at), content));
};

const changeTag: Mutation = (scratch, random) => {
  const last = anyPath(scratch, random).at(-1);
  if (last !== undefined) scratch.set(last.at, random.pick(tags));
};

const dropElement: Mutation = (scratch, random) => replaceElement(scratch, anyPath(scratch, random), new Uint8Array(0));

const repeatElement: Mutation = (scratch, random) => {
  const path = anyPath(scratch, random);
  const last = path.at(-1);
  if (last === undefined) return;
  const whole = scratch.slice(last.at, last.to);
  const times = 1 + Math.min(random.length(random.once(8) ? 4096 : 8), Math.floor((scratch.capacity - 16) / whole.length));
  const octets = new Uint8Array(times * whole.length);
  for (let i = 0; i < times; i += 1) octets.set(whole, i * whole.length);
  replaceElement(scratch, path, octets);
};

const wrapElement: Mutation = (scratch, random) => {
  const path = anyPath(scratch, random);
  const last = path.at(-1);
  if (last === undefined) return;
  const tag = random.pick([0x30, 0x30, 0xa0, 0x24]);
  let octets = scratch.slice(last.at, last.to);
  for (let depth = random.length(random.once(8) ? 500 : 8); depth > 0; depth -= 1) octets = element(tag, octets);
  replaceElement(scratch, path, octets);
};

/** An element of another message in the place of one of this. */
const swapElement: Mutation = (scratch, random, { corpus }) => {
  const path = anyPath(scratch, random);
  const other = new Scratch(4096);
  other.load(random.pick(corpus));
  const taken = anyPath(other, random).at(-1);
  if (taken !== undefined) replaceElement(scratch, path, other.slice(taken.at, taken.to));
};

/** The same length in more octets than it needs: allowed in BER. */
const longLength: Mutation = (scratch, random) => {
  const path = anyPath(scratch, random);
  const last = path.at(-1);
  if (last === undefined) return;
  const length = last.to - last.from;
  const field = random.once(2) ? [0x82, length >> 8, length & 0xff] : [0x84, 0, 0, length >> 8, length & 0xff];
  replaceElement(scratch, path, Uint8Array.from([scratch.at(last.at), ...field, ...scratch.slice(last.from, last.to)]));
};

export const berMutations: readonly Mutation[] = [
  changeContent,
  changeContent,
  noiseContent,
  changeTag,
  dropElement,
  repeatElement,
  wrapElement,
  swapElement,
  longLength,
];
