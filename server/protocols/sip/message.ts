/**
 * SIP messages (RFC 3261) as values. Headers stay text in the order in which they came, each under its full name; whoever needs a
 * structured one parses it then, since most headers of most messages are never looked at.
 */
import type { HeaderName } from "./header-name.ts";

export type Header = readonly [name: string, value: string];

interface Common {
  readonly headers: readonly Header[];
  readonly body: string;
}

export interface SipRequest extends Common {
  readonly kind: "request";
  readonly method: string;
  readonly uri: string;
}

export interface SipResponse extends Common {
  readonly kind: "response";
  readonly status: number;
  readonly reason: string;
}

export type SipMessage = SipRequest | SipResponse;

export const limits = {
  /** UDP over IPv4 cannot carry more. */
  datagramOctets: 65_507,
  headOctets: 16_384,
  headers: 128,
  uriOctets: 1_024,
  /** Of a TCP stream, unless its owner says less. */
  bodyOctets: 16 * 1_048_576,
} as const;

/** The first header of that name; null where there is none. */
export function headerOf({ headers }: Pick<SipMessage, "headers">, name: HeaderName): string | null {
  for (const header of headers) if (header[0] === name) return header[1];
  return null;
}

export function headersOf({ headers }: Pick<SipMessage, "headers">, name: HeaderName): string[] {
  return headers.filter((header) => header[0] === name).map((header) => header[1]);
}

/** A header that is one whole number (Expires, Min-Expires, Content-Length); null where it is absent or anything else. */
export function numberOf(message: Pick<SipMessage, "headers">, name: HeaderName): number | null {
  const text = headerOf(message, name);
  return text !== null && /^\d{1,10}$/.test(text) ? Math.min(Number(text), 0xffffffff) : null;
}
