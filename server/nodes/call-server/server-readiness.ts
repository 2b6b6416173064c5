/** Whether this server could take over now, and every reason why not (failover.md 5): published in its keepalives and its status. */
import { majorityOf } from "../../core/site/site.ts";
import type { CallServer } from "./call-server.ts";

/** A complete audit older than so many intervals is no basis for a takeover. */
const audiblyOldIntervals = 3;
const heardWithinMs = 1_000;
const pathAnsweredWithinMs = 5_000;

export function readinessOf(server: CallServer): { ready: boolean; reasons: readonly string[] } {
  const { node, control, outbox } = server;
  const { member } = control;
  const now = node.clock.now();
  const reasons: string[] = [];
  if (member.state.kind === "listening") reasons.push("It has just started and listens first.");
  const voters = member.config.voters.filter(
    (voter) => now.mono - (member.clients.get(voter)?.at ?? Number.NEGATIVE_INFINITY) < heardWithinMs,
  );
  const needed = majorityOf(member.config.voters.length);
  if (voters.length < needed) reasons.push(`Only ${voters.length} of ${member.config.voters.length} voters answer; ${needed} are needed.`);
  for (const session of server.sessions.values()) {
    const { name, pollSeconds } = session.spec;
    const { lastCompleteAt, lastFailure } = server.calls.control.freshness(name);
    const ageMs = lastCompleteAt === null ? null : now.wall - lastCompleteAt;
    if (ageMs === null) reasons.push(`${name} was never audited completely${lastFailure === null ? "" : `: ${lastFailure}`}.`);
    else if (ageMs > audiblyOldIntervals * pollSeconds * 1000)
      reasons.push(`The last complete audit of ${name} is ${Math.round(ageMs / 1000)} s old.`);
  }
  for (const [peer, paths] of member.paths) {
    const heard = member.peers.get(peer);
    if (!heard || now.mono - heard.at > pathAnsweredWithinMs) continue; // a dead peer is no reason: it is the case to be ready for
    for (const [index, path] of paths.entries()) {
      if (path.answeredAt === null || now.mono - path.answeredAt > pathAnsweredWithinMs)
        reasons.push(`${peer} does not answer on path ${index + 1}.`);
    }
  }
  if (outbox.failing) reasons.push("Call records cannot be stored: the disk refuses.");
  if (node.watchdog.starved()) reasons.push(`It runs late: its event loop is up to ${node.watchdog.loopDelay().max} ms behind.`);
  const used = server.automaticChangesUsed();
  if (used >= member.config.automaticChanges.limit)
    reasons.push(`${used} of ${member.config.automaticChanges.limit} automatic changes are used up.`);
  return { ready: reasons.length === 0, reasons };
}
