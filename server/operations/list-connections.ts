/** Live connections as the primary knows them, filtered; by column, because ten thousand rows go over the wire each second. */
import { type ConnectionFilter, filterColumns, noConnections } from "./connection-columns.ts";
import type { ConnectionColumns } from "./console-view.ts";
import type { OperationsContext } from "./context.ts";
import { freshServers } from "./node-state.ts";

/** Without a server that answers there are no rows and no source: unknown, not "none". */
export async function listConnections(context: OperationsContext, filter: ConnectionFilter): Promise<ConnectionColumns> {
  const servers = freshServers(await context.observe());
  const server = servers.find((one) => one.role === "primary") ?? servers[0];
  if (!server) return noConnections(context.now());
  try {
    return filterColumns(await context.fleet.connections(server.name), filter);
  } catch {
    return noConnections(context.now());
  }
}

const periodMs = 1000;

/** The same, again each second until the reader leaves. */
export async function* watchConnections(
  context: OperationsContext,
  filter: ConnectionFilter,
  signal: AbortSignal,
): AsyncGenerator<ConnectionColumns, void, undefined> {
  while (!signal.aborted) {
    const askedAt = context.now();
    yield await listConnections(context, filter);
    const restMs = Math.max(100, periodMs - (context.now() - askedAt));
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, restMs);
      signal.addEventListener("abort", done, { once: true });
    });
  }
}
