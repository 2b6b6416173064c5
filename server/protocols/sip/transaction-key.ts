/** Which transaction a message belongs to (RFC 3261 17.1.3, 17.2.3). */
import { tagOf } from "./address.ts";
import { headerOf, type SipMessage, type SipRequest, type SipResponse } from "./message.ts";
import { branchCookie, type Via } from "./via.ts";

export type TransactionKey = string;

export interface Sequence {
  readonly number: number;
  readonly method: string;
}

export function sequenceOf(message: Pick<SipMessage, "headers">): Sequence | null {
  const match = /^(\d{1,10})\s+(\S{1,32})$/.exec(headerOf(message, "CSeq") ?? "");
  return match === null ? null : { number: Number(match[1]), method: match[2] as string };
}

/** A response is matched by the branch that the client made, and by the method of CSeq. */
export function clientKey(branch: string, method: string): TransactionKey {
  return `${branch} ${method}`;
}

export function clientKeyOf(response: SipResponse, via: Via): TransactionKey | null {
  const sequence = sequenceOf(response);
  return via.branch === null || sequence === null ? null : clientKey(via.branch, sequence.method);
}

/** An ACK belongs to its INVITE. Without a branch of RFC 3261, RFC 2543's way: everything that names the request. */
export function serverKeyOf(request: SipRequest, via: Via): TransactionKey {
  const method = request.method === "ACK" ? "INVITE" : request.method;
  if (via.branch?.startsWith(branchCookie)) return `${via.branch} ${via.host}:${via.port ?? ""} ${method}`;
  const named = [headerOf(request, "Call-ID"), sequenceOf(request)?.number, tagOf(headerOf(request, "From")), headerOf(request, "Via")];
  return `${request.uri} ${method} ${named.join(" ")}`;
}

/** What every message must have (8.1.1, 8.2.6); null where one is missing or contradicts the method. */
export interface Essentials {
  readonly callId: string;
  readonly sequence: Sequence;
  readonly from: string;
  readonly to: string;
}

export function essentialsOf(message: SipMessage): Essentials | null {
  const callId = headerOf(message, "Call-ID");
  const sequence = sequenceOf(message);
  const from = headerOf(message, "From");
  const to = headerOf(message, "To");
  if (callId === null || callId === "" || sequence === null || from === null || to === null) return null;
  if (message.kind === "request" && sequence.method !== message.method) return null;
  return { callId, sequence, from, to };
}
