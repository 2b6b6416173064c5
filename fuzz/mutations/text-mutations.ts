/** Changes of text by its words and lines: swapped, dropped, doubled, nested, their numbers and letters changed. */
import type { Random } from "../random.ts";
import type { Scratch } from "../scratch.ts";
import { latin1, type Mutation } from "./mutation.ts";

const delimiters = new Uint8Array(256);
for (const octet of latin1(" \t\r\n,;:=()<>@\"'/[]{}|?&#")) delimiters[octet] = 1;

const lineFeed = 0x0a;
const brackets = [latin1("("), latin1("["), latin1('"'), latin1("<"), latin1("{"), latin1("<a>"), latin1('{"a":'), latin1("(a")] as const;
const closing: readonly Uint8Array[] = [
  latin1(")"),
  latin1("]"),
  latin1('"'),
  latin1(">"),
  latin1("}"),
  latin1("</a>"),
  latin1("}"),
  latin1(")"),
];

const numbers: readonly Uint8Array[] = ["0", "1", "-1", "007", "127", "128", "255", "256", "65535", "65536", "999999999", "1000000000"]
  .concat(["2147483648", "4294967295", "4294967296", "9007199254740993", "1".repeat(40), "9".repeat(400), "1.5", "1e9", "0x7f"])
  .map(latin1);

/** The words of a text, each once. */
export function tokensOf(texts: readonly Uint8Array[], most: number): Uint8Array[] {
  const found = new Map<string, Uint8Array>();
  for (const text of texts) {
    for (let from = 0; from < text.length && found.size < most; from += 1) {
      let to = from;
      while (to < text.length && delimiters[text[to] ?? 0] === 0) to += 1;
      const token = text.subarray(from, to);
      if (to > from) found.set(String.fromCharCode(...token), token);
      from = to;
    }
  }
  return [...found.values()];
}

export function linesOf(texts: readonly Uint8Array[], most: number): Uint8Array[] {
  const found = new Map<string, Uint8Array>();
  for (const text of texts) {
    for (let from = 0; from < text.length && found.size < most; ) {
      const end = text.indexOf(lineFeed, from);
      const to = end < 0 ? text.length : end + 1;
      const line = text.subarray(from, to);
      if (line.length <= 4096) found.set(String.fromCharCode(...line), line);
      from = to;
    }
  }
  return [...found.values()];
}

interface Span {
  readonly from: number;
  readonly count: number;
}

/** The word at or before a random place. */
function anyToken(scratch: Scratch, random: Random): Span {
  let from = random.below(scratch.length);
  while (from > 0 && delimiters[scratch.at(from)] === 1) from -= 1;
  while (from > 0 && delimiters[scratch.at(from - 1)] === 0) from -= 1;
  let to = from;
  while (to < scratch.length && delimiters[scratch.at(to)] === 0) to += 1;
  return { from, count: to - from };
}

/** The line around a random place, with its end. */
function anyLine(scratch: Scratch, random: Random): Span {
  const place = random.below(scratch.length);
  const before = place === 0 ? -1 : scratch.octets.lastIndexOf(lineFeed, place - 1);
  const behind = scratch.octets.indexOf(lineFeed, place);
  const to = behind < 0 || behind >= scratch.length ? scratch.length : behind + 1;
  return { from: before + 1, count: to - before - 1 };
}

const replaceToken: Mutation = (scratch, random, { tokens }) => {
  const { from, count } = anyToken(scratch, random);
  scratch.replace(from, count, random.pick(tokens));
};

const swapTokens: Mutation = (scratch, random) => {
  const one = anyToken(scratch, random);
  const other = anyToken(scratch, random);
  const [first, second] = one.from < other.from ? [one, other] : [other, one];
  if (first.from + first.count > second.from) return;
  const words = [scratch.slice(first.from, first.from + first.count), scratch.slice(second.from, second.from + second.count)] as const;
  scratch.replace(second.from, second.count, words[0]);
  scratch.replace(first.from, first.count, words[1]);
};

const dropToken: Mutation = (scratch, random) => {
  const { from, count } = anyToken(scratch, random);
  scratch.remove(from, count);
};

const repeatToken: Mutation = (scratch, random) => {
  const { from, count } = anyToken(scratch, random);
  // With the delimiter behind it: a list that grows.
  const whole = Math.min(count + 1, scratch.length - from);
  if (whole > 0) scratch.repeat(from, whole, random.length(random.once(8) ? scratch.capacity / whole : 20));
};

const changeNumber: Mutation = (scratch, random) => {
  let from = random.below(scratch.length);
  while (from < scratch.length && !isDigit(scratch.at(from))) from += 1;
  let to = from;
  while (to < scratch.length && isDigit(scratch.at(to))) to += 1;
  if (to > from) scratch.replace(from, to - from, random.pick(numbers));
};

function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}

const changeCase: Mutation = (scratch, random) => {
  const { from, count } = anyToken(scratch, random);
  for (let at = from; at < from + count; at += 1)
    if ((scratch.at(at) & 0xdf) >= 0x41 && (scratch.at(at) & 0xdf) <= 0x5a) scratch.set(at, scratch.at(at) ^ 0x20);
};

const dropLine: Mutation = (scratch, random) => {
  const { from, count } = anyLine(scratch, random);
  scratch.remove(from, count);
};

const doubleLine: Mutation = (scratch, random) => {
  const { from, count } = anyLine(scratch, random);
  if (count > 0) scratch.repeat(from, count, random.once(8) ? random.length(scratch.capacity / count) : 1);
};

const moveLine: Mutation = (scratch, random) => {
  const { from, count } = anyLine(scratch, random);
  const line = scratch.slice(from, from + count);
  scratch.remove(from, count);
  scratch.replace(scratch.length === 0 ? 0 : anyLine(scratch, random).from, 0, line);
};

const insertLine: Mutation = (scratch, random, { lines }) => scratch.replace(anyLine(scratch, random).from, 0, random.pick(lines));

const replaceLine: Mutation = (scratch, random, { lines }) => {
  const { from, count } = anyLine(scratch, random);
  scratch.replace(from, count, random.pick(lines));
};

const joinLines: Mutation = (scratch, random) => {
  const { from, count } = anyLine(scratch, random);
  scratch.replace(Math.max(from, from + count - 2), Math.min(2, count), latin1(random.pick(["", " ", "\n", "\r\n ", ","])));
};

/** Brackets around a word, one inside the other, sometimes never closed. */
const nest: Mutation = (scratch, random) => {
  const kind = random.below(brackets.length);
  const [open, close] = [brackets[kind] as Uint8Array, closing[kind] as Uint8Array];
  const times = random.length(random.once(8) ? scratch.capacity / open.length : 24);
  const { from, count } = anyToken(scratch, random);
  if (!random.once(3)) fillWith(scratch, from + count, close, times);
  fillWith(scratch, from, open, times);
};

function fillWith(scratch: Scratch, at: number, piece: Uint8Array, times: number): void {
  scratch.replace(at, 0, piece);
  if (times > 1) scratch.repeat(at, Math.min(piece.length, scratch.length - at), times - 1);
}

export const textMutations: readonly Mutation[] = [
  replaceToken,
  replaceToken,
  replaceToken,
  swapTokens,
  swapTokens,
  dropToken,
  repeatToken,
  changeNumber,
  changeNumber,
  changeCase,
  dropLine,
  doubleLine,
  moveLine,
  insertLine,
  insertLine,
  replaceLine,
  joinLines,
  nest,
];
