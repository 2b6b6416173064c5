/**
 * The voter: a gateway's (or witness's) promise and grant (failover.md 1–3).
 * It decides which server this gateway obeys, and never lets two servers own it at once.
 * Pure: the functions mutate the given voter and return what the host must do, in order.
 */
import { compareEpochs, sameEpoch } from "../identity.ts";
import type { Instant, Now } from "../time.ts";
import { guardCovers, holdOf, withoutChange } from "./guard.ts";
import type { Envelope, Keepalive, LinkMessage, Release, Vote, VoteRequest, VoterSetMessage } from "./link-message.ts";
import { receiveAdmit, receiveGuard } from "./voter-admission.ts";
import { commonRefusal, promise, refuse, tellVoterSet } from "./voter-answers.ts";
import { receiveClaim } from "./voter-claims.ts";
import { commandRefusal, ownerOf, passDeadline, promiseLeftMs, type Voter, type VoterEffect } from "./voter-state.ts";

/** Handles any link message; those that do not concern a voter return no effects. */
export function receiveAtVoter(voter: Voter, envelope: Envelope, message: LinkMessage, now: Now): VoterEffect[] {
  const expired = passDeadline(voter, now.mono);
  const effects = handle(voter, envelope, message, now);
  return expired.length === 0 ? effects : [...expired, ...effects];
}

function handle(voter: Voter, envelope: Envelope, message: LinkMessage, now: Now): VoterEffect[] {
  switch (message.kind) {
    case "keepalive":
      return receiveKeepalive(voter, envelope, message, now.mono);
    case "claim":
      return receiveClaim(voter, envelope, message, now);
    case "release":
      return receiveRelease(voter, envelope, message, now.mono);
    case "vote-request":
      return [{ kind: "reply", to: envelope.from, message: voteOf(voter, envelope, message, now) }];
    case "admit":
      return receiveAdmit(voter, envelope, message, now.mono);
    case "voter-set":
      return receiveVoterSet(voter, envelope, message, now.mono);
    case "guard":
      return receiveGuard(voter, envelope, message.guard, now.mono);
    case "answer":
    case "query":
    case "query-reply":
    case "vote":
    case "released":
    case "handover":
    case "switchover-request":
    case "switchover-reply":
      return [];
  }
}

function receiveKeepalive(voter: Voter, envelope: Envelope, message: Keepalive, now: Instant): VoterEffect[] {
  note(voter, envelope, message.title, now);
  const answered = answerKeepalive(voter, envelope, message, now);
  const told = tellGuard(voter, envelope, message);
  return told.length === 0 ? answered : [...answered, ...told];
}

function answerKeepalive(voter: Voter, envelope: Envelope, message: Keepalive, now: Instant): VoterEffect[] {
  const { granted, grantedBoot, released } = voter.stored;
  const common = commonRefusal(voter, message.votersVersion, message.leaseMs);
  if (common) return [refuse(voter, envelope, message.epoch, common, null), ...tellVoterSet(voter, envelope, common)];
  const order = compareEpochs(message.epoch, granted);
  if (order > 0 || message.epoch.number === 0) return [refuse(voter, envelope, message.epoch, "ungranted", promiseLeftMs(voter, now))];
  if (order < 0) return [refuse(voter, envelope, message.epoch, "lower-epoch", null)];
  if (message.epoch.server !== envelope.from || envelope.boot !== grantedBoot)
    return [refuse(voter, envelope, message.epoch, "other-boot", null)];
  if (released) return [refuse(voter, envelope, message.epoch, "released", null)];
  const contest = voter.contest && voter.contest.until > now ? voter.contest : null;
  // An owner without the title must not hold a contested voter for ever; one with the title only yields to an operator.
  if (contest && (contest.forced || !message.title)) return [refuse(voter, envelope, message.epoch, "contested", contest.until - now)];
  const orphaned = promiseLeftMs(voter, now) <= 0;
  const renewed = promise(voter, envelope, message.epoch, now);
  return orphaned ? [{ kind: "renewed-after-orphan", epoch: granted }, ...renewed] : renewed;
}

