/**
 * HTTP with a deadline and a bound on the body, as the drivers ask other people's servers. Never rejects. Not by `fetch`, which refuses 5060 and 5061
 * as bad ports, where Kamailio listens as a rule. No redirection is followed: where it leads to, nobody configured.
 */
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isUnresolved, noAddress } from "./no-address.ts";

export type BoundedFetch =
  | { readonly kind: "answered"; readonly status: number; readonly body: string }
  | { readonly kind: "timed-out" }
  | { readonly kind: "too-large"; readonly octets: number }
  /** Its name cannot be resolved. */
  | { readonly kind: "no-address"; readonly reason: string }
  | { readonly kind: "unreachable"; readonly reason: string };

export interface BoundedFetchOptions {
  readonly deadlineMs: number;
  readonly maxOctets: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function postBounded(url: string, options: BoundedFetchOptions): Promise<BoundedFetch> {
  const { deadlineMs, body, headers = {} } = options;
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    const { protocol } = new URL(url);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = { method: "POST", headers: { "content-type": "application/json", ...headers }, agent: false, signal } as const;
      const sent = protocol === "https:" ? requestHttps(url, asked, resolve) : requestHttp(url, asked, resolve);
      sent.on("error", reject);
      sent.end(body);
    });
    return await readBounded(response, options);
  } catch (error) {
    if (signal.aborted) return { kind: "timed-out" };
    if (isUnresolved(error)) return { kind: "no-address", reason: noAddress(new URL(url).hostname) };
    return { kind: "unreachable", reason: reasonOf(error) };
  }
}

async function readBounded(response: IncomingMessage, { maxOctets }: BoundedFetchOptions): Promise<BoundedFetch> {
  const pieces: Uint8Array[] = [];
  let octets = 0;
  // Leaving the loop destroys the response, and its connection with it.
  for await (const piece of response as AsyncIterable<Uint8Array>) {
    octets += piece.length;
    if (octets > maxOctets) return { kind: "too-large", octets: maxOctets };
    pieces.push(piece);
  }
  return { kind: "answered", status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString("utf8") };
}

/** The code says it in a word; where several addresses were tried the message is empty. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === "string") return code;
  return typeof message === "string" && message !== "" ? message : "failed";
}
