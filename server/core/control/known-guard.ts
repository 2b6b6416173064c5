/** The guard as this server and the voters that it has just asked know it together. */
import { sameEpoch } from "../identity.ts";
import type { Instant } from "../time.ts";
import { type Guard, mergeGuards, noGuard } from "./guard.ts";
import type { Member } from "./member-state.ts";

/**
 * Each change was granted by a majority, so the votes of a majority together know them all. They also count claims that are still open, or
 * came to nothing without the voter hearing of it: what is learnt here is never stored.
 */
export function knownGuard(member: Member, now: Instant): Guard {
  const { voteMs } = member.config.timers;
  let known = member.store.guard;
  for (const { vote, askedAt } of member.votes.values()) {
    if (now - askedAt > voteMs || vote.changes.every(({ epoch }) => known.changes.some((one) => sameEpoch(one.epoch, epoch)))) continue;
    known = mergeGuards(known, { ...noGuard, changes: vote.changes });
  }
  return known;
}