function receiveRelease(voter: Voter, envelope: Envelope, message: Release, now: Instant): VoterEffect[] {
  if (message.epoch.server !== envelope.from) return [];
  const reply: VoterEffect = {
    kind: "reply",
    to: envelope.from,
    message: { kind: "released", toBoot: envelope.boot, toSequence: envelope.sequence, epoch: message.epoch },
  };
  const { granted, grantedBoot, released } = voter.stored;
  if (!sameEpoch(message.epoch, granted)) {
    if (compareEpochs(message.epoch, granted) > 0) {
      voter.voided.set(envelope.from, Math.max(message.epoch.number, voter.voided.get(envelope.from) ?? 0));
    }
    return [reply];
  }
  if (released || envelope.boot !== grantedBoot) return [reply];
  const { guard } = voter.stored;
  voter.stored = { ...voter.stored, released: true, guard: message.titled ? guard : withoutChange(guard, granted) };
  voter.promiseUntil = null;
  voter.contest = null;
  // The successor gets a head start of two claim windows; afterwards anybody may claim.
  voter.reserved = message.successor === null ? null : { server: message.successor, until: now + 2 * voter.timers.claimMs };
  return [{ kind: "persist", stored: voter.stored }, { kind: "released", epoch: granted, successor: message.successor }, reply];
}

/** Only the owner changes the set that its voter knows, and only upwards. */
function receiveVoterSet(voter: Voter, envelope: Envelope, message: VoterSetMessage, now: Instant): VoterEffect[] {
  const { stored } = voter;
  if (message.set.version < stored.votersVersion || (message.set.version === stored.votersVersion && stored.voterSet !== null)) return [];
  if (message.epoch.server !== envelope.from || commandRefusal(voter, message.epoch, envelope.boot, now) !== null) return [];
  voter.stored = { ...stored, votersVersion: message.set.version, voterSet: message.set };
  return [
    { kind: "persist", stored: voter.stored },
    { kind: "voter-set-changed", set: message.set },
  ];
}

function tellGuard(voter: Voter, envelope: Envelope, message: Keepalive): VoterEffect[] {
  const { guard } = voter.stored;
  return guardCovers(message, guard) ? [] : [{ kind: "reply", to: envelope.from, message: { kind: "guard", guard } }];
}

function voteOf(voter: Voter, envelope: Envelope, message: VoteRequest, { mono: now, wall }: Now): Vote {
  const heard = voter.heard.get(message.about);
  const since = (at: Instant | null | undefined): number | null => (at === null || at === undefined ? null : now - at);
  const restartMs = Math.max(0, voter.waitUntil - now);
  return {
    kind: "vote",
    toBoot: envelope.boot,
    toSequence: envelope.sequence,
    about: message.about,
    titleSilentMs: since(heard?.titleAt),
    keepaliveSilentMs: since(heard?.keepaliveAt),
    commandSilentMs: since(heard?.commandAt),
    // The promise binds everybody but the present owner itself.
    remainingMs: Math.max(restartMs, ownerOf(voter) === envelope.from ? 0 : promiseLeftMs(voter, now)),
    granted: voter.stored.granted,
    contestable: isContestable(voter, now),
    contested: voter.contest !== null && voter.contest.until > now,
    abstaining: !voter.stored.admitted,
    votersVersion: voter.stored.votersVersion,
    hold: holdOf(voter.stored.guard, voter.automaticChanges, wall),
    changes: voter.stored.guard.changes,
  };
}

function isContestable(voter: Voter, now: Instant): boolean {
  const owner = ownerOf(voter);
  const heard = owner === null ? undefined : voter.heard.get(owner);
  return now >= voter.waitUntil && promiseLeftMs(voter, now) > 0 && heard?.titled === false;
}

function note(voter: Voter, envelope: Envelope, title: boolean, now: Instant): void {
  const heard = voter.heard.get(envelope.from);
  if (!heard || heard.boot !== envelope.boot) {
    voter.heard.set(envelope.from, { boot: envelope.boot, keepaliveAt: now, titleAt: title ? now : null, titled: title, commandAt: null });
    return;
  }
  heard.keepaliveAt = now;
  heard.titled = title;
  if (title) heard.titleAt = now;
}
