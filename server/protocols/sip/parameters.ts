/** The grammar that most headers share: values with `;name=value` parameters, lists by commas, quoted strings (RFC 3261 7.3.1, 25.1). */

/** Splits outside quotes and angle brackets; a text without the separator is one part. */
export function splitUnquoted(text: string, separator: string): string[] {
  if (!text.includes(separator)) return [text.trim()];
  const parts: string[] = [];
  let quoted = false;
  let angled = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === "<") angled = true;
    else if (!quoted && character === ">") angled = false;
    else if (!quoted && !angled && character === separator) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}

/** What stands between quotes, without its backslashes; other texts as they are. */
export function unquoted(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(.)/g, "$1");
}

export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** Names in small letters; a parameter without a value has the empty one; of two with one name the first counts. */
export type Parameters = ReadonlyMap<string, string>;

const noParameters: Parameters = new Map();

export function parametersOf(parts: readonly string[]): Parameters {
  if (parts.length === 0) return noParameters;
  const parameters = new Map<string, string>();
  for (const part of parts) {
    const equals = part.indexOf("=");
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (name === "" || parameters.has(name)) continue;
    parameters.set(name, equals < 0 ? "" : unquoted(part.slice(equals + 1).trim()));
  }
  return parameters;
}

export interface Parametrized {
  readonly value: string;
  readonly parameters: Parameters;
}

/** `dialog;call-id=abc` → its value and parameters. */
export function parametrized(text: string): Parametrized {
  const [value = "", ...parts] = splitUnquoted(text, ";");
  return { value, parameters: parametersOf(parts) };
}
