/**
 * Digit maps (RFC 3435 2.1.5): which dial strings are complete.
 * A map is a list of alternatives of positions; `x` is any digit, `[2-9]` a range, `.` repeats the position before it
 * zero or more times, `T` is the inter-digit timer. Letters are matched without regard to case.
 */

interface Position {
  readonly symbols: string;
  readonly repeats: boolean;
}

export interface DigitMap {
  readonly text: string;
  readonly alternatives: readonly (readonly Position[])[];
}

/** match: complete; partial: more is needed; timer: only the inter-digit timer is missing; none: can never match. */
export type DialState = "match" | "partial" | "timer" | "none";

const symbolPattern = /^[0-9A-DT*#]$/;
const longestMap = 2048;

/** Null where the text is no digit map. */
export function parseDigitMap(text: string): DigitMap | null {
  if (text.length > longestMap) return null;
  const bare = text
    .trim()
    .toUpperCase()
    .replace(/^\((.*)\)$/s, "$1");
  const alternatives: Position[][] = [];
  for (const part of bare.split("|")) {
    const positions = parseAlternative(part.trim());
    if (positions === null) return null;
    alternatives.push(positions);
  }
  return { text, alternatives };
}

function parseAlternative(text: string): Position[] | null {
  const positions: Position[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === ".") {
      const last = positions.pop();
      if (last === undefined || last.repeats) return null;
      positions.push({ symbols: last.symbols, repeats: true });
    } else if (character === "[") {
      const end = text.indexOf("]", at);
      const symbols = end < 0 ? null : parseRange(text.slice(at + 1, end));
      if (symbols === null) return null;
      positions.push({ symbols, repeats: false });
      at = end;
    } else if (character === "X") {
      positions.push({ symbols: "0123456789", repeats: false });
    } else if (symbolPattern.test(character)) {
      positions.push({ symbols: character, repeats: false });
    } else {
      return null;
    }
  }
  return positions.length === 0 ? null : positions;
}

function parseRange(text: string): string | null {
  let symbols = "";
  for (let at = 0; at < text.length; at++) {
    const from = text[at] ?? "";
    const to = text[at + 1] === "-" ? (text[at + 2] ?? "") : from;
    if (to !== from) at += 2;
    if (!symbolPattern.test(from) || !symbolPattern.test(to) || to < from) return null;
    if (to === from) symbols += from;
    else if (/\d/.test(from) && /\d/.test(to)) for (let digit = Number(from); digit <= Number(to); digit++) symbols += String(digit);
    else return null;
  }
  return symbols === "" ? null : symbols;
}

/** Applies a dial string to the map; `dialled` holds digits, `*`, `#`, and `T` where the timer fired. */
export function dialState(map: DigitMap, dialled: string): DialState {
  let state: DialState = "none";
  for (const positions of map.alternatives) {
    const after = reached(positions, dialled.toUpperCase());
    if (after.size === 0) continue;
    if (after.has(positions.length)) return "match";
    const timerNext = [...after].some((at) => positions[at]?.symbols === "T");
    if (timerNext) state = "timer";
    else if (state === "none") state = "partial";
  }
  return state;
}

/** The positions at which the alternative may stand after the whole dial string. */
function reached(positions: readonly Position[], dialled: string): Set<number> {
  let current = closure(positions, new Set([0]));
  for (const symbol of dialled) {
    const next = new Set<number>();
    for (const at of current) {
      const position = positions[at];
      if (position === undefined || !position.symbols.includes(symbol)) continue;
      next.add(position.repeats ? at : at + 1);
    }
    current = closure(positions, next);
    if (current.size === 0) return current;
  }
  return current;
}

/** A repeating position may be left without using a symbol. */
function closure(positions: readonly Position[], reachedNow: Set<number>): Set<number> {
  const all = new Set<number>();
  for (const from of reachedNow) {
    let at = from;
    all.add(at);
    while (positions[at]?.repeats === true) all.add(++at);
  }
  return all;
}
