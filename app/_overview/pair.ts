/** Facts about the pair for its drawing: who stands up, who hangs down, and how each is heard right now. Pure. */
import type { ConsoleSnapshot, ServerView } from "../../server/operations/console-view.ts";

/** Primary first, then the standby, else by rank: the drawing keeps both places filled. */
export function pairOf(snapshot: ConsoleSnapshot): readonly ServerView[] {
  const weight = (server: ServerView) => (server.name === snapshot.primary ? 0 : server.name === snapshot.standby ? 1 : 2);
  return [...snapshot.servers].sort((a, b) => weight(a) - weight(b) || a.rank - b.rank).slice(0, 2);
}

export interface Heard {
  readonly listener: string;
  readonly silentMs: number | null;
  readonly missed: number;
}

function answers(server: ServerView): boolean {
  return server.status !== null && (server.state === "up" || server.state === "suspect");
}

/** How a server is heard now by another one that answers; null while nobody who answers listens to it. */
export function heardNow(snapshot: ConsoleSnapshot, name: string, now: number): Heard | null {
  for (const server of snapshot.servers) {
    if (server.name === name || !answers(server) || server.status === null) continue;
    const peer = server.status.peers.find((one) => one.name === name);
    if (peer === undefined) continue;
    // What the listener said was true when it said it; silence has grown since.
    const sinceMs = server.observedAt === null || peer.silentMs === null ? 0 : Math.max(0, now - server.observedAt);
    const dead = peer.missed >= snapshot.timers.missLimit;
    return { listener: server.name, silentMs: peer.silentMs === null ? null : peer.silentMs + (dead ? sinceMs : 0), missed: peer.missed };
  }
  return null;
}

/** For a gap in a server's strip: why nobody measured it, and who hears it anyway. */
export function unheardReason(snapshot: ConsoleSnapshot, name: string): string | null {
  const subject = snapshot.servers.find((server) => server.name === name);
  const listeners = snapshot.servers.filter((server) => server.name !== name);
  if (subject === undefined || listeners.some(answers)) return null;
  const listener = listeners[0];
  if (listener === undefined) return null;
  const gateways = (subject.status?.gateways ?? []).filter((gateway) => gateway.silentMs !== null && gateway.silentMs < 1000).length;
  const also = answers(subject) && gateways > 0 ? `; ${gateways} gateways hear ${name}` : "";
  return `not measured: ${listener.name} does not listen${also}`;
}
