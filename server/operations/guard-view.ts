/**
 * The guard over automatic changes, read across the servers that answer: the newest that anybody knows is what counts,
 * since servers and voters tell each other; where they know different things, that is said.
 */
import type { ServerStatus } from "../core/status/node-status.ts";
import type { GuardView, UntitledHolder } from "./console-view.ts";
import { listed } from "./words.ts";

/** @param acting the server that would act: its own count is what would stop it */
export function viewGuard(servers: readonly ServerStatus[], acting: ServerStatus | null): GuardView {
  const newest = servers.reduce<ServerStatus | null>((best, one) => (isNewer(one, best) ? one : best), null);
  if (newest === null) {
    return {
      state: "unknown",
      pause: null,
      used: 0,
      limit: 0,
      windowMs: 0,
      acknowledgedEpoch: null,
      source: null,
      votersThatKnow: 0,
      voters: 0,
      conflict: null,
    };
  }
  const { pause, limit, windowMs, votersThatKnow, voters } = newest.guard;
  const acknowledgedEpoch = Math.max(...servers.map((one) => one.guard.acknowledgedEpoch));
  // A server that has not heard of the acknowledgement still counts what it was about.
  const informed = servers.filter((one) => one.guard.acknowledgedEpoch === acknowledgedEpoch);
  const used = Math.max(...informed.map((one) => one.guard.used));
  const held = acting !== null && acting.automaticChanges.used >= acting.automaticChanges.limit;
  return {
    state: pause !== null ? "paused" : held ? "held" : "armed",
    pause,
    used,
    limit,
    windowMs,
    acknowledgedEpoch: acknowledgedEpoch === 0 ? null : acknowledgedEpoch,
    source: newest.name,
    votersThatKnow,
    voters,
    conflict: conflictOf(servers, newest),
  };
}

function isNewer(one: ServerStatus, best: ServerStatus | null): boolean {
  if (best === null) return true;
  const newer = one.guard.pauseSetAt - best.guard.pauseSetAt || one.guard.acknowledgedEpoch - best.guard.acknowledgedEpoch;
  return newer > 0;
}

function conflictOf(servers: readonly ServerStatus[], newest: ServerStatus): string | null {
  const behind = servers.filter((one) => (one.guard.pause === null) !== (newest.guard.pause === null)).map((one) => one.name);
  if (behind.length === 0) return null;
  const verb = behind.length === 1 ? "has" : "have";
  return newest.guard.pause === null
    ? `${newest.name} knows that automatic changes are allowed again; ${listed(behind)} ${verb} not heard of it yet.`
    : `${newest.name} knows of a pause by ${newest.guard.pause.by}; ${listed(behind)} ${verb} not heard of it yet.`;
}

/** Servers that control gateways without holding the title, and were not asked to by the title holder. */
export function untitledHolders(servers: readonly ServerStatus[]): UntitledHolder[] {
  return servers.flatMap(({ name, holds, title }) => {
    if (holds === null || title.held || holds.basis === "lent" || holds.gateways.length === 0) return [];
    return [{ server: name, basis: holds.basis, epoch: holds.epoch, gateways: holds.gateways.map((one) => one.name) }];
  });
}
