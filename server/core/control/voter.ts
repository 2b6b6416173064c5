/**
 * The voter: a gateway's (or witness's) promise and grant (failover.md 1–3).
 * It decides which server this gateway obeys, and never lets two servers own it at once:
 * a grant is durable before it is told, and while a promise runs no other server, nor another boot of the same one, is granted.
 * Pure: `receive…` functions mutate the given voter and return what the host must do, in order.
 */
import { type BootId, compareEpochs, type Epoch, epochText, type NodeName, noEpoch, sameEpoch } from "../identity.ts";
import { promiseCovers, type Timers } from "../site/timers.ts";
import type { Instant } from "../time.ts";
import type { Admit, Answer, Claim, Envelope, Keepalive, LinkMessage, Refusal, Release, Vote, VoteRequest } from "./link-message.ts";

/** What must survive the voter's death. */
export interface VoterStore {
  readonly granted: Epoch;
  readonly grantedBoot: BootId;
  /** The owner let go of the granted epoch: it is never renewed. */
  readonly released: boolean;
  readonly votersVersion: number;
  /** The largest promise ever given, in ms: what a restarted voter must wait out. */
  readonly largestPromiseMs: number;
  /** False for a voter without stored state: it abstains until admitted. */
  readonly admitted: boolean;
}

/** The state of a voter that an operator commissions, before anybody ever claimed it. */
export function commissionedStore(votersVersion: number): VoterStore {
  return { granted: noEpoch, grantedBoot: 0, released: true, votersVersion, largestPromiseMs: 0, admitted: true };
}

/** The state of a voter that lost its storage. */
export function abstainingStore(): VoterStore {
  return { granted: noEpoch, grantedBoot: 0, released: true, votersVersion: 0, largestPromiseMs: 0, admitted: false };
}

interface Heard {
  readonly boot: BootId;
  keepaliveAt: Instant;
  titleAt: Instant | null;
  commandAt: Instant | null;
}

export interface Voter {
  readonly name: NodeName;
  readonly timers: Timers;
  stored: VoterStore;
  /** The promise to the granted owner runs until then; null when there is none. */
  promiseUntil: Instant | null;
  /** Nothing is granted before this instant: promises of an earlier boot may still run. */
  waitUntil: Instant;
  contest: { until: Instant; forced: boolean } | null;
  /** After a release that names a successor, others are refused until then. */
  reserved: { server: NodeName; until: Instant } | null;
  /** Highest epoch number that each server released without holding it here: a late claim for it is void. */
  readonly voided: Map<NodeName, number>;
  readonly heard: Map<NodeName, Heard>;
}

export type VoterEffect =
  | { readonly kind: "persist"; readonly stored: VoterStore }
  | { readonly kind: "reply"; readonly to: NodeName; readonly message: LinkMessage }
  | { readonly kind: "granted"; readonly epoch: Epoch; readonly before: Epoch }
  | { readonly kind: "renewed-after-orphan"; readonly epoch: Epoch }
  | { readonly kind: "promise-ran-out"; readonly epoch: Epoch; readonly at: Instant }
  | { readonly kind: "released"; readonly epoch: Epoch; readonly successor: NodeName | null }
  | { readonly kind: "refused"; readonly from: NodeName; readonly epoch: Epoch; readonly refusal: Refusal }
  | { readonly kind: "admitted"; readonly by: NodeName; readonly epoch: Epoch };

/** @param stored as read from stable storage; a restart (largest promise > 0) makes the voter wait that promise out. */
export function startVoter(name: NodeName, timers: Timers, stored: VoterStore, now: Instant): Voter {
  return {
    name,
    timers,
    stored,
    promiseUntil: null,
    waitUntil: now + stored.largestPromiseMs,
    contest: null,
    reserved: null,
    voided: new Map(),
    heard: new Map(),
  };
}

export type VoterCondition = "idle" | "owned" | "orphaned" | "abstaining";

export function voterCondition(voter: Voter, now: Instant): VoterCondition {
  if (!voter.stored.admitted) return "abstaining";
  if (voter.stored.released) return "idle";
  return promiseLeftMs(voter, now) > 0 ? "owned" : "orphaned";
}

