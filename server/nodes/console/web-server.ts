/** The console's HTTP server: guards first, then the API, then the pages. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { OperationsContext } from "../../operations/context.ts";
import { OperationError } from "../../operations/operation-error.ts";
import { answerGateway } from "../../rest/gateways.ts";
import type { Health } from "../../rest/health.ts";
import { httpStatuses, sendRecordsCsv } from "../../rest/records-csv.ts";
import type { Log } from "../../runtime/log.ts";
import { type Listening, refuse, securityHeaders } from "./guard.ts";
import type { Pages } from "./pages.ts";
import type { TrpcDoor } from "./trpc-door.ts";

export interface WebServerParts {
  readonly context: OperationsContext;
  readonly trpc: TrpcDoor;
  readonly log: Log;
  health(): Health;
}

export interface WebServer {
  readonly server: Server;
  readonly listening: Listening;
  /** The pages need the listening server first, and take their time; until then they answer 503. */
  setPages(pages: Pages): void;
  close(): Promise<void>;
}

const requestTimeoutMs = 30_000;
const maxConnections = 500;

export async function startWebServer(host: string, port: number, parts: WebServerParts): Promise<WebServer> {
  let pages: Pages | null = null;
  let listening: Listening = { host, port };
  const server = createServer({ requestTimeout: requestTimeoutMs, maxHeaderSize: 16_384 });
  server.maxConnections = maxConnections;
  server.on("request", (request, response) => {
    answer(request, response).catch((error: unknown) => failed(request, response, error, parts.log));
  });
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    upgrade(request, socket, head);
  });
  server.on("clientError", (_error, socket) => socket.destroy());

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refuse(request, listening, false);
    if (refusal) {
      sendJson(response, refusal.status, { error: { code: "refused", message: refusal.message } }, { connection: "close" });
      return;
    }
    const url = urlOf(request);
    if (!url) {
      sendJson(response, 400, { error: { code: "malformed", message: "This is no path." } }, { connection: "close" });
      return;
    }
    const scripts = pages && !url.pathname.startsWith("/api/") ? pages.policy.scriptSources(url.pathname) : [];
    const headers = securityHeaders(request.headers.host ?? "", scripts);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    // Next takes the nonce for its own inline scripts from here.
    request.headers["content-security-policy"] = headers["content-security-policy"];
    if (url.pathname === "/api/health") {
      const { code, body } = parts.health();
      sendJson(response, code, body);
    } else if (url.pathname === "/api/records.csv" && request.method === "GET") {
      await sendRecordsCsv(parts.context, url.searchParams, response);
    } else if (url.pathname.startsWith("/api/trpc/")) {
      await parts.trpc.http(request, response, url.pathname.slice("/api/trpc/".length));
    } else if (url.pathname.startsWith("/api/")) {
      const gateway = await answerGateway(asRest(parts.context), { method: request.method, url });
      if (gateway !== null) return sendJson(response, 200, gateway);
      sendJson(response, 404, { error: { code: "not-found", message: "There is no such path here." } });
    } else if (pages) {
      await pages.handle(request, response);
    } else {
      response.writeHead(503, { "content-type": "text/plain; charset=utf-8", "retry-after": "1" });
      response.end("The console is starting.\n");
    }
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refusal = refuse(request, listening, true);
    if (refusal) {
      socket.end(
        `HTTP/1.1 ${refusal.status} Refused\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(refusal.message)}\r\n\r\n${refusal.message}`,
      );
      return;
    }
    const pathname = urlOf(request)?.pathname;
    if (pathname === "/trpc") parts.trpc.upgrade(request, socket, head);
    else if (pages?.upgrade) pages.upgrade(request, socket, head).catch(() => socket.destroy());
    else socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  }

  await listen(server, host, port);
  listening = { host, port: (server.address() as AddressInfo).port };
  return {
    server,
    listening,
    setPages: (ready) => {
      pages = ready;
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 1000))]);
    },
  };
}

/** For the audit log. */
function asRest(context: OperationsContext): OperationsContext {
  return { ...context, actor: { ...context.actor, via: "rest" } };
}

/** Null for what does not read as a path; `//[` is enough to make URL throw. */
function urlOf(request: IncomingMessage): URL | null {
  try {
    return new URL(request.url ?? "/", "http://console");
  } catch {
    return null;
  }
}

function failed(request: IncomingMessage, response: ServerResponse, error: unknown, log: Log): void {
  const known = error instanceof OperationError ? error : null;
  const left = (error as NodeJS.ErrnoException | null)?.code === "ERR_STREAM_PREMATURE_CLOSE";
  if (!known && !left) log.error(`${request.method} ${request.url?.split("?")[0]}`, error);
  if (response.headersSent) response.destroy();
  else if (known)
    sendJson(response, httpStatuses[known.code], { error: { code: known.code, message: known.message, details: known.details } });
  else sendJson(response, 500, { error: { code: "internal", message: "The console could not do this; its log says why." } });
}

function sendJson(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
  const body = Buffer.from(JSON.stringify(value), "utf8");
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": body.length,
    "cache-control": "no-store",
    ...headers,
  });
  response.end(body);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE" ? new Error(`http://${host}:${port} is in use by another program; set PORT to another one`) : error,
      );
    });
    server.listen({ host, port }, () => resolve());
  });
}
