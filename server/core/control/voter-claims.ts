/**
 * Claims at a voter: while a promise runs no other server, nor another boot of the same one, is granted (failover.md 2, 4).
 * A grant is durable before it is told.
 */
import { compareEpochs, sameEpoch } from "../identity.ts";
import type { Instant, Now } from "../time.ts";
import { holdOf, withChange } from "./guard.ts";
import type { Claim, Envelope, Refusal } from "./link-message.ts";
import { commonRefusal, promise, refuse, tellVoterSet } from "./voter-answers.ts";
import { promiseLeftMs, type Voter, type VoterEffect } from "./voter-state.ts";

export function receiveClaim(voter: Voter, envelope: Envelope, message: Claim, now: Now): VoterEffect[] {
  if (message.epoch.server !== envelope.from) return [];
  const refusal = refusalOfClaim(voter, envelope, message, now);
  if (refusal !== null) {
    return [
      refuse(voter, envelope, message.epoch, refusal.why, refusal.remainingMs),
      { kind: "refused", from: envelope.from, epoch: message.epoch, refusal: refusal.why },
      ...tellVoterSet(voter, envelope, refusal.why),
    ];
  }
  const { granted } = voter.stored;
  if (sameEpoch(message.epoch, granted)) return promise(voter, envelope, message.epoch, now.mono);
  voter.contest = null;
  voter.reserved = null;
  const counts = message.automatic && message.purpose === "title";
  voter.stored = {
    ...voter.stored,
    granted: message.epoch,
    grantedBoot: envelope.boot,
    released: false,
    guard: counts ? withChange(voter.stored.guard, { epoch: message.epoch, at: now.wall }) : voter.stored.guard,
    largestPromiseMs: Math.max(voter.stored.largestPromiseMs, voter.timers.promiseMs),
  };
  return [
    { kind: "persist", stored: voter.stored },
    { kind: "granted", epoch: message.epoch, before: granted },
    ...promise(voter, envelope, message.epoch, now.mono),
  ];
}

interface RefusedClaim {
  readonly why: Refusal;
  readonly remainingMs: number | null;
}

/** Null = to be granted, or granted before. A claim that meets a running promise contests the voter. */
function refusalOfClaim(voter: Voter, envelope: Envelope, message: Claim, now: Now): RefusedClaim | null {
  const { granted, grantedBoot, released } = voter.stored;
  const never = (why: Refusal): RefusedClaim => ({ why, remainingMs: null });
  const common = commonRefusal(voter, message.votersVersion, message.leaseMs);
  if (common) return never(common);
  const order = compareEpochs(message.epoch, granted);
  if (order < 0) return never("lower-epoch");
  if (order === 0) return released ? never("released") : envelope.boot === grantedBoot ? null : never("other-boot");
  if (message.epoch.number <= (voter.voided.get(envelope.from) ?? 0)) return never("released");
  if (now.mono < voter.waitUntil) return { why: "restarted", remainingMs: voter.waitUntil - now.mono };
  const hold = message.automatic ? holdOf(voter.stored.guard, voter.automaticChanges, now.wall) : null;
  if (hold !== null) return never(hold);
  const sameOwner = granted.server === envelope.from && grantedBoot === envelope.boot;
  const left = released || sameOwner ? 0 : promiseLeftMs(voter, now.mono);
  if (left > 0) {
    if (message.contests) contestBy(voter, message, now.mono);
    return { why: "promised", remainingMs: left };
  }
  const { reserved } = voter;
  if (reserved && reserved.until > now.mono && reserved.server !== envelope.from)
    return { why: "reserved", remainingMs: reserved.until - now.mono };
  return null;
}

function contestBy(voter: Voter, message: Claim, now: Instant): void {
  const forced = message.forced || (voter.contest !== null && voter.contest.until > now && voter.contest.forced);
  voter.contest = { until: now + voter.timers.contestMs, forced };
}
