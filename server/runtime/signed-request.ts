/**
 * One outgoing HTTP request with a JSON body, signed: for takeover actions and for the webhook.
 * Every outcome is a value; the deadline covers the whole exchange, redirects are not followed, the reply is bounded.
 * Signature: `Tandem-Signature: t=<unix seconds>,v1=<hex of HMAC-SHA-256 over "<t>.<body>">`.
 */
import { createHmac } from "node:crypto";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";

export interface SignedRequest {
  readonly url: string;
  readonly method: "POST" | "PUT";
  readonly body: string;
  /** Null: not signed. */
  readonly secret: string | null;
  readonly timeoutMs: number;
  readonly unixSeconds: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export type RequestOutcome =
  /** A whole reply came, whatever its status. `text` is the beginning of it. */
  | { readonly kind: "answered"; readonly status: number; readonly text: string }
  | { readonly kind: "timed-out" }
  | { readonly kind: "stopped" }
  | { readonly kind: "unreachable"; readonly reason: string };

/** Kept of a reply; more is not read. */
const mostReplyOctets = 4096;

export function signatureOf(secret: string, unixSeconds: number, body: string): string {
  return `t=${unixSeconds},v1=${createHmac("sha256", secret).update(`${unixSeconds}.${body}`).digest("hex")}`;
}

export function sendSigned(options: SignedRequest): Promise<RequestOutcome> {
  return new Promise((resolve) => {
    const body = Buffer.from(options.body, "utf8");
    const headers = {
      "content-type": "application/json",
      "content-length": body.length,
      "user-agent": "tandem",
      ...(options.secret === null ? {} : { "tandem-signature": signatureOf(options.secret, options.unixSeconds, options.body) }),
      ...options.headers,
    };
    const start = options.url.startsWith("https:") ? httpsRequest : httpRequest;
    // A connection of its own: there are minutes to months between two requests.
    const request = start(options.url, { method: options.method, headers, agent: false });
    const settle = (outcome: RequestOutcome): void => {
      clearTimeout(deadline);
      options.signal?.removeEventListener("abort", stopped);
      resolve(outcome);
      request.destroy();
    };
    const stopped = (): void => settle({ kind: "stopped" });
    const deadline = setTimeout(() => settle({ kind: "timed-out" }), options.timeoutMs);
    options.signal?.addEventListener("abort", stopped, { once: true });
    const failed = (error: NodeJS.ErrnoException): void => settle({ kind: "unreachable", reason: error.code ?? error.message });
    request.on("error", failed);
    request.on("response", (response) => {
      beginningOf(response).then((text) => settle({ kind: "answered", status: response.statusCode ?? 0, text }), failed);
    });
    if (options.signal?.aborted) stopped();
    else request.end(body);
  });
}

async function beginningOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let octets = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    octets += part.length;
    if (octets >= mostReplyOctets) break;
  }
  return Buffer.concat(parts).subarray(0, mostReplyOctets).toString("utf8");
}

export function outcomeText(outcome: RequestOutcome, timeoutMs: number): string {
  switch (outcome.kind) {
    case "answered":
      return `status ${outcome.status}`;
    case "timed-out":
      return `no whole reply within ${timeoutMs} ms`;
    case "stopped":
      return "stopped";
    case "unreachable":
      return `not reachable (${outcome.reason})`;
  }
}
