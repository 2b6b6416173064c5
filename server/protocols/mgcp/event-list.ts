/**
 * Lists of events and signals: `L/hd(N)`, `D/[0-9*#T](D)`, `MD/sup(addr(5551),id(5012))`, `MS/rel(16)`, `L/rg@0A1B`.
 * In `R:` the first parentheses hold actions and the second parameters; in `S:`, `O:` and `ES:` the first hold parameters.
 */
import { listOf, splitOutside } from "./text.ts";

export interface EventSpec {
  /** Package and event in the writer's spelling, for example `L/hd`; compared without regard to case. */
  readonly name: string;
  /** The part behind `@`; null where the event is not tied to a connection. */
  readonly connection: string | null;
  /** First parentheses, split at the top level; null where there are none. */
  readonly arguments: readonly string[] | null;
  /** Second parentheses (requested events only). */
  readonly parameters: readonly string[] | null;
}

const maxEvents = 64;

const eventName = /^[A-Za-z0-9*$][A-Za-z0-9-]*(\/([A-Za-z0-9*#+_-]+|\[[0-9A-Za-z#*-]{1,40}\]))?$/;
const connectionName = /^([0-9A-Fa-f]{1,32}|\$|\*)$/;

function parseEvent(text: string): EventSpec | null {
  const firstOpen = text.indexOf("(");
  const head = firstOpen < 0 ? text : text.slice(0, firstOpen);
  const at = head.indexOf("@");
  const name = (at < 0 ? head : head.slice(0, at)).trim();
  const connection = at < 0 ? null : head.slice(at + 1).trim();
  if (!eventName.test(name) || (connection !== null && !connectionName.test(connection))) return null;
  const groups: string[][] = [];
  let rest = firstOpen < 0 ? "" : text.slice(firstOpen);
  while (rest.length > 0) {
    if (!rest.startsWith("(") || groups.length === 2) return null;
    const end = closingParenthesis(rest);
    const inside = end === null ? null : listOf(rest.slice(1, end));
    if (end === null || inside === null) return null;
    groups.push(inside);
    rest = rest.slice(end + 1).trim();
  }
  return { name, connection, arguments: groups[0] ?? null, parameters: groups[1] ?? null };
}

function closingParenthesis(text: string): number | null {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted;
    if (quoted) continue;
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return i;
  }
  return null;
}

export function parseEventList(text: string): EventSpec[] | null {
  const parts = listOf(text);
  if (parts === null || parts.length > maxEvents) return null;
  const events: EventSpec[] = [];
  for (const part of parts) {
    const event = parseEvent(part);
    if (event === null) return null;
    events.push(event);
  }
  return events;
}

export function printEventList(events: readonly EventSpec[]): string {
  return events.map(printEvent).join(", ");
}

function printEvent(event: EventSpec): string {
  const connection = event.connection === null ? "" : `@${event.connection}`;
  const groups = [event.arguments, event.parameters].filter((group) => group !== null).map((group) => `(${group.join(",")})`);
  return `${event.name}${connection}${groups.join("")}`;
}

/** An event without connection and parameters. */
export function plainEvent(name: string, ...args: string[]): EventSpec {
  return { name, connection: null, arguments: args.length === 0 ? null : args, parameters: null };
}

/** The argument `name(value)` of an event, for example `addr(5551)`; null where it is absent. */
export function namedArgument(event: EventSpec, name: string): string | null {
  for (const argument of event.arguments ?? []) {
    const match = /^([A-Za-z0-9-]+)\((.*)\)$/.exec(argument);
    if (match?.[1]?.toLowerCase() === name.toLowerCase()) return match[2] ?? null;
  }
  return null;
}

/** Checks a digit map's brackets and characters (RFC 3435 2.1.5) without interpreting it. */
export function isDigitMap(text: string): boolean {
  if (text.length === 0 || text.length > 1024 || !/^[0-9A-Da-dTtXx#*.,|()[\]\s-]+$/.test(text)) return false;
  return splitOutside(text, "|") !== null;
}
