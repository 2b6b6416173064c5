/** Header names: written as the RFCs write them, read in any case and in the compact forms (RFC 3261 7.3.3, 6665 8.2.1). */

const written = [
  "Accept",
  "Allow",
  "Allow-Events",
  "Authentication-Info",
  "Authorization",
  "Call-ID",
  "Contact",
  "Content-Encoding",
  "Content-Length",
  "Content-Type",
  "CSeq",
  "Date",
  "Event",
  "Expires",
  "From",
  "Max-Forwards",
  "Min-Expires",
  "Organization",
  "Proxy-Authenticate",
  "Proxy-Authorization",
  "Record-Route",
  "Require",
  "Retry-After",
  "Route",
  "Server",
  "Subject",
  "Subscription-State",
  "Supported",
  "Timestamp",
  "To",
  "Unsupported",
  "User-Agent",
  "Via",
  "Warning",
  "WWW-Authenticate",
] as const;

export type HeaderName = (typeof written)[number];

const compact: readonly (readonly [letter: string, name: HeaderName])[] = [
  ["c", "Content-Type"],
  ["e", "Content-Encoding"],
  ["f", "From"],
  ["i", "Call-ID"],
  ["k", "Supported"],
  ["l", "Content-Length"],
  ["m", "Contact"],
  ["o", "Event"],
  ["s", "Subject"],
  ["t", "To"],
  ["u", "Allow-Events"],
  ["v", "Via"],
];

/** As written first: that is nearly always a hit, and needs no copy in small letters. */
const names: ReadonlyMap<string, HeaderName> = new Map<string, HeaderName>([
  ...written.map((name) => [name, name] as const),
  ...written.map((name) => [name.toLowerCase(), name] as const),
  ...compact,
]);

const token = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/;

/** The name as Tandem writes it; one that it does not know in small letters; null for what is no name. */
export function headerNameOf(text: string): string | null {
  const known = names.get(text) ?? names.get(text.toLowerCase());
  if (known !== undefined) return known;
  return token.test(text) ? text.toLowerCase() : null;
}