export function promiseLeftMs(voter: Voter, now: Instant): number {
  return voter.promiseUntil === null ? 0 : Math.max(0, voter.promiseUntil - now);
}

/** The server that this gateway belongs to, promise running or not; null when it was released or never granted. */
export function ownerOf(voter: Voter): NodeName | null {
  return voter.stored.released ? null : voter.stored.granted.server;
}

/** Why a command stamped with this epoch and boot must not be obeyed now; null = obey. */
export function commandRefusal(voter: Voter, epoch: Epoch, boot: BootId, now: Instant): string | null {
  const { granted, grantedBoot, released, admitted } = voter.stored;
  if (!admitted) return "abstaining: no stored state";
  if (!sameEpoch(epoch, granted)) return `epoch ${epochText(epoch)} is not the granted ${epochText(granted)}`;
  if (boot !== grantedBoot) return "another boot of the owner holds the grant";
  if (released) return "the epoch was released";
  if (promiseLeftMs(voter, now) <= 0) return "the promise ran out";
  return null;
}

/** Notes an obeyed command, for votes. */
export function noteCommand(voter: Voter, server: NodeName, now: Instant): void {
  const heard = voter.heard.get(server);
  if (heard) heard.commandAt = now;
}

/** The next instant at which `passDeadline` has something to do; null = none. */
export function voterDeadline(voter: Voter): Instant | null {
  return voter.promiseUntil;
}

export function passDeadline(voter: Voter, now: Instant): VoterEffect[] {
  if (voter.promiseUntil === null || now < voter.promiseUntil) return [];
  const at = voter.promiseUntil;
  voter.promiseUntil = null;
  return [{ kind: "promise-ran-out", epoch: voter.stored.granted, at }];
}

/** Handles any link message; those that do not concern a voter return no effects. */
export function receiveAtVoter(voter: Voter, envelope: Envelope, message: LinkMessage, now: Instant): VoterEffect[] {
  const expired = passDeadline(voter, now);
  switch (message.kind) {
    case "keepalive":
      return [...expired, ...receiveKeepalive(voter, envelope, message, now)];
    case "claim":
      return [...expired, ...receiveClaim(voter, envelope, message, now)];
    case "release":
      return [...expired, ...receiveRelease(voter, envelope, message, now)];
    case "vote-request":
      return [...expired, { kind: "reply", to: envelope.from, message: voteOf(voter, envelope, message, now) }];
    case "admit":
      return [...expired, ...receiveAdmit(voter, envelope, message, now)];
    case "answer":
    case "query":
    case "query-reply":
    case "vote":
    case "released":
    case "handover":
    case "switchover-request":
    case "switchover-reply":
      return expired;
  }
}

