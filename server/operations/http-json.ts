/**
 * JSON over HTTP to one node, with a deadline over the whole exchange, a size limit and kept connections.
 * It tells a host that refuses from a process that accepts and stays silent: the second is what a frozen node looks like.
 */
import { Agent, type IncomingMessage, request as startRequest } from "node:http";
import type { NodeName } from "../core/identity.ts";
import type { HostPort } from "../core/site/site.ts";
import { FleetError } from "./fleet.ts";

const maxReplyOctets = 16 * 1_048_576;
/** Below the 30 s after which a node closes an idle connection itself. */
const idleMs = 20_000;

export interface HttpJson {
  get(path: string, timeoutMs: number): Promise<unknown>;
  post(path: string, body: unknown, timeoutMs: number): Promise<unknown>;
  close(): void;
}

export function openHttpJson(node: NodeName, address: HostPort, token: string): HttpJson {
  const agent = new Agent({ keepAlive: true, maxSockets: 6, maxFreeSockets: 2, scheduling: "lifo", timeout: idleMs });
  const exchange = (method: "GET" | "POST", path: string, body: string | null, timeoutMs: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      let connected = false;
      const headers = {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        ...(body === null ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
      };
      const request = startRequest({ host: address.host, port: address.port, method, path, agent, headers });
      const fail = (error: FleetError): void => {
        clearTimeout(deadline);
        request.destroy();
        reject(error);
      };
      const deadline = setTimeout(() => {
        const what = connected ? "silent" : "unreachable";
        fail(
          new FleetError(
            node,
            what,
            `${node} ${connected ? "accepted the connection but did not answer" : "could not be reached"} within ${timeoutMs} ms`,
          ),
        );
      }, timeoutMs);
      request.on("socket", (socket) => {
        if (socket.connecting) socket.once("connect", () => (connected = true));
        else connected = true;
      });
      request.on("error", (error: NodeJS.ErrnoException) => {
        // The node closed a kept connection just when it was used again (or restarted meanwhile): a question may be asked anew.
        if (method === "GET" && request.reusedSocket && error.code === "ECONNRESET") {
          clearTimeout(deadline);
          exchange(method, path, body, timeoutMs).then(resolve, reject);
          return;
        }
        fail(new FleetError(node, "unreachable", `${node} is not reachable (${error.code ?? error.message})`));
      });
      request.on("response", (response) => {
        collect(response).then(
          (text) => {
            clearTimeout(deadline);
            try {
              resolve(readReply(node, response.statusCode ?? 0, text));
            } catch (error) {
              reject(error);
            }
          },
          (error: Error) => fail(new FleetError(node, "garbled", `${node}'s answer broke off (${error.message})`)),
        );
      });
      request.end(body ?? undefined);
    });
  return {
    get: (path, timeoutMs) => exchange("GET", path, null, timeoutMs),
    post: (path, body, timeoutMs) => exchange("POST", path, JSON.stringify(body ?? {}), timeoutMs),
    close: () => agent.destroy(),
  };
}

async function collect(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let octets = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    octets += part.length;
    if (octets > maxReplyOctets) throw new Error("larger than 16 MiB");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function readReply(node: NodeName, status: number, text: string): unknown {
  let value: unknown;
  try {
    value = text === "" ? {} : JSON.parse(text);
  } catch {
    throw new FleetError(node, "garbled", `${node}'s answer is not JSON`, status);
  }
  if (status >= 200 && status < 300) return value;
  const said = (value as { error?: { message?: unknown } } | null)?.error?.message;
  throw new FleetError(
    node,
    "refused",
    `${node} refused: ${typeof said === "string" ? said.replace(/\.$/, "") : `status ${status}`}`,
    status,
  );
}
