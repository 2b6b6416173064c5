/** The fakes behind real HTTP: each node of a FakeFleet on a free loopback port, speaking the operator interface. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { OrderAsk } from "../../core/status/order.ts";
import type { SwitchoverOrder } from "../fleet.ts";
import type { FakeFleet } from "./fake-fleet.ts";

export const fakeToken = "a-token-for-tests-only";

export interface FakeNodes {
  /** In the order of the names. */
  readonly ports: readonly number[];
  /** Requests without the right token; there must be none. */
  readonly unauthorised: () => number;
  close(): Promise<void>;
}

export async function serveFakes(fleet: FakeFleet, names: readonly string[]): Promise<FakeNodes> {
  let unauthorised = 0;
  const servers = await Promise.all(
    names.map(async (name) => {
      const server = createServer((request, response) => {
        if (request.headers.authorization !== `Bearer ${fakeToken}`) unauthorised += 1;
        // A silent node keeps the connection and says nothing, as a frozen process does.
        if (fleet.nodes.get(name)?.failure === "silent") return;
        if (fleet.nodes.get(name)?.failure === "unreachable") {
          request.socket.destroy();
          return;
        }
        answer(fleet, name, request).then(
          (value) => send(response, 200, value),
          (error: Error) => send(response, 500, { error: { code: "internal", message: error.message } }),
        );
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  return {
    ports: servers.map((server) => (server.address() as AddressInfo).port),
    unauthorised: () => unauthorised,
    close: async () => {
      await Promise.all(servers.map(closeServer));
    },
  };
}

async function answer(fleet: FakeFleet, name: string, request: IncomingMessage): Promise<unknown> {
  const url = new URL(request.url ?? "/", "http://fake");
  const after = Number(url.searchParams.get("after") ?? 0);
  const limit = Number(url.searchParams.get("limit") ?? 1000);
  switch (url.pathname) {
    case "/status":
      return fleet.nodes.get(name)?.failure === "garbled"
        ? { kind: "call-server", title: "nonsense" }
        : { ...(await fleet.status(name)), at: Date.now() };
    case "/strips":
      return fleet.strips(name);
    case "/events":
      return fleet.events(name, after, limit);
    case "/connections":
      return fleet.connections(name);
    case "/records":
      return fleet.records(name, after, limit);
    case "/gear":
      return fleet.gear(name, url.searchParams.get("name") ?? "");
    case "/gear/poll": {
      const asked = (await bodyOf(request)) as { name: string; mode: "full" | "liveness" };
      return fleet.pollGear(name, asked.name, asked.mode);
    }
    case "/failovers":
      return fleet.failovers(name);
    case "/records/ack":
      return fleet.acknowledgeRecords(name, ((await bodyOf(request)) as { through: number }).through);
    case "/switchover":
      return fleet.switchover(name, (await bodyOf(request)) as SwitchoverOrder);
    case "/orders":
      return fleet.order(name, (await bodyOf(request)) as OrderAsk);
    default:
      throw new Error(`no ${url.pathname} here`);
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const part of request) text += String(part);
  return JSON.parse(text);
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value ?? {}));
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
