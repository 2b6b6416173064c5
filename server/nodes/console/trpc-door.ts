/** tRPC over WebSocket (`/trpc`) and HTTP (`/api/trpc`), both on the same router and context. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { nodeHTTPRequestHandler } from "@trpc/server/adapters/node-http";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import { WebSocketServer } from "ws";
import { appRouter, type TrpcContext } from "../../trpc/root.ts";

/** Browser tabs, with room for tests; more are refused. */
const maxSockets = 200;
const maxMessageOctets = 256 * 1024;
const maxBodyOctets = 64 * 1024;

export interface TrpcDoor {
  http(request: IncomingMessage, response: ServerResponse, path: string): Promise<void>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

export function openTrpcDoor(context: TrpcContext, onError: (path: string, error: Error) => void): TrpcDoor {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageOctets, perMessageDeflate: false });
  const createContext = async (): Promise<TrpcContext> => context;
  const report = ({ path, error }: { path?: string | undefined; error: Error & { code?: string } }): void => {
    if (error.code === "INTERNAL_SERVER_ERROR") onError(path ?? "?", error);
  };
  const handler = applyWSSHandler({
    wss: sockets,
    router: appRouter,
    createContext,
    onError: report,
    keepAlive: { enabled: true, pingMs: 5000, pongWaitMs: 5000 },
  });
  sockets.on("connection", (socket) => socket.on("error", () => {}));
  return {
    http: (req, res, path) =>
      nodeHTTPRequestHandler({ router: appRouter, createContext, req, res, path, maxBodySize: maxBodyOctets, onError: report }),
    upgrade(request, socket, head) {
      if (sockets.clients.size >= maxSockets) {
        socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      sockets.handleUpgrade(request, socket, head, (client) => sockets.emit("connection", client, request));
    },
    close() {
      handler.broadcastReconnectNotification();
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };
}
