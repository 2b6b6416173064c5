/**
 * The only door to the server: one WebSocket to the console's own origin, opened with the first use in the browser.
 * Queries, mutations and subscriptions share it, so any number of tabs costs one connection each.
 */
import { createTRPCClient, createWSClient, type TRPCClient, type TRPCWebSocketClient, wsLink } from "@trpc/client";
import type { AppRouter } from "../../server/trpc/root.ts";

export type Api = TRPCClient<AppRouter>;

interface Door {
  readonly api: Api;
  readonly socket: TRPCWebSocketClient;
}

let door: Door | null = null;

function endpoint(): string {
  const { protocol, host } = window.location;
  return `${protocol === "https:" ? "wss" : "ws"}://${host}/trpc`;
}

function open(): Door {
  const socket = createWSClient({
    url: endpoint,
    // Short and flat: an operator who waits for the console wants it back at once, and one browser is no stampede.
    retryDelayMs: (attempt) => (attempt === 0 ? 0 : Math.min(250 * attempt, 1000)),
    // A frozen console keeps its TCP connections open: only a missing answer tells.
    keepAlive: { enabled: true, intervalMs: 1500, pongTimeoutMs: 2500 },
  });
  return { socket, api: createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] }) };
}

/** Queries, mutations and subscriptions. Call it in effects and handlers, never while rendering: there is no server side. */
export function api(): Api {
  door ??= open();
  return door.api;
}
