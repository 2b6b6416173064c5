/** SIP and tel URIs (RFC 3261 19.1, RFC 3966) and name-addr (20.10), as far as dialogs and routing need them. */
import { type Parameters, parametersOf, quoted, splitUnquoted, unquoted } from "./parameters.ts";

export interface SipUri {
  readonly scheme: "sip" | "sips";
  readonly user: string | null;
  readonly host: string;
  /** Null: the scheme's own. */
  readonly port: number | null;
  readonly parameters: Parameters;
}

const hostAndPort = /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?::(\d{1,5}))?$/;

/** Null for other schemes and for what is no URI. */
export function parseSipUri(text: string): SipUri | null {
  const scheme = /^sips?:/i.exec(text)?.[0].toLowerCase().slice(0, -1) as SipUri["scheme"] | undefined;
  if (scheme === undefined) return null;
  const rest = text.slice(scheme.length + 1).split("?", 1)[0] as string;
  // A user part may hold semicolons, the host cannot.
  const at = rest.lastIndexOf("@");
  const [address = "", ...parts] = rest.slice(at + 1).split(";");
  const match = hostAndPort.exec(address);
  if (match === null) return null;
  const port = match[2] === undefined ? null : Number(match[2]);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  const host = (match[1] as string).replace(/^\[|\]$/g, "");
  return { scheme, user: at < 0 ? null : rest.slice(0, at), host, port, parameters: parametersOf(parts) };
}

/** `host:port` as URIs and Via write it. */
export function hostPortText(host: string, port: number | null): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return port === null ? name : `${name}:${port}`;
}

const afterPercent = /%([0-9A-Fa-f]{2})/g;

/** The telephone number, or else the name, that a URI is about: its user part without parameters and password; null where it has none. */
export function userOfUri(text: string): string | null {
  const tel = /^tel:([^;?]+)/i.exec(text)?.[1];
  const user = tel ?? parseSipUri(text)?.user?.split(/[;:]/, 1)[0];
  if (user == null || user === "") return null;
  return user.replace(afterPercent, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** A user part as it may stand in a URI. */
export function escapedUser(text: string): string {
  return text.replace(/[^A-Za-z0-9_.!~*'()&=+$,;?/-]/g, (character) => {
    const code = character.charCodeAt(0);
    return code > 0xff ? "_" : `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
  });
}

export interface NameAddress {
  readonly displayName: string | null;
  readonly uri: string;
  readonly parameters: Parameters;
}

/** `"Alice" <sip:alice@host>;tag=1` or `sip:alice@host;tag=1`, whose parameters are then the header's (20.10). */
export function parseNameAddress(text: string): NameAddress | null {
  const open = openingBracket(text);
  if (open < 0) {
    const [uri = "", ...parts] = splitUnquoted(text, ";");
    return uri === "" || /\s/.test(uri) ? null : { displayName: null, uri, parameters: parametersOf(parts) };
  }
  const close = text.indexOf(">", open);
  if (close < 0) return null;
  const name = unquoted(text.slice(0, open).trim());
  const behind = text.slice(close + 1).trim();
  if (behind !== "" && !behind.startsWith(";")) return null;
  const uri = text.slice(open + 1, close).trim();
  return uri === ""
    ? null
    : { displayName: name === "" ? null : name, uri, parameters: parametersOf(behind === "" ? [] : splitUnquoted(behind.slice(1), ";")) };
}

function openingBracket(text: string): number {
  if (!text.trimStart().startsWith('"')) return text.indexOf("<");
  let at = text.indexOf('"') + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return text.indexOf("<", at);
}

export function tagOf(header: string | null): string | null {
  if (header === null) return null;
  return parseNameAddress(header)?.parameters.get("tag") ?? null;
}

export function printNameAddress(uri: string, displayName: string | null = null, tag: string | null = null): string {
  const name = displayName === null ? "" : `${quoted(displayName)} `;
  return `${name}<${uri}>${tag === null ? "" : `;tag=${tag}`}`;
}
