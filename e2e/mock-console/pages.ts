/** Where the mock console takes its pages from: its own Next, or another one that runs already (one development server a folder). */
import { request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import next from "next";

export interface Pages {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export async function openPages(elsewhere: string | undefined): Promise<Pages> {
  if (elsewhere !== undefined) return otherServer(new URL(elsewhere));
  const app = next({ dev: !process.argv.includes("--built"), hostname: "127.0.0.1" });
  await app.prepare();
  const handle = app.getRequestHandler();
  const upgrade = app.getUpgradeHandler();
  return {
    handle: (request, response) => void handle(request, response).catch(() => response.destroy()),
    upgrade: (request, socket, head) => void upgrade(request, socket, head).catch(() => socket.destroy()),
  };
}

function otherServer(at: URL): Pages {
  const headersFor = (request: IncomingMessage) => ({
    ...request.headers,
    host: at.host,
    ...(request.headers.origin === undefined ? {} : { origin: at.origin }),
  });
  return {
    handle: (request, response) => {
      const forward = ask(
        { host: at.hostname, port: at.port, path: request.url, method: request.method, headers: headersFor(request) },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      forward.on("error", () => response.destroy());
      request.pipe(forward);
    },
    upgrade: (request, socket, head) => {
      const other = connect(Number(at.port), at.hostname, () => {
        const lines = Object.entries(headersFor(request)).map(([name, value]) => `${name}: ${String(value)}`);
        other.write(`GET ${request.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
        other.write(head);
        socket.pipe(other).pipe(socket);
      });
      other.on("error", () => socket.destroy());
      socket.on("error", () => other.destroy());
    },
  };
}
