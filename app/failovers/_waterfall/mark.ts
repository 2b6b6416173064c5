/** The few shapes that every lane is drawn with. Tones are names of tokens, so that both themes and forced colours follow. */

export type Tone = "ink" | "ink-2" | "ink-3" | "mark" | "mark-2" | "line" | "amber" | "red" | "blue";

export interface BoxMark {
  readonly kind: "box";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly tone: Tone;
  /** Open = waiting for an answer; filled = work done. */
  readonly open: boolean;
  readonly name: string;
}

export interface HatchMark {
  readonly kind: "hatch";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly name: string;
}

export interface LineMark {
  readonly kind: "line";
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly tone: Tone;
  readonly width: number;
  readonly dotted: boolean;
  readonly name: string;
}

export interface CurveMark {
  readonly kind: "curve";
  readonly d: string;
  readonly tone: Tone;
  readonly width: number;
  readonly name: string;
}

export interface TextMark {
  readonly kind: "text";
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly tone: Tone;
  readonly anchor: "start" | "middle" | "end";
  readonly weight: "axis" | "label" | "lane";
  readonly mono: boolean;
  /** Lies on a line of its own lane: a patch of ground cuts that line behind the words. */
  readonly backed: boolean;
}

export type Mark = BoxMark | HatchMark | LineMark | CurveMark | TextMark;

export interface LaneDrawing {
  readonly name: string;
  readonly top: number;
  readonly bottom: number;
  readonly marks: readonly Mark[];
}

export function box(name: string, x: number, y: number, width: number, height: number, tone: Tone, open = false): BoxMark {
  // A step that took less than a pixel still happened.
  return { kind: "box", name, x, y, width: Math.max(1.5, width), height, tone, open };
}

export function hatch(name: string, x: number, y: number, width: number, height: number): HatchMark {
  return { kind: "hatch", name, x, y, width: Math.max(0, width), height };
}

export function line(
  name: string,
  from: readonly [number, number],
  to: readonly [number, number],
  tone: Tone,
  width = 1,
  dotted = false,
): LineMark {
  return { kind: "line", name, x1: from[0], y1: from[1], x2: to[0], y2: to[1], tone, width, dotted };
}

export function text(
  x: number,
  y: number,
  content: string,
  tone: Tone,
  options: Partial<Pick<TextMark, "anchor" | "weight" | "mono" | "backed">> = {},
): TextMark {
  return {
    kind: "text",
    x,
    y,
    text: content,
    tone,
    anchor: options.anchor ?? "start",
    weight: options.weight ?? "axis",
    mono: options.mono ?? false,
    backed: options.backed ?? false,
  };
}

/** Where texts of a lane may stand: between two edges, and not across the verticals that run through the lane. */
export interface Room {
  readonly left: number;
  readonly right: number;
  readonly verticals: readonly number[];
}

const besideVertical = 7;
/** A text this far from what it names is still read with it; a place on its other side comes first beyond that. */
const nearBy = 24;

/** The first place behind `x` where a text of this width crosses no vertical; null where it would leave the room. */
function behind(x: number, width: number, room: Room): number | null {
  let start = x;
  for (const vertical of [...room.verticals].sort((a, b) => a - b)) {
    if (start < vertical + 4 && start + width > vertical - 4) start = vertical + besideVertical;
  }
  return start + width <= room.right ? start : null;
}

/** The same before `x`, where the text ends. */
function before(x: number, width: number, room: Room): number | null {
  let end = x;
  for (const vertical of [...room.verticals].sort((a, b) => b - a)) {
    if (end > vertical - 4 && end - width < vertical + 4) end = vertical - besideVertical;
  }
  return end - width >= room.left ? end : null;
}

/**
 * A text for what reaches from `from` to `until`: close behind it, else before it, else further behind, wherever no
 * vertical runs through it. Of several wordings the first that fits; null where none does.
 */
export function placed(
  [from, until]: readonly [number, number],
  y: number,
  wordings: readonly string[],
  tone: Tone,
  room: Room,
  onlyBehind = false,
): TextMark | null {
  for (const said of wordings) {
    const width = textWidth(said);
    const after = behind(until + 6, width, room);
    if (after !== null && after - until <= nearBy) return text(after, y, said, tone);
    const end = onlyBehind ? null : before(from - 6, width, room);
    if (end !== null) return text(end, y, said, tone, { anchor: "end" });
    if (after !== null) return text(after, y, said, tone);
  }
  return null;
}

/** Width of a text at 11 px, near enough to keep labels apart. */
export function textWidth(content: string, mono = false): number {
  return content.length * (mono ? 6.6 : 5.8);
}

/**
 * Drops texts that would lie over a more important one of the same row. The order given is the order of importance.
 * Left out words are still in the table and the evidence; over-printed ones would be in neither.
 */
export function keepApart(texts: readonly TextMark[], gap = 6): TextMark[] {
  const kept: TextMark[] = [];
  for (const candidate of texts) {
    const [from, until] = spanOf(candidate);
    const clear = kept.every((other) => {
      if (Math.abs(other.y - candidate.y) >= 11) return true;
      const [otherFrom, otherUntil] = spanOf(other);
      return until + gap <= otherFrom || otherUntil + gap <= from;
    });
    if (clear) kept.push(candidate);
  }
  return kept;
}

export function spanOf(mark: TextMark): [number, number] {
  const width = textWidth(mark.text, mark.mono);
  if (mark.anchor === "end") return [mark.x - width, mark.x];
  if (mark.anchor === "middle") return [mark.x - width / 2, mark.x + width / 2];
  return [mark.x, mark.x + width];
}
