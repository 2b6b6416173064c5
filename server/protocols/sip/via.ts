/** The topmost Via (RFC 3261 18.2, RFC 3581): which transaction a message belongs to, and where its answer goes. */
import { hostPortText } from "./address.ts";
import { headerOf, type SipMessage } from "./message.ts";
import { type Parameters, parametersOf, splitUnquoted } from "./parameters.ts";

export interface Via {
  /** In capitals: UDP, TCP, … */
  readonly transport: string;
  readonly host: string;
  readonly port: number | null;
  readonly branch: string | null;
  readonly parameters: Parameters;
}

export const branchCookie = "z9hG4bK";

export function topVia(message: Pick<SipMessage, "headers">): Via | null {
  const header = headerOf(message, "Via");
  return header === null ? null : parseVia(splitUnquoted(header, ",")[0] as string);
}

const sentBy = /^SIP\s*\/\s*2\.0\s*\/\s*([A-Za-z0-9-]{1,16})\s+(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?:\s*:\s*(\d{1,5}))?$/i;

export function parseVia(text: string): Via | null {
  const [first = "", ...parts] = splitUnquoted(text, ";");
  const match = sentBy.exec(first);
  if (match === null) return null;
  const port = match[3] === undefined ? null : Number(match[3]);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  const parameters = parametersOf(parts);
  const host = (match[2] as string).replace(/^\[|\]$/g, "");
  return { transport: (match[1] as string).toUpperCase(), host, port, branch: parameters.get("branch") ?? null, parameters };
}

/** `rport` asks for the answer to come back to where the request came from (RFC 3581 3). */
export function printVia(transport: "UDP" | "TCP", host: string, port: number, branch: string): string {
  return `SIP/2.0/${transport} ${hostPortText(host, port)};branch=${branch};rport`;
}

/** The first Via with `received` and `rport` filled in, as a server writes it into its answer (RFC 3581 4). */
export function viaAsReceived(header: string, host: string, port: number): string {
  const [first = "", ...others] = splitUnquoted(header, ",");
  const [sent = "", ...parts] = splitUnquoted(first, ";");
  const told = parts.filter((part) => !/^(rport|received)\s*(=|$)/i.test(part));
  const wantsPort = told.length < parts.length && parts.some((part) => /^rport\s*$/i.test(part));
  const via = parseVia(first);
  const added = via !== null && via.host === host && !wantsPort ? [] : [`received=${host}`];
  if (wantsPort) added.push(`rport=${port}`);
  return [[sent, ...told, ...added].join(";"), ...others].join(", ");
}
