/** How a voter answers keepalives and claims: a promise, or a refusal that says what stands in the way. */
import { type Epoch, noEpoch } from "../identity.ts";
import { promiseCovers } from "../site/timers.ts";
import type { Instant } from "../time.ts";
import type { Answer, Envelope, Refusal } from "./link-message.ts";
import type { Voter, VoterEffect } from "./voter-state.ts";

export function commonRefusal(voter: Voter, votersVersion: number, leaseMs: number): Refusal | null {
  if (!voter.stored.admitted) return "abstaining";
  if (votersVersion < voter.stored.votersVersion) return "voters-version";
  if (!promiseCovers(voter.timers.promiseMs, leaseMs, voter.timers.clockRateError)) return "lease-too-long";
  return null;
}

/** Starts a fresh promise. `largestPromiseMs` became durable with the grant, so a repeat needs no write. */
export function promise(voter: Voter, envelope: Envelope, epoch: Epoch, now: Instant): VoterEffect[] {
  voter.promiseUntil = now + voter.timers.promiseMs;
  return [{ kind: "reply", to: envelope.from, message: answer(voter, envelope, epoch, null, null) }];
}

export function refuse(voter: Voter, envelope: Envelope, epoch: Epoch, refusal: Refusal, remainingMs: number | null): VoterEffect {
  return { kind: "reply", to: envelope.from, message: answer(voter, envelope, epoch, refusal, remainingMs) };
}

export function tellVoterSet(voter: Voter, envelope: Envelope, why: Refusal): VoterEffect[] {
  const { voterSet } = voter.stored;
  if (why !== "voters-version" || voterSet === null) return [];
  return [{ kind: "reply", to: envelope.from, message: { kind: "voter-set", epoch: noEpoch, set: voterSet } }];
}

function answer(voter: Voter, envelope: Envelope, epoch: Epoch, refusal: Refusal | null, remainingMs: number | null): Answer {
  return {
    kind: "answer",
    toBoot: envelope.boot,
    toSequence: envelope.sequence,
    epoch,
    promiseMs: refusal === null ? voter.timers.promiseMs : 0,
    refusal,
    remainingMs,
    granted: voter.stored.granted,
    votersVersion: voter.stored.votersVersion,
    pauseSetAt: voter.stored.guard.pauseSetAt,
    acknowledgedEpoch: voter.stored.guard.acknowledgedEpoch,
  };
}
