/**
 * A node's operator interface: JSON over HTTP/1.1 with a bearer token, a table of exact paths and nothing else.
 * Whatever arrives is answered with JSON or dropped; sizes, times and connections are bounded; the token is compared in constant time
 * and never written anywhere. The Host header must be an address: a name would let a web page reach us by DNS rebinding.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, isIP } from "node:net";
import type { Counters } from "./counters.ts";
import { sameSecret } from "./keys.ts";

/** Thrown by a handler to answer with that status; the message is for people and must not hold secrets. */
export class OperatorError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "OperatorError";
    this.status = status;
    this.code = code;
  }
}

export interface OperatorRequest {
  readonly query: URLSearchParams;
  /** Parsed JSON of a POST; null for a GET and for an empty body. Unchecked: it is the network's. */
  readonly body: unknown;
  /** A whole number of the query string within its bounds, else `fallback` when absent, else an error 400. */
  number(name: string, bounds: { readonly fallback: number; readonly min?: number; readonly max?: number }): number;
}

export interface OperatorRoute {
  readonly method: "GET" | "POST";
  /** Exact, for example `/status`. */
  readonly path: string;
  /** The result is sent as JSON; undefined becomes `{}`. */
  handle(request: OperatorRequest): unknown;
}

export interface OperatorServerOptions {
  readonly host: string;
  /** 0 lets the system choose; see `OperatorServer.port`. */
  readonly port: number;
  readonly token: string;
  readonly routes: readonly OperatorRoute[];
  readonly counters?: Counters;
  /** Hears of a handler that failed unexpectedly; the client only gets `internal`. */
  onFailure?(route: string, error: unknown): void;
}

export interface OperatorServer {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

export const maxBodyOctets = 65_536;
const requestTimeoutMs = 5000;
const handlerTimeoutMs = 10_000;
const keepAliveMs = 30_000;
const maxConnections = 100;
const minTokenLength = 16;

export async function startOperatorServer(options: OperatorServerOptions): Promise<OperatorServer> {
  if (options.token.length < minTokenLength) throw new Error(`operator token: at least ${minTokenLength} characters are needed`);
  const routes = new Map<string, OperatorRoute>(options.routes.map((route) => [`${route.method} ${route.path}`, route]));
  const paths = new Set(options.routes.map((route) => route.path));
  let port = options.port;
  const server = createServer(
    {
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: 8192,
    },
    (request, response) => {
      void answer(request).then(
        (value) => sendJson(response, 200, value),
        (error: unknown) => {
          const known =
            error instanceof OperatorError ? error : new OperatorError(500, "internal", "The node could not do this; its log says why.");
          if (known !== error) options.onFailure?.(`${request.method} ${pathOf(request)}`, error);
          options.counters?.add("operator.refused");
          sendJson(response, known.status, { error: { code: known.code, message: known.message } });
        },
      );
    },
  );

  async function answer(request: IncomingMessage): Promise<unknown> {
    options.counters?.add("operator.requests");
    checkHost(request.headers.host, options.host, port);
    checkToken(request.headers.authorization, options.token);
    const path = pathOf(request);
    const route = routes.get(`${request.method} ${path}`);
    if (route === undefined) {
      if (paths.has(path)) throw new OperatorError(405, "method", `${path} does not take ${request.method}.`);
      throw new OperatorError(404, "not-found", "There is no such path here.");
    }
    const query = new URLSearchParams((request.url ?? "").split("?")[1] ?? "");
    const body = route.method === "POST" ? await readJson(request) : null;
    return within(handlerTimeoutMs, async () => route.handle({ query, body, number: (name, bounds) => queryNumber(query, name, bounds) }));
  }

  server.maxConnections = maxConnections;
  server.on("clientError", (_error, socket) => {
    options.counters?.add("operator.malformed");
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    else socket.destroy();
  });
  await listening(server, options.host, options.port);
  port = (server.address() as AddressInfo).port;
  return {
    host: options.host,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?")[0] ?? "/";
}

/** The host we listen on, or any address literal when we listen on all of them. A name is refused. */
function checkHost(header: string | undefined, host: string, port: number): void {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(header ?? "");
  const name = (match?.[1] ?? "").replace(/^\[|\]$/g, "").toLowerCase();
  const samePort = Number(match?.[2] ?? 80) === port;
  if (!samePort || !(name === host.toLowerCase() || isIP(name) !== 0)) {
    throw new OperatorError(421, "host", "The Host header does not name this node's address.");
  }
}

function checkToken(header: string | undefined, token: string): void {
  const given = /^Bearer (\S{1,512})$/.exec(header ?? "")?.[1];
  if (given === undefined || !sameSecret(given, token)) throw new OperatorError(401, "token", "A valid bearer token is needed.");
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const tooLarge = new OperatorError(413, "too-large", `The body is larger than ${maxBodyOctets} octets.`);
  if (Number(request.headers["content-length"] ?? 0) > maxBodyOctets) throw tooLarge;
  const parts: Buffer[] = [];
  let octets = 0;
  // Leaving the loop must not destroy the request: its connection has the refusal to carry.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    octets += part.length;
    if (octets > maxBodyOctets) throw tooLarge;
    parts.push(part);
  }
  if (octets === 0) return null;
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8")) as unknown;
  } catch {
    throw new OperatorError(400, "json", "The body is not JSON.");
  }
}

function queryNumber(
  query: URLSearchParams,
  name: string,
  bounds: { readonly fallback: number; readonly min?: number; readonly max?: number },
): number {
  const text = query.get(name);
  if (text === null) return bounds.fallback;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  const min = bounds.min ?? 0;
  const max = bounds.max ?? Number.MAX_SAFE_INTEGER;
  if (!(value >= min && value <= max)) throw new OperatorError(400, "query", `${name} must be a whole number within ${min}..${max}.`);
  return value;
}

async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new OperatorError(504, "timeout", "The node did not finish in time.")), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const body = Buffer.from(JSON.stringify(value ?? {}), "utf8");
  // An error may leave part of the request unread; that connection cannot be used again.
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "content-length": body.length,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
  response.writeHead(status, status === 200 ? headers : { ...headers, connection: "close" });
  response.end(body);
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
