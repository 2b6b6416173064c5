/** Decoders with one fault each, for the tests of the fuzz program: a program that finds nothing proves nothing. */
import { type AnyDecoder, fuzzed } from "../decoder.ts";
import { latin1 } from "../mutations/mutation.ts";

/** So that the fault is rare, as faults are: the octet 0xff behind a comma. */
export function unlucky(octets: Uint8Array): boolean {
  const at = octets.indexOf(0xff);
  return at > 0 && octets[at - 1] === 0x2c;
}

function planted(name: string, decode: (octets: Uint8Array) => unknown): AnyDecoder {
  return fuzzed({
    name,
    grammar: "text",
    corpus: () => [latin1("first: one, two\r\nsecond: (three)\r\n"), latin1("third: 4,5,6\r\n")],
    maxOctets: 512,
    decode,
    accepts: () => true,
  });
}

const kept: Uint8Array[] = [];

function busy(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

export const faultless = planted("faultless", (octets) => octets.length);

export const throwing = planted("throwing", (octets) => {
  if (unlucky(octets)) throw new RangeError("planted");
  return octets.length;
});

export const slow = planted("slow", (octets) => {
  if (unlucky(octets)) busy(60);
  return octets.length;
});

/** Endless, inside a regular expression: the engine looks for the signal to end there too. */
export const hanging = planted("hanging", (octets) => !unlucky(octets) || /^(a+)+$/.test(`${"a".repeat(60)}b`));

export const leaking = planted("leaking", (octets) => kept.push(new Uint8Array(octets)));

export const hoarding = planted("hoarding", (octets) => {
  const hoard: number[][] = [];
  while (unlucky(octets)) hoard.push(Array<number>(100_000).fill(1.5));
  return hoard;
});

export const swelling = planted("swelling", (octets) => (unlucky(octets) ? "x".repeat(1_000_000) : ""));

/** Takes part in what it read: the second reading differs from the first. */
export const forgetting = fuzzed({
  ...planted("forgetting", (octets) => (unlucky(octets) ? octets.slice(1) : octets)),
  encode: (octets) => octets as Uint8Array,
});

export const decoders: readonly AnyDecoder[] = [faultless, throwing, slow, hanging, leaking, hoarding, swelling, forgetting];
