/** Text and attribute values as they may stand in XML. What XML 1.0 cannot hold at all is left out. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const special = /[&<>"'\x00-\x1f\ufffe\uffff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced.
const specials = /[&<>"'\x00-\x1f\ufffe\uffff]/g;

const written: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

function escaped(text: string): string {
  return special.test(text) ? text.replace(specials, (character) => written[character] ?? "") : text;
}

/** Inside an element: line ends stay what they are, and become one LF each when they are read. */
export function xmlText(text: string): string {
  return text.includes("\n") ? text.split(/\r?\n/).map(escaped).join("\n") : escaped(text);
}

/** ` name="value"`, or nothing for null. */
export function xmlAttribute(name: string, value: string | number | null): string {
  return value === null ? "" : ` ${name}="${typeof value === "number" ? value : escaped(value)}"`;
}
