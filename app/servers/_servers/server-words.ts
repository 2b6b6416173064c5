/** The page's sentence and the question of two titles. Pure. */

import type { ServerStatus } from "../../../server/core/status/node-status.ts";
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";
import { compareEpochs } from "../../_ui/epoch.ts";

/** Servers that answer and say that they hold the title, highest epoch first. More than one is an incident. */
export function claims(snapshot: ConsoleSnapshot): readonly ServerStatus[] {
  return snapshot.servers
    .filter((server) => server.state === "up" || server.state === "suspect")
    .flatMap((server) => (server.status?.title.held ? [server.status] : []))
    .sort((a, b) => compareEpochs(b.epoch, a.epoch));
}

export function serversSentence(snapshot: ConsoleSnapshot): string {
  const holders = claims(snapshot);
  if (holders.length > 1) return `${holders.map((server) => server.name).join(" and ")} both say that they hold the title.`;
  const holder = holders[0];
  if (holder === undefined) {
    const untitled = snapshot.untitled.map(
      (one) => ` ${one.server} controls ${one.gateways.length} of ${snapshot.gateways.length} gateways without it.`,
    );
    return `Nobody who answers holds the title.${untitled.join("")}`;
  }
  const standby = snapshot.standby;
  const ready = snapshot.servers.find((server) => server.name === standby)?.status?.readiness.ready ?? false;
  const tail = standby === null ? "Nobody stands by." : ready ? `${standby} stands by, ready.` : `${standby} stands by, not ready.`;
  return `${holder.name} holds epoch ${holder.epoch.number}, granted by ${holder.title.votersAnswering} of ${holder.title.voters} voters. ${tail}`;
}
