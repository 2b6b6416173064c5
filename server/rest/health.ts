/** `GET /api/health`: 503 `starting` until the site is up for the first time, then 200 `ok`, with how it is now. */
import type { ConsoleSnapshot } from "../operations/console-view.ts";

export interface Health {
  readonly code: 200 | 503;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Up: every node answers and one server is primary. A lab also says so itself. */
export function isUp(snapshot: ConsoleSnapshot, inLab: boolean): boolean {
  const nodes = [...snapshot.servers, ...snapshot.gateways, ...snapshot.witnesses];
  const answering = nodes.every((node) => node.state === "up" || node.state === "suspect");
  return answering && snapshot.primary !== null && (!inLab || snapshot.lab?.ready === true);
}

/** `wasUp`: once up the console stays `ok`; that a node fails later is what it is there to show. */
export function health(snapshot: ConsoleSnapshot | null, wasUp: boolean): Health {
  if (!snapshot) return { code: 503, body: { status: "starting" } };
  const nodes = [...snapshot.servers, ...snapshot.gateways, ...snapshot.witnesses];
  const body = {
    status: wasUp ? "ok" : "starting",
    cluster: snapshot.cluster,
    primary: snapshot.primary,
    standby: snapshot.standby,
    epoch: snapshot.epoch.number,
    calls: snapshot.calls,
    nodes: Object.fromEntries(nodes.map((node) => [node.name, node.state])),
    verdict: snapshot.verdict.sentence,
    at: new Date(snapshot.at).toISOString(),
    buildId: snapshot.buildId,
  };
  return { code: wasUp ? 200 : 503, body };
}
