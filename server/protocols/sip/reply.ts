/** Answers to requests (RFC 3261 8.2.6): the headers that must be copied, and the words for the codes that Tandem sends. */
import { tagOf } from "./address.ts";
import type { Header, SipRequest, SipResponse } from "./message.ts";
import { viaAsReceived } from "./via.ts";

const reasons: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  415: "Unsupported Media Type",
  420: "Bad Extension",
  423: "Interval Too Brief",
  481: "Call/Transaction Does Not Exist",
  489: "Bad Event",
  500: "Server Internal Error",
  501: "Not Implemented",
  503: "Service Unavailable",
};

export function reasonOf(status: number): string {
  return reasons[status] ?? (status < 300 ? "OK" : "Error");
}

/** What a handler answers; Via, From, To, Call-ID and CSeq are copied from the request. */
export interface SipReply {
  readonly status: number;
  readonly reason?: string;
  readonly headers?: readonly Header[];
  readonly body?: string;
  /** Tag of a dialog that this answer makes; without one the request gets `anyTag`. */
  readonly toTag?: string;
}

export interface ReceivedFrom {
  readonly host: string;
  readonly port: number;
}

const copied: readonly string[] = ["From", "Call-ID", "CSeq"];

/** @param anyTag an answer's To must have a tag, so that answers of different servers to one request are told apart (8.2.6.2) */
export function responseTo(request: SipRequest, reply: SipReply, from: ReceivedFrom, anyTag: string): SipResponse {
  const headers: Header[] = [];
  let vias = 0;
  for (const header of request.headers) {
    const [name, value] = header;
    if (name === "Via") {
      headers.push(vias === 0 ? [name, viaAsReceived(value, from.host, from.port)] : header);
      vias++;
    } else if (copied.includes(name)) headers.push(header);
    else if (name === "To") headers.push(tagOf(value) === null ? [name, `${value};tag=${reply.toTag ?? anyTag}`] : header);
    // 12.1.1: an answer that makes a dialog tells the way back to it.
    else if (name === "Record-Route" && reply.status < 300) headers.push(header);
  }
  if (reply.headers !== undefined) headers.push(...reply.headers);
  return { kind: "response", status: reply.status, reason: reply.reason ?? reasonOf(reply.status), headers, body: reply.body ?? "" };
}
