/** Changes that need to know nothing of a format: bits, octets, cuts, repetitions, numbers, splices. */
import type { Random } from "../random.ts";
import type { Scratch } from "../scratch.ts";
import { latin1, type Mutation } from "./mutation.ts";

const interesting = Uint8Array.of(
  0,
  1,
  0x7f,
  0x80,
  0x81,
  0x82,
  0x84,
  0xfe,
  0xff,
  0x0a,
  0x0d,
  0x09,
  0x20,
  0x22,
  0x28,
  0x29,
  0x2c,
  0x2e,
  0x30,
);

/** Line ends, separators, numbers at and beyond the bounds of their kind, octets that are no text, lengths that lie. */
export const interestingSequences: readonly Uint8Array[] = [
  ...[
    "\r\n",
    "\n",
    "\r",
    "\r\n\r\n",
    "\r\n.\r\n",
    "\0",
    "\0\0\0\0",
    ",",
    ",,,,,,,,",
    ";",
    ":",
    "=",
    "/",
    '"',
    "()",
    "[]",
    "<>",
    "%",
    "%00",
    "\\",
    "\t ",
  ],
  ...[
    "0",
    "-1",
    "00",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740993",
    "99999999999999999999",
  ],
  ...["1e309", "NaN", "0x10", "-0", "+1", "__proto__", "constructor", "toString", "\xa0", "\x85", "\xad"],
]
  .map(latin1)
  .concat(
    [
      // Overlong and surrogate UTF-8, a byte order mark, a point beyond the last one.
      ...[
        [0xc0, 0x80],
        [0xed, 0xa0, 0x80],
        [0xef, 0xbb, 0xbf],
        [0xf4, 0x90, 0x80, 0x80],
        [0xff, 0xff, 0xff, 0xff],
      ],
      // BER lengths: indefinite, of four and of eight octets, longer than anything.
      ...[
        [0x30, 0x80],
        [0x84, 0xff, 0xff, 0xff, 0xff],
        [0x83, 0xff, 0xff, 0xff],
        [0x88, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        [0x82, 0, 1],
      ],
      ...[
        [0x7f, 0xff, 0xff, 0xff],
        [0x80, 0, 0, 0],
        [0x7f, 0xf0, 0, 0, 0, 0, 0, 0],
        [0x7f, 0xf8, 0, 0, 0, 0, 0, 1],
      ],
    ].map((octets) => Uint8Array.from(octets)),
  );

const interestingWords = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff] as const;

function place(scratch: Scratch, random: Random): number {
  return random.below(scratch.length);
}

const flipBit: Mutation = (scratch, random) => {
  const at = place(scratch, random);
  scratch.set(at, scratch.at(at) ^ (1 << random.below(8)));
};

const changeOctet: Mutation = (scratch, random) => scratch.set(place(scratch, random), random.next() & 0xff);

const changeToInteresting: Mutation = (scratch, random) =>
  scratch.set(place(scratch, random), interesting[random.below(interesting.length)] ?? 0);

const stepOctet: Mutation = (scratch, random) => {
  const at = place(scratch, random);
  scratch.set(at, (scratch.at(at) + random.pick([1, -1, 2, -2, 16, -16])) & 0xff);
};

/** Two or four octets as one number in network order, as lengths and ports are. */
const changeWord: Mutation = (scratch, random) => {
  const at = place(scratch, random);
  const wide = random.once(2);
  const value = random.pick(interestingWords) + (random.once(4) ? random.below(9) - 4 : 0);
  if (wide) scratch.set(at, (value >> 31) & 0xff);
  if (wide) scratch.set(at + 1, (value >> 16) & 0xff);
  scratch.set(at + (wide ? 2 : 0), (value >> 8) & 0xff);
  scratch.set(at + (wide ? 3 : 1), value & 0xff);
};

const cutEnd: Mutation = (scratch, random) => scratch.cut(random.below(scratch.length + 1));

const cutStart: Mutation = (scratch, random) => scratch.remove(0, Math.min(scratch.length, random.length(scratch.length)));

const cutSlice: Mutation = (scratch, random) => {
  const at = place(scratch, random);
  scratch.remove(at, Math.min(scratch.length - at, random.length(64)));
};

const duplicateSlice: Mutation = (scratch, random) => {
  const at = place(scratch, random);
  const count = Math.min(scratch.length - at, random.length(64));
  if (count > 0) scratch.repeat(at, count, random.once(16) ? random.length(scratch.capacity / count) : random.length(4));
};

const copySliceElsewhere: Mutation = (scratch, random) => {
  const from = place(scratch, random);
  const slice = scratch.slice(from, Math.min(scratch.length, from + random.length(64)));
  scratch.replace(random.below(scratch.length + 1), 0, slice);
};

const insertInteresting: Mutation = (scratch, random) =>
  scratch.replace(random.below(scratch.length + 1), 0, random.pick(interestingSequences));

const overwriteWithInteresting: Mutation = (scratch, random) => {
  const at = place(scratch, random);
  const sequence = random.pick(interestingSequences);
  scratch.replace(at, Math.min(sequence.length, scratch.length - at), sequence);
};

const insertNoise: Mutation = (scratch, random) => {
  const at = random.below(scratch.length + 1);
  scratch.run(at, 0, random.length(16));
  for (let i = at; i < Math.min(scratch.length, at + 16); i += 1) scratch.set(i, random.next() & 0xff);
};

const longRun: Mutation = (scratch, random) => {
  const at = random.below(scratch.length + 1);
  const octet = random.once(2) ? (interesting[random.below(interesting.length)] ?? 0) : scratch.at(place(scratch, random));
  scratch.run(at, octet, random.length(random.once(8) ? scratch.capacity : 256));
};

/** The head of this one, the tail of another. */
const splice: Mutation = (scratch, random, { corpus }) => {
  const other = random.pick(corpus);
  const at = random.below(scratch.length + 1);
  scratch.replace(at, scratch.length - at, other.subarray(random.below(other.length + 1)));
};

const insertFromOther: Mutation = (scratch, random, { corpus }) => {
  const other = random.pick(corpus);
  const from = random.below(other.length);
  scratch.replace(random.below(scratch.length + 1), 0, other.subarray(from, from + random.length(128)));
};

const appendOther: Mutation = (scratch, random, { corpus }) => scratch.replace(scratch.length, 0, random.pick(corpus));

export const octetMutations: readonly Mutation[] = [
  flipBit,
  flipBit,
  changeOctet,
  changeOctet,
  changeToInteresting,
  stepOctet,
  changeWord,
  cutEnd,
  cutStart,
  cutSlice,
  duplicateSlice,
  copySliceElsewhere,
  insertInteresting,
  insertInteresting,
  overwriteWithInteresting,
  insertNoise,
  longRun,
  splice,
  insertFromOther,
  appendOther,
];
