/**
 * Asks a node's operator interface: keep-alive connections, a deadline over the whole exchange, a size limit.
 * A node that is down is an everyday thing here, so every outcome is a value.
 */
import { Agent, type IncomingMessage, request as startRequest } from "node:http";
import type { HostPort } from "../core/site/site.ts";

export type OperatorReply<T> =
  | { readonly ok: true; readonly value: T }
  /** `code`: `unreachable`, `timeout`, `too-large`, `bad-reply`, or the code that the node gave. `status` is null where no reply came. */
  | { readonly ok: false; readonly status: number | null; readonly code: string; readonly message: string };

export interface OperatorClientOptions extends HostPort {
  readonly token: string;
  /** Deadline of one exchange. */
  readonly timeoutMs?: number;
  readonly maxReplyOctets?: number;
}

export interface OperatorClient {
  get<T>(path: string, options?: { readonly timeoutMs?: number }): Promise<OperatorReply<T>>;
  post<T>(path: string, body: unknown, options?: { readonly timeoutMs?: number }): Promise<OperatorReply<T>>;
  close(): void;
}

const defaultTimeoutMs = 2000;
const defaultMaxReplyOctets = 16 * 1_048_576;
const maxSockets = 8;
/** Below the 30 s after which a node closes an idle connection itself. */
const idleMs = 20_000;

export function createOperatorClient(options: OperatorClientOptions): OperatorClient {
  const agent = new Agent({ keepAlive: true, maxSockets, maxFreeSockets: 2, scheduling: "lifo", timeout: idleMs });
  const maxOctets = options.maxReplyOctets ?? defaultMaxReplyOctets;

  function exchange<T>(method: "GET" | "POST", path: string, body: Buffer | null, timeoutMs: number): Promise<OperatorReply<T>> {
    return new Promise((resolve) => {
      const headers = {
        authorization: `Bearer ${options.token}`,
        accept: "application/json",
        ...(body === null ? {} : { "content-type": "application/json", "content-length": body.length }),
      };
      const request = startRequest({ host: options.host, port: options.port, method, path, agent, headers });
      const settle = (reply: OperatorReply<T>): void => {
        clearTimeout(deadline);
        resolve(reply);
        if (!reply.ok && reply.status === null) request.destroy();
      };
      const failed = (code: string, message: string): void => settle({ ok: false, status: null, code, message });
      const deadline = setTimeout(() => failed("timeout", `No reply within ${timeoutMs} ms.`), timeoutMs);
      request.on("error", (error: NodeJS.ErrnoException) => {
        // The node closed a kept connection just when it was used again (or restarted meanwhile): a question may be asked anew.
        if (method === "GET" && request.reusedSocket && error.code === "ECONNRESET") {
          clearTimeout(deadline);
          void exchange<T>(method, path, body, timeoutMs).then(resolve);
          return;
        }
        failed("unreachable", error.code ?? error.message);
      });
      request.on("response", (response) => {
        collect(response, maxOctets).then(
          (text) =>
            settle(
              text === null
                ? { ok: false, status: null, code: "too-large", message: `The reply is larger than ${maxOctets} octets.` }
                : parsedReply(response.statusCode ?? 0, text),
            ),
          (error: Error) => failed("unreachable", error.message),
        );
      });
      request.end(body ?? undefined);
    });
  }

  const timeout = (own: number | undefined): number => own ?? options.timeoutMs ?? defaultTimeoutMs;
  return {
    get: (path, own) => exchange("GET", path, null, timeout(own?.timeoutMs)),
    post: (path, body, own) => exchange("POST", path, Buffer.from(JSON.stringify(body ?? {}), "utf8"), timeout(own?.timeoutMs)),
    close: () => agent.destroy(),
  };
}

/** Null when the reply is larger than allowed. */
async function collect(response: IncomingMessage, maxOctets: number): Promise<string | null> {
  const parts: Buffer[] = [];
  let octets = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    octets += part.length;
    if (octets > maxOctets) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function parsedReply<T>(status: number, text: string): OperatorReply<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, status, code: "bad-reply", message: "The reply is not JSON." };
  }
  if (status === 200) return { ok: true, value: value as T };
  const error = (value as { error?: { code?: unknown; message?: unknown } } | null)?.error;
  return { ok: false, status, code: String(error?.code ?? "bad-reply"), message: String(error?.message ?? `Status ${status}.`) };
}
