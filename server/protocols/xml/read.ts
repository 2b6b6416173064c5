/**
 * A small strict XML reader: well-formed XML 1.0 with namespaces, and nothing that could make a document larger than it is: no DTD, no entities
 * but the five, everything bounded (see docs/decisions/own-xml-reader.md). Never throws: what is not well-formed gives a reason and where.
 */
import { type XmlElement, xmlLimits } from "./element.ts";

export type XmlResult =
  | { readonly ok: true; readonly root: XmlElement }
  | { readonly ok: false; readonly reason: string; readonly at: number };

/** Prefix → namespace; the empty prefix is the default one. */
type Scope = ReadonlyMap<string, string>;

interface Open {
  readonly tag: string;
  readonly scope: Scope;
  readonly element: XmlElement & { children: XmlElement[]; text: string };
}

export function readXml(text: string): XmlResult {
  return new Reader(text).read();
}

const outermost: Scope = new Map([
  ["", ""],
  ["xml", "http://www.w3.org/XML/1998/namespace"],
]);

class Reader {
  readonly #text: string;
  #at = 0;
  #elements = 0;
  readonly #open: Open[] = [];
  #root: XmlElement | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  read(): XmlResult {
    if (this.#text.length > xmlLimits.octets) return { ok: false, reason: `longer than ${xmlLimits.octets}`, at: 0 };
    if (this.#text.startsWith("\ufeff")) this.#at = 1;
    while (this.#at < this.#text.length) {
      const problem = this.#readNext();
      if (problem !== null) return { ok: false, reason: problem, at: this.#at };
    }
    if (this.#open.length > 0) return { ok: false, reason: `<${this.#open.at(-1)?.tag}> is not closed`, at: this.#at };
    return this.#root === null ? { ok: false, reason: "no element", at: 0 } : { ok: true, root: this.#root };
  }

  /** One tag, comment, or run of text; a sentence where it is none. */
  #readNext(): string | null {
    const text = this.#text;
    if (text.charCodeAt(this.#at) !== 60) return this.#readText();
    const next = text[this.#at + 1];
    if (next === "/") return this.#readEndTag();
    if (next === "?") return this.#skipPast("?>", "a processing instruction");
    if (next !== "!") return this.#readStartTag();
    if (text.startsWith("<!--", this.#at)) return this.#skipPast("-->", "a comment");
    if (text.startsWith("<![CDATA[", this.#at)) return this.#readCharacterData();
    return "a document type or declaration, which is refused";
  }

  #skipPast(end: string, what: string): string | null {
    const found = this.#text.indexOf(end, this.#at + 2);
    if (found < 0) return `${what} without an end`;
    this.#at = found + end.length;
    return null;
  }

  #readCharacterData(): string | null {
    const end = this.#text.indexOf("]]>", this.#at);
    if (end < 0) return "CDATA without an end";
    const problem = this.#append(cleaned(this.#text.slice(this.#at + 9, end)));
    if (problem === null) this.#at = end + 3;
    return problem;
  }

  #readText(): string | null {
    let end = this.#text.indexOf("<", this.#at);
    if (end < 0) end = this.#text.length;
    const raw = this.#text.slice(this.#at, end);
    const value = resolved(raw);
    if (value === null) return "an entity that is not known";
    const problem = this.#append(value);
    if (problem === null) this.#at = end;
    return problem;
  }

  #append(value: string): string | null {
    const open = this.#open.at(-1);
    if (open === undefined) return value.trim() === "" ? null : "text outside the root element";
    if (open.element.text.length + value.length > xmlLimits.valueOctets) return `text of more than ${xmlLimits.valueOctets}`;
    open.element.text += value;
    return null;
  }

  #readEndTag(): string | null {
    const end = this.#text.indexOf(">", this.#at);
    const tag = this.#text.slice(this.#at + 2, end).trimEnd();
    const open = this.#open.pop();
    if (end < 0 || open === undefined || open.tag !== tag) return "an end tag that closes nothing";
    this.#at = end + 1;
    return null;
  }

  #readStartTag(): string | null {
    const tag = this.#readName(this.#at + 1);
    if (tag === null) return "a tag without a name";
    if (this.#open.length >= xmlLimits.depth) return `more than ${xmlLimits.depth} levels`;
    this.#elements += 1;
    if (this.#elements > xmlLimits.elements) return `more than ${xmlLimits.elements} elements`;
    if (this.#open.length === 0 && this.#root !== null) return "a second root element";
    const attributes = new Map<string, string>();
    const problem = this.#readAttributes(attributes);
    return problem ?? this.#openElement(tag, attributes);
  }

  /** Up to the tag's end, where `#at` then stands. */
  #readAttributes(attributes: Map<string, string>): string | null {
    for (;;) {
      const spaced = this.#skipSpace();
      const code = this.#text.charCodeAt(this.#at);
      if (code === 62 || code === 47) return null;
      if (!spaced) return "no space before an attribute";
      const name = this.#readName(this.#at);
      if (name === null) return "a tag that is not closed";
      this.#skipSpace();
      if (this.#text.charCodeAt(this.#at) !== 61) return `attribute ${name} without a value`;
      this.#at += 1;
      this.#skipSpace();
      const value = this.#readValue();
      if (value === null) return `attribute ${name} with a bad value`;
      if (attributes.has(name)) return `attribute ${name} twice`;
      if (attributes.size >= xmlLimits.attributes) return `more than ${xmlLimits.attributes} attributes`;
      attributes.set(name, value);
    }
  }

  #readValue(): string | null {
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") return null;
    const end = this.#text.indexOf(quote, this.#at + 1);
    if (end < 0 || end - this.#at > xmlLimits.valueOctets) return null;
    const raw = this.#text.slice(this.#at + 1, end);
    if (raw.includes("<")) return null;
    this.#at = end + 1;
    return resolved(raw);
  }

  #openElement(tag: string, attributes: Map<string, string>): string | null {
    const parent = this.#open.at(-1);
    const scope = takeNamespaces(parent?.scope ?? outermost, attributes);
    const colon = tag.indexOf(":");
    const namespace = scope.get(colon < 0 ? "" : tag.slice(0, colon));
    if (namespace === undefined) return `prefix of <${tag}> without a namespace`;
    const element = {
      namespace,
      name: tag.slice(colon + 1),
      attributes,
      children: [],
      text: "",
    };
    const empty = this.#text[this.#at] === "/";
    if (empty && this.#text[this.#at + 1] !== ">") return "a stray slash in a tag";
    this.#at += empty ? 2 : 1;
    if (parent === undefined) this.#root = element;
    else parent.element.children.push(element);
    if (!empty) this.#open.push({ tag, scope, element });
    return null;
  }

  #skipSpace(): boolean {
    const from = this.#at;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return this.#at > from;
      this.#at += 1;
    }
  }

  #readName(from: number): string | null {
    const text = this.#text;
    let end = from;
    while (isNameStart(text.charCodeAt(end)) || (end > from && isNameRest(text.charCodeAt(end)))) end += 1;
    this.#at = end;
    return end === from || end - from > xmlLimits.nameOctets ? null : text.slice(from, end);
  }
}

/** Letters, _ and everything beyond ASCII. Behind the text's end there is no code, which is none of these. */
function isNameStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code >= 128;
}

/** Digits, - . and the colon of a prefix. */
function isNameRest(code: number): boolean {
  return code >= 45 && code <= 58 && code !== 47;
}

/** The scope within an element. What declares it, and attributes of other vocabularies, leave the map; most elements have neither. */
function takeNamespaces(outer: Scope, attributes: Map<string, string>): Scope {
  let scope: Map<string, string> | null = null;
  for (const [name, value] of attributes) {
    const declares = name === "xmlns" || name.startsWith("xmlns:");
    if (declares) {
      scope ??= new Map(outer);
      scope.set(name === "xmlns" ? "" : name.slice(6), value);
    }
    if (declares || name.includes(":")) attributes.delete(name);
  }
  return scope ?? outer;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const notOfXml = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/**
 * 2.11: a line end is one LF, however it is written, CDATA included. What 2.2 has no place for becomes U+FFFD, one for one: a document refused
 * for an odd octet in a caller's name would let any caller hide all calls.
 */
function cleaned(raw: string): string {
  const lines = raw.includes("\r") ? raw.replace(/\r\n?/g, "\n") : raw;
  return lines.search(notOfXml) < 0 ? lines : lines.replace(notOfXml, "\ufffd");
}

/** Text with its references resolved; null where one is not known. What they stand for is never read again. */
function resolved(given: string): string | null {
  const raw = cleaned(given);
  if (!raw.includes("&")) return raw;
  let bad = false;
  const text = raw.replace(/&([^;&]{0,10})(;?)/g, (_, name: string, end: string) => {
    const value = end === ";" ? referenced(name) : null;
    bad ||= value === null;
    return value ?? "";
  });
  return bad ? null : text;
}

function referenced(name: string): string | null {
  if (Object.hasOwn(entities, name)) return entities[name] as string;
  const match = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/.exec(name);
  if (match === null) return null;
  const code = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16);
  const allowed = code === 9 || code === 10 || code === 13 || (code >= 32 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0x10ffff);
  return allowed && code !== 0xfffe && code !== 0xffff ? String.fromCodePoint(code) : null;
}
