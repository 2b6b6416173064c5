/** Octets as text and back, one octet one character (ISO 8859-1), so that what was received can be reproduced exactly for the MAC. */

export function textOf(octets: Uint8Array): string {
  let text = "";
  for (let at = 0; at < octets.length; at += 4096) {
    // Not spread: that goes octet by octet through an iterator, and a datagram takes five times as long.
    text += String.fromCharCode.apply(null, octets.subarray(at, at + 4096) as unknown as number[]);
  }
  return text;
}

export function octetsOf(text: string): Uint8Array {
  const octets = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    octets[i] = code > 0xff ? 0x3f : code;
  }
  return octets;
}

/** Splits at `separator` outside parentheses, brackets and quotes; null where they do not match or nest deeper than 8. */
export function splitOutside(text: string, separator: string): string[] | null {
  const parts: string[] = [];
  const open: string[] = [];
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '"') quoted = !quoted;
    if (quoted) continue;
    if (char === "(" || char === "[") {
      if (open.push(char) > 8) return null;
    } else if (char === ")" || char === "]") {
      if (open.pop() !== (char === ")" ? "(" : "[")) return null;
    } else if (char === separator && open.length === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  if (quoted || open.length > 0) return null;
  parts.push(text.slice(start).trim());
  return parts;
}

/** A comma-separated list; an empty text is an empty list. */
export function listOf(text: string): string[] | null {
  return text.trim() === "" ? [] : splitOutside(text, ",");
}
