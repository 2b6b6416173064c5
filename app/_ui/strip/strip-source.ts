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

/** A gateway as the server that owns it heard it; what that one did not measure, for example before it owned it, any other may have. */
export function gatewayStrip(snapshot: ConsoleSnapshot, name: string, owner: string | null): StripSource | null {
  const others = snapshot.servers.map((server) => server.name).filter((server) => server !== owner);
  const sources = [owner, ...others].map((listener) => heardBy(snapshot, listener, name)).filter((source) => source !== null);
  return mergeStrips(sources);
}

/** One line of time from several listeners: for each sample the first of them that measured it. */
export function mergeStrips(sources: readonly StripSource[]): StripSource | null {
  const [first, ...rest] = sources;
  if (first === undefined || rest.length === 0) return first ?? null;
  const { bucketMs } = first;
  const endsAt = Math.max(...sources.map((source) => source.endsAt));
  const startsAt = Math.min(...sources.map((source) => source.endsAt - source.values.length * source.bucketMs));
  const values = Array.from({ length: Math.round((endsAt - startsAt) / bucketMs) }, (_, index) => {
    const middle = endsAt - bucketMs * (Math.round((endsAt - startsAt) / bucketMs) - index - 0.5);
    for (const source of sources) {
      const value = sampleAt(source, middle);
      if (value !== null) return value;
    }
    return null;
  });
  return { bucketMs, endsAt, values };
}

function sampleAt(source: StripSource, at: number): number | null {
  const start = source.endsAt - source.values.length * source.bucketMs;
  return source.values[Math.floor((at - start) / source.bucketMs)] ?? null;
}
