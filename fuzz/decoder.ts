/** What the fuzz program needs to know of one decoder. Adding one: an entry in registry.ts and a file of real messages in corpus/. */
import type { Scratch } from "./scratch.ts";

/** Which mutations beyond those of plain octets make sense. */
export type Grammar = "text" | "ber" | "octets";

export interface FuzzedDecoder<Result> {
  readonly name: string;
  readonly grammar: Grammar;
  /** Real messages: what every mutation starts from. */
  corpus(): readonly Uint8Array[];
  /** The longest input; somewhat above the decoder's own limit, or as long as its socket can hand over. */
  readonly maxOctets: number;
  /** Must be total: any octets give a result, none an exception. */
  decode(octets: Uint8Array): Result;
  /** Where false, nothing more is asked of the result. */
  accepts(result: Result): boolean;
  /** What was accepted, written again; null where this result has no place on the wire. Left out where there is no encoder. */
  encode?(result: Result): Uint8Array | null;
  /** The part of a result that must survive being written and read again; all of it where left out. */
  meaning?(result: Result): unknown;
  /** Puts lengths right after a mutation, so that half of the inputs get past the first check. */
  repair?(scratch: Scratch): void;
}

export type AnyDecoder = FuzzedDecoder<unknown>;

/** Forgets the type of the result, so that decoders of all kinds stand in one list. */
export function fuzzed<Result>(decoder: FuzzedDecoder<Result>): AnyDecoder {
  return decoder as unknown as AnyDecoder;
}
