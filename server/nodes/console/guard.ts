/**
 * Who may talk to the console's web server. It listens on the loopback interface and has no sign-in yet, so the danger is
 * another web page in the operator's own browser: the Host header stops DNS rebinding, the Origin header stops everything else.
 */
import type { IncomingHttpHeaders } from "node:http";

export interface Refusal {
  readonly status: number;
  readonly message: string;
}

export interface Listening {
  readonly host: string;
  readonly port: number;
}

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

/** The values of the Host header that mean us. */
export function ownHosts({ host, port }: Listening): string[] {
  const names = new Set([...loopbackNames, host.includes(":") ? `[${host}]` : host]);
  return [...names].flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])).map((name) => name.toLowerCase());
}

export interface GuardedRequest {
  readonly method?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** Null lets the request through. Browsers always send Origin with a WebSocket and with every method but GET; tools send none. */
export function refuse(request: GuardedRequest, listening: Listening, upgrade: boolean): Refusal | null {
  const host = request.headers.host?.toLowerCase() ?? "";
  if (!ownHosts(listening).includes(host)) return { status: 421, message: "The Host header does not name this console." };
  const reading = request.method === "GET" || request.method === "HEAD";
  if (reading && !upgrade) return null;
  const { origin } = request.headers;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`)
    return { status: 403, message: "Another page's requests are refused here." };
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none")
    return { status: 403, message: "Another page's requests are refused here." };
  if (!reading && !/^application\/json(\s*;|$)/i.test(request.headers["content-type"] ?? "")) {
    return { status: 415, message: "Needs content-type application/json." };
  }
  return null;
}

/** Sent with everything. `scripts`: what may run beside our own files, see page-policy.ts. Nothing foreign loads or frames us. */
export function securityHeaders(host: string, scripts: readonly string[]): Record<string, string> {
  const policy = [
    "default-src 'self'",
    `script-src ${["'self'", ...scripts].join(" ")}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src 'self' ws://${host}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  };
}
