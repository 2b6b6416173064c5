/**
 * Octets → one SIP message (RFC 3261 7). Total: what is no message gives a reason, never an exception. Tolerated beyond the RFC: bare LF, line
 * ends before the message. A datagram may hold more than Content-Length says (18.3: the rest is dropped), but not less.
 */
import { headerNameOf } from "./header-name.ts";
import { type Header, limits, type SipMessage } from "./message.ts";
import { textOfOctets } from "./octet-text.ts";

export type DecodeResult = { readonly ok: true; readonly message: SipMessage } | Malformed;

export interface Malformed {
  readonly ok: false;
  readonly reason: string;
}

export function decodeDatagram(octets: string): DecodeResult {
  if (octets.length > limits.datagramOctets) return malformed(`longer than ${limits.datagramOctets} octets`);
  const start = skipLineEnds(octets);
  const end = endOfHead(octets, start);
  const head = decodeHead(octets.slice(start, end.head));
  if (!head.ok) return head;
  const rest = octets.slice(end.body);
  const { contentLength } = head;
  if (contentLength !== null && contentLength > rest.length) return malformed("shorter than its Content-Length says");
  return { ok: true, message: withBody(head, contentLength === null ? rest : rest.slice(0, contentLength)) };
}

function malformed(reason: string): Malformed {
  return { ok: false, reason };
}

/** Keep-alives and what some send before a message (7.5). */
export function skipLineEnds(octets: string): number {
  let at = 0;
  while (octets.charCodeAt(at) === 13 || octets.charCodeAt(at) === 10) at++;
  return at;
}

function endOfHead(octets: string, start: number): { readonly head: number; readonly body: number } {
  const crlf = octets.indexOf("\r\n\r\n", start);
  const lf = octets.indexOf("\n\n", start);
  if (crlf >= 0 && (lf < 0 || crlf < lf)) return { head: crlf, body: crlf + 4 };
  return lf >= 0 ? { head: lf, body: lf + 2 } : { head: octets.length, body: octets.length };
}

type StartLine =
  | { readonly kind: "request"; readonly method: string; readonly uri: string }
  | { readonly kind: "response"; readonly status: number; readonly reason: string };

export interface Head {
  readonly ok: true;
  readonly start: StartLine;
  readonly headers: readonly Header[];
  readonly contentLength: number | null;
}

export function withBody({ start, headers }: Head, bodyOctets: string): SipMessage {
  return { ...start, headers, body: textOfOctets(bodyOctets) };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const controls = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** Start line and headers, without the empty line behind them. */
export function decodeHead(octets: string): Head | Malformed {
  if (octets.length > limits.headOctets) return malformed(`a head of more than ${limits.headOctets} octets`);
  if (controls.test(octets)) return malformed("a control character in the head");
  const text = textOfOctets(octets);
  let at = text.indexOf("\n");
  if (at < 0) at = text.length;
  const start = decodeStartLine(withoutReturn(text.slice(0, at)));
  if (start === null) return malformed("no start line");
  const headers: Header[] = [];
  let contentLength: number | null = null;
  while (at < text.length) {
    const [line, next] = unfoldedLine(text, at + 1);
    at = next;
    if (line === "") continue;
    if (headers.length >= limits.headers) return malformed(`more than ${limits.headers} headers`);
    const colon = line.indexOf(":");
    const name = colon < 1 ? null : headerNameOf(line.slice(0, colon).trimEnd());
    if (name === null) return malformed("a line that is no header");
    const value = line.slice(colon + 1).trim();
    if (name === "Content-Length") {
      const length = /^\d{1,9}$/.test(value) ? Number(value) : -1;
      if (length < 0 || (contentLength !== null && contentLength !== length)) return malformed("a bad Content-Length");
      contentLength = length;
    }
    headers.push([name, value]);
  }
  return { ok: true, start, headers, contentLength };
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** One line, with those that continue it behind one space (7.3.1), and where its line end stands. */
function unfoldedLine(text: string, from: number): readonly [line: string, end: number] {
  let end = text.indexOf("\n", from);
  if (end < 0) end = text.length;
  let line = withoutReturn(text.slice(from, end));
  for (;;) {
    const next = text.charCodeAt(end + 1);
    if (next !== 32 && next !== 9) return [line, end];
    const begin = end + 1;
    end = text.indexOf("\n", begin);
    if (end < 0) end = text.length;
    line = `${line.trimEnd()} ${withoutReturn(text.slice(begin, end)).trim()}`;
  }
}

const version = "SIP/2.0";

function decodeStartLine(line: string): StartLine | null {
  if (line.startsWith(`${version} `)) {
    const status = Number(line.slice(8, 11));
    if (!/^\d{3}( |$)/.test(line.slice(8, 12)) || status < 100 || status > 699) return null;
    return { kind: "response", status, reason: line.slice(12) };
  }
  const first = line.indexOf(" ");
  const last = line.lastIndexOf(" ");
  if (first < 1 || last <= first || line.slice(last + 1).toUpperCase() !== version) return null;
  const method = line.slice(0, first);
  const uri = line.slice(first + 1, last);
  if (!/^[A-Za-z0-9!%*_+`'~.-]{1,32}$/.test(method) || uri === "" || uri.length > limits.uriOctets || /\s/.test(uri)) return null;
  return { kind: "request", method, uri };
}
