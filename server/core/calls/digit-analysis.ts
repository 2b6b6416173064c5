/**
 * Digit analysis: where dialled digits lead, and the digit map by which a gateway knows that enough was dialled.
 * An exact line number wins over a route; among routes the longest prefix wins.
 */
import type { NodeName } from "../identity.ts";
import type { EndpointSpec, Numbering, NumberRange } from "./numbering.ts";
import { cause } from "./q850.ts";

export type Destination =
  | { readonly kind: "line"; readonly line: EndpointSpec }
  | { readonly kind: "route"; readonly prefix: string; readonly gateways: readonly NodeName[] }
  /** What was dialled is the beginning of something. */
  | { readonly kind: "more-digits" }
  | { readonly kind: "invalid"; readonly cause: number };

export function analyseDigits(numbering: Numbering, digits: string): Destination {
  const line = numbering.byNumber.get(digits);
  if (line) return { kind: "line", line };
  const route = numbering.routes.find((candidate) => digits.startsWith(candidate.prefix));
  // "0" alone reaches the network but names nobody in it.
  if (route && digits.length > route.prefix.length) return { kind: "route", prefix: route.prefix, gateways: route.gateways };
  const begins =
    numbering.routes.some((candidate) => candidate.prefix.startsWith(digits)) || numbering.ranges.some((range) => beginsIn(range, digits));
  return begins ? { kind: "more-digits" } : { kind: "invalid", cause: cause.unallocatedNumber };
}

/** True where some longer number of the range starts with these digits. */
function beginsIn(range: NumberRange, digits: string): boolean {
  const missing = range.first.length - digits.length;
  if (missing <= 0) return false;
  return digits.padEnd(range.first.length, "9") >= range.first && digits.padEnd(range.first.length, "0") <= range.last;
}

/** RFC 3435 2.1.5: `(5010x|5011x|5012[0-3]|0x.T)`; routes end by the gateway's timer, because their length is the network's affair. */
export function digitMapOf(numbering: Numbering): string {
  const lines = numbering.ranges.flatMap((range) => rangePatterns(range.first, range.last));
  const routes = numbering.routes.map((route) => `${route.prefix}x.T`);
  return `(${[...lines, ...routes].join("|")})`;
}

/** The fewest patterns that match exactly the numbers from `first` to `last`, both included, of the same length. */
export function rangePatterns(first: string, last: string): string[] {
  if (first === "") return [""];
  const head = first.charAt(0);
  const tail = last.charAt(0);
  const rest = first.length - 1;
  const lowFull = first.slice(1) === "0".repeat(rest);
  const highFull = last.slice(1) === "9".repeat(rest);
  if (head === tail && !(lowFull && highFull)) return rangePatterns(first.slice(1), last.slice(1)).map((pattern) => head + pattern);
  const patterns: string[] = [];
  let from = Number(head);
  let to = Number(tail);
  if (!lowFull) {
    patterns.push(...rangePatterns(first.slice(1), "9".repeat(rest)).map((pattern) => head + pattern));
    from += 1;
  }
  if (!highFull) to -= 1;
  if (from <= to) patterns.push(digitClass(from, to) + "x".repeat(rest));
  if (!highFull) patterns.push(...rangePatterns("0".repeat(rest), last.slice(1)).map((pattern) => tail + pattern));
  return patterns;
}

function digitClass(from: number, to: number): string {
  if (from === to) return String(from);
  return from === 0 && to === 9 ? "x" : `[${from}-${to}]`;
}
