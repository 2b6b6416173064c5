/** One change of an input, and what it may draw upon. */
import type { Random } from "../random.ts";
import type { Scratch } from "../scratch.ts";

export interface Stock {
  readonly corpus: readonly Uint8Array[];
  /** Words of the whole corpus and others that have broken decoders before; text only. */
  readonly tokens: readonly Uint8Array[];
  /** Lines of the whole corpus with their line ends; text only. */
  readonly lines: readonly Uint8Array[];
}

export type Mutation = (scratch: Scratch, random: Random, stock: Stock) => void;

/** ISO 8859-1, one character an octet. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