function receiveKeepalive(voter: Voter, envelope: Envelope, message: Keepalive, now: Instant): VoterEffect[] {
  note(voter, envelope, message.title, now);
  const { granted, grantedBoot, released } = voter.stored;
  const common = commonRefusal(voter, message.votersVersion, message.leaseMs);
  if (common) return [refuse(voter, envelope, message.epoch, common, null)];
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

function receiveClaim(voter: Voter, envelope: Envelope, message: Claim, now: Instant): VoterEffect[] {
  const { granted, grantedBoot, released } = voter.stored;
  const refusal = (why: Refusal, remainingMs: number | null): VoterEffect[] => [
    refuse(voter, envelope, message.epoch, why, remainingMs),
    { kind: "refused", from: envelope.from, epoch: message.epoch, refusal: why },
  ];
  if (message.epoch.server !== envelope.from) return [];
  const common = commonRefusal(voter, message.votersVersion, message.leaseMs);
  if (common) return refusal(common, null);
  const order = compareEpochs(message.epoch, granted);
  if (order < 0) return refusal("lower-epoch", null);
  if (order === 0) {
    if (released) return refusal("released", null);
    if (envelope.boot !== grantedBoot) return refusal("other-boot", null);
    return promise(voter, envelope, message.epoch, now);
  }
  if (message.epoch.number <= (voter.voided.get(envelope.from) ?? 0)) return refusal("released", null);
  if (now < voter.waitUntil) return refusal("restarted", voter.waitUntil - now);
  const sameOwner = granted.server === envelope.from && grantedBoot === envelope.boot;
  const left = released || sameOwner ? 0 : promiseLeftMs(voter, now);
  if (left > 0) {
    const forced = message.forced || (voter.contest !== null && voter.contest.until > now && voter.contest.forced);
    voter.contest = { until: now + voter.timers.contestMs, forced };
    return refusal("promised", left);
  }
  if (voter.reserved && voter.reserved.until > now && voter.reserved.server !== envelope.from) {
    return refusal("reserved", voter.reserved.until - now);
  }
  voter.contest = null;
  voter.reserved = null;
  const stored = {
    ...voter.stored,
    granted: message.epoch,
    grantedBoot: envelope.boot,
    released: false,
    votersVersion: message.votersVersion,
    largestPromiseMs: Math.max(voter.stored.largestPromiseMs, voter.timers.promiseMs),
  };
  voter.stored = stored;
  return [
    { kind: "persist", stored },
    { kind: "granted", epoch: message.epoch, before: granted },
    ...promise(voter, envelope, message.epoch, now),
  ];
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
  voter.stored = { ...voter.stored, released: true };
  voter.promiseUntil = null;
  voter.contest = null;
  // The successor gets a head start of two claim windows; afterwards anybody may claim.
  voter.reserved = message.successor === null ? null : { server: message.successor, until: now + 2 * voter.timers.claimMs };
  return [{ kind: "persist", stored: voter.stored }, { kind: "released", epoch: granted, successor: message.successor }, reply];
}

function receiveAdmit(voter: Voter, envelope: Envelope, message: Admit, now: Instant): VoterEffect[] {
  if (voter.stored.admitted || message.epoch.server !== envelope.from || message.epoch.number === 0) return [];
  // Nothing below the admitting title's number may ever be granted here again; its own claim ("" sorts first) still may.
  voter.stored = {
    granted: { number: message.epoch.number, server: "" },
    grantedBoot: 0,
    released: true,
    votersVersion: message.votersVersion,
    largestPromiseMs: voter.timers.promiseMs,
    admitted: true,
  };
  // Whatever the lost storage promised runs out first.
  voter.waitUntil = now + voter.timers.promiseMs;
  return [
    { kind: "persist", stored: voter.stored },
    { kind: "admitted", by: envelope.from, epoch: message.epoch },
  ];
}

function voteOf(voter: Voter, envelope: Envelope, message: VoteRequest, now: Instant): Vote {
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
    contested: voter.contest !== null && voter.contest.until > now,
    abstaining: !voter.stored.admitted,
    votersVersion: voter.stored.votersVersion,
  };
}

function note(voter: Voter, envelope: Envelope, title: boolean, now: Instant): void {
  const heard = voter.heard.get(envelope.from);
  if (!heard || heard.boot !== envelope.boot) {
    voter.heard.set(envelope.from, { boot: envelope.boot, keepaliveAt: now, titleAt: title ? now : null, commandAt: null });
    return;
  }
  heard.keepaliveAt = now;
  if (title) heard.titleAt = now;
}

function commonRefusal(voter: Voter, votersVersion: number, leaseMs: number): Refusal | null {
  if (!voter.stored.admitted) return "abstaining";
  if (votersVersion < voter.stored.votersVersion) return "voters-version";
  if (!promiseCovers(voter.timers.promiseMs, leaseMs, voter.timers.clockRateError)) return "lease-too-long";
  return null;
}

/** Starts a fresh promise. `largestPromiseMs` became durable with the grant, so a repeat needs no write. */
function promise(voter: Voter, envelope: Envelope, epoch: Epoch, now: Instant): VoterEffect[] {
  voter.promiseUntil = now + voter.timers.promiseMs;
  return [{ kind: "reply", to: envelope.from, message: answer(voter, envelope, epoch, null, null) }];
}

function refuse(voter: Voter, envelope: Envelope, epoch: Epoch, refusal: Refusal, remainingMs: number | null): VoterEffect {
  return { kind: "reply", to: envelope.from, message: answer(voter, envelope, epoch, refusal, remainingMs) };
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
  };
}
