/** One input put to one decoder: what came of it, and which promise of a decoder it broke. */
import { isDeepStrictEqual } from "node:util";
import type { AnyDecoder } from "./decoder.ts";
import { sizeOf } from "./result-size.ts";

export const problemKinds = ["throws", "slow", "hangs", "size", "memory", "mirror"] as const;
export type ProblemKind = (typeof problemKinds)[number];

export interface Problem {
  readonly kind: ProblemKind;
  readonly text: string;
}

export interface Examined {
  readonly accepted: boolean;
  /** Octets of the result, about. */
  readonly size: number;
  readonly problem: Problem | null;
}

/** A result may be so many times as large as its input, and this much more: an object for each octet, but no more than that. */
const mostSizeFactor = 64;
const sizeAllowance = 4096;

export function examine(decoder: AnyDecoder, octets: Uint8Array): Examined {
  let result: unknown;
  let accepted = false;
  try {
    result = decoder.decode(octets);
    accepted = decoder.accepts(result);
  } catch (error) {
    return { accepted: false, size: 0, problem: { kind: "throws", text: said(error) } };
  }
  const mostSize = mostSizeFactor * octets.length + sizeAllowance;
  const size = sizeOf(result, mostSize);
  if (size > mostSize) {
    return { accepted, size, problem: { kind: "size", text: `${octets.length} octets became a result of more than ${mostSize}` } };
  }
  return { accepted, size, problem: accepted && decoder.encode !== undefined ? mirrorProblem(decoder, result) : null };
}

/** What was accepted, written and read again must mean the same. */
function mirrorProblem(decoder: AnyDecoder, result: unknown): Problem | null {
  const meaning = (of: unknown): unknown => (decoder.meaning === undefined ? of : decoder.meaning(of));
  try {
    const written = decoder.encode?.(result) ?? null;
    if (written === null) return null;
    const again = decoder.decode(written);
    const [first, second] = [meaning(result), meaning(again)];
    if (isDeepStrictEqual(first, second)) return null;
    return { kind: "mirror", text: `decoded to ${shown(first)}, written and decoded again to ${shown(second)}` };
  } catch (error) {
    return { kind: "throws", text: `written again: ${said(error)}` };
  }
}

function said(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 3).join(" ") : String(error);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? `${part}n` : part)) ?? String(value);
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
