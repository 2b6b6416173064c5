/** Finds in a snapshot who heard whom: heartbeat history is kept by the listening server. Pure. */
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";
import type { StripSource } from "./strip-geometry.ts";

/** `heard` as `listener` heard it; null where that server has not told. */
export function heardBy(snapshot: ConsoleSnapshot, listener: string | null, heard: string): StripSource | null {
  if (listener === null) return null;
  const strips = snapshot.strips[listener];
  const values = strips?.series[heard];
  return strips === undefined || values === undefined ? null : { bucketMs: strips.bucketMs, endsAt: strips.endsAt, values };
}

/** A server as any other one heard it. */
export function serverStrip(
  snapshot: ConsoleSnapshot,
  name: string,
): { readonly listener: string | null; readonly source: StripSource | null } {
  for (const server of snapshot.servers) {
    if (server.name === name) continue;
    const source = heardBy(snapshot, server.name, name);
    if (source !== null) return { listener: server.name, source };
  }
  return { listener: snapshot.servers.find((server) => server.name !== name)?.name ?? null, source: null };
}

/** A gateway as the server that owns it heard it, else any server. */
export function gatewayStrip(snapshot: ConsoleSnapshot, name: string, owner: string | null): StripSource | null {
  const owned = heardBy(snapshot, owner, name);
  if (owned !== null) return owned;
  for (const server of snapshot.servers) {
    const source = heardBy(snapshot, server.name, name);
    if (source !== null) return source;
  }
  return null;
}
