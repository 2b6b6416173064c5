/** The table of parameter lines: for each code how its value is read and written. Codes are case-insensitive (RFC 3435 3.1). */
import { parseConnectionParameters, printConnectionParameters } from "./connection-parameters.ts";
import { type EventSpec, isDigitMap, parseEventList, printEventList } from "./event-list.ts";
import { parseLocalOptions, printLocalOptions } from "./local-options.ts";
import { type IdRange, limits, maxTransactionId, type Parameters } from "./message.ts";
import { listOf } from "./text.ts";

type Key = Exclude<keyof Parameters, "others">;

interface ParameterCodec<K extends Key> {
  readonly key: K;
  /** Null = malformed. `before` is the value of an earlier line of the same code. */
  readonly parse: (text: string, before: Parameters[K]) => NonNullable<Parameters[K]> | null;
  /** One element per line. */
  readonly print: (value: NonNullable<Parameters[K]>) => readonly string[];
  /** The return code that a malformed value deserves. */
  readonly code: number;
}

function once<K extends Key>(
  key: K,
  code: number,
  parse: (text: string) => NonNullable<Parameters[K]> | null,
  print: (value: NonNullable<Parameters[K]>) => string,
): ParameterCodec<K> {
  return { key, code, parse: (text, before) => (before === undefined ? parse(text) : null), print: (value) => [print(value)] };
}

/** A single token of printable characters. */
function token(pattern: RegExp, fold: (text: string) => string = (text) => text) {
  return (text: string) => (pattern.test(text) ? fold(text) : null);
}

function events<K extends "requestedEvents" | "signals" | "observedEvents" | "detectEvents" | "eventStates">(
  key: K,
  code: number,
): ParameterCodec<K> {
  return once(key, code, parseEventList, (value) => printEventList(value as readonly EventSpec[])) as ParameterCodec<K>;
}

/** Several lines, each a comma-separated list, all together one list. */
function repeated<K extends "connectionIds" | "specificEndpoints">(key: K, code: number, pattern: RegExp): ParameterCodec<K> {
  return {
    key,
    code,
    parse: (text, before) => {
      const parts = listOf(text);
      if (parts === null || !parts.every((part) => pattern.test(part))) return null;
      const all = [...((before as readonly string[] | undefined) ?? []), ...parts];
      return all.length > limits.listed ? null : all;
    },
    print: (value) => (value.length === 0 ? [""] : key === "connectionIds" ? [value.join(", ")] : value),
  };
}

function words<K extends "requestedInfo" | "quarantine" | "packages">(key: K, fold: (text: string) => string): ParameterCodec<K> {
  const parse = (text: string) => {
    const parts = listOf(text);
    return parts?.every((part) => /^[\x21-\x7e]{1,64}$/.test(part)) && parts.length <= 64 ? parts.map(fold) : null;
  };
  return once(key, 510, parse, (value) => value.join(", "));
}

const identifier = /^[0-9A-Fa-f]{1,32}$/;
const upper = (text: string) => text.toUpperCase();
const lower = (text: string) => text.toLowerCase();
const same = (text: string) => text;

function parseCount(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function parseRanges(text: string): IdRange[] | null {
  const parts = listOf(text);
  if (parts === null || parts.length > 64) return null;
  const ranges: IdRange[] = [];
  for (const part of parts) {
    const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part);
    const first = Number(match?.[1]);
    const last = match?.[2] === undefined ? first : Number(match[2]);
    if (match === null || first < 1 || last < first || last > maxTransactionId) return null;
    ranges.push({ first, last });
  }
  return ranges;
}

function parseReason(text: string): { code: number; text: string } | null {
  const match = /^(\d{3})(?:\s+(.{0,200}))?$/.exec(text);
  return match === null ? null : { code: Number(match[1]), text: match[2]?.trim() ?? "" };
}

/** In the order in which lines are written. */
export const parameterCodecs = {
  K: once("confirmed", 510, parseRanges, (ranges) =>
    ranges.map((r) => (r.first === r.last ? `${r.first}` : `${r.first}-${r.last}`)).join(","),
  ),
  B: once("bearer", 510, token(/^[\x20-\x7e]{0,128}$/), same),
  C: once("callId", 516, token(identifier, upper), same),
  Z: repeated("specificEndpoints", 500, /^[\x21-\x7e]{1,255}$/),
  Z2: once("secondEndpoint", 500, token(/^[\x21-\x7e]{1,255}$/), same),
  I: repeated("connectionIds", 515, identifier),
  I2: once("secondConnectionId", 515, token(identifier), same),
  N: once("notifiedEntity", 510, token(/^[\x21-\x7e]{0,255}$/), same),
  X: once("requestId", 510, token(/^[0-9A-Fa-f]{1,32}$/, upper), same),
  L: once("localOptions", 524, parseLocalOptions, printLocalOptions),
  M: once("mode", 517, token(/^[A-Za-z][A-Za-z0-9/-]{0,31}$/, lower), same),
  R: events("requestedEvents", 538),
  S: events("signals", 538),
  D: once("digitMap", 537, (text) => (text === "" || isDigitMap(text) ? text : null), same),
  O: events("observedEvents", 538),
  P: once("connectionParameters", 510, parseConnectionParameters, printConnectionParameters),
  E: once(
    "reasonCode",
    510,
    parseReason,
    (reason) => `${String(reason.code).padStart(3, "0")}${reason.text === "" ? "" : ` ${reason.text}`}`,
  ),
  F: words("requestedInfo", upper),
  Q: words("quarantine", lower),
  T: events("detectEvents", 538),
  ES: events("eventStates", 538),
  RM: once("restartMethod", 536, token(/^[A-Za-z][A-Za-z0-9/-]{0,31}$/, lower), same),
  RD: once("restartDelay", 510, parseCount, String),
  A: {
    key: "capabilities",
    code: 510,
    parse: (text, before) => ((before?.length ?? 0) < 32 ? [...(before ?? []), text] : null),
    print: (value) => value,
  } as ParameterCodec<"capabilities">,
  PL: words("packages", same),
  MD: once("maxDatagram", 510, parseCount, String),
  "X-EVENT-AGE": once("eventAgeMs", 510, parseCount, (age) => String(Math.max(0, Math.round(age)))),
} as const;

/** Spelling on the wire where it is not the table's own. */
export const wireName: Readonly<Record<string, string>> = { "X-EVENT-AGE": "X-Event-Age" };

/** The table with its element types forgotten, for looping. */
export const anyCodecs = parameterCodecs as unknown as Readonly<Record<string, ParameterCodec<Key> | undefined>>;
