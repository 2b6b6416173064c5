/**
 * How a voter without stored state takes part again (failover.md 1): a server admits it, and tells it the guard, in two datagrams.
 * Invariant: it is admitted only with the guard that the same server knows. It lost the history of automatic changes with its disk, and
 * would make a majority that has forgotten them: of two voters that granted a change, the other one may be out of reach.
 */
import type { Instant } from "../time.ts";
import { type Guard, guardCovers, mergeGuards } from "./guard.ts";
import type { Admit, Envelope } from "./link-message.ts";
import type { Voter, VoterEffect } from "./voter-state.ts";

export function receiveAdmit(voter: Voter, envelope: Envelope, message: Admit, now: Instant): VoterEffect[] {
  if (voter.stored.admitted || message.epoch.server !== envelope.from || message.epoch.number === 0) return [];
  voter.admission = { message, at: now };
  return completeAdmission(voter, now);
}

/** Any server may tell what it knows of the guard: merging it loses nothing. */
export function receiveGuard(voter: Voter, { from }: Envelope, told: Guard, now: Instant): VoterEffect[] {
  const before = voter.stored.guard;
  const guard = mergeGuards(before, told);
  const effects: VoterEffect[] = [];
  if (!guardCovers(before, guard) || guard.changes.length !== before.changes.length) {
    voter.stored = { ...voter.stored, guard };
    effects.push({ kind: "persist", stored: voter.stored }, { kind: "guard-changed", guard });
  }
  if (voter.stored.admitted) return effects;
  voter.guardTold.set(from, now);
  return [...effects, ...completeAdmission(voter, now)];
}

/** The two are sent together and may change places on the way. One that was told long before the other may know less. */
function completeAdmission(voter: Voter, now: Instant): VoterEffect[] {
  const { admission, guardTold, timers } = voter;
  if (admission === null) return [];
  const { epoch, votersVersion } = admission.message;
  const toldAt = guardTold.get(epoch.server);
  if (toldAt === undefined || Math.abs(toldAt - admission.at) > timers.promiseMs) return [];
  voter.admission = null;
  guardTold.clear();
  // Nothing up to the admitting epoch may ever be granted here again: what was granted before is not known.
  voter.stored = {
    granted: epoch,
    grantedBoot: 0,
    released: true,
    votersVersion,
    voterSet: null,
    guard: voter.stored.guard,
    largestPromiseMs: timers.promiseMs,
    admitted: true,
  };
  // Whatever the lost storage promised runs out first.
  voter.waitUntil = now + timers.promiseMs;
  return [
    { kind: "persist", stored: voter.stored },
    { kind: "admitted", by: epoch.server, epoch },
  ];
}
