/**
 * What a voter is: what it must not forget, whom it heard, and how long its promise runs (failover.md 1, 2).
 * Only the functions of voter.ts and voter-claims.ts change it.
 */
import { type BootId, type Epoch, epochText, type NodeName, noEpoch, sameEpoch } from "../identity.ts";
import type { Timers } from "../site/timers.ts";
import type { Instant, Now } from "../time.ts";
import { type AutomaticLimit, type Guard, noGuard } from "./guard.ts";
import type { Admit, LinkMessage, Refusal } from "./link-message.ts";
import type { VoterSet } from "./voter-set.ts";

/** What must survive the voter's death. */
export interface VoterStore {
  readonly granted: Epoch;
  readonly grantedBoot: BootId;
  /** The owner let go of the granted epoch: it is never renewed. */
  readonly released: boolean;
  readonly votersVersion: number;
  /** The set of that version; null where only its version is known (as commissioned). */
  readonly voterSet: VoterSet | null;
  readonly guard: Guard;
  /** The largest promise ever given, in ms: what a restarted voter must wait out. */
  readonly largestPromiseMs: number;
  /** False for a voter without stored state: it abstains until admitted. */
  readonly admitted: boolean;
}

/** The state of a voter that an operator commissions, before anybody ever claimed it. */
export function commissionedStore(votersVersion: number): VoterStore {
  return {
    granted: noEpoch,
    grantedBoot: 0,
    released: true,
    votersVersion,
    voterSet: null,
    guard: noGuard,
    largestPromiseMs: 0,
    admitted: true,
  };
}

/** The state of a voter that lost its storage. */
export function abstainingStore(): VoterStore {
  return {
    granted: noEpoch,
    grantedBoot: 0,
    released: true,
    votersVersion: 0,
    voterSet: null,
    guard: noGuard,
    largestPromiseMs: 0,
    admitted: false,
  };
}

interface Heard {
  readonly boot: BootId;
  keepaliveAt: Instant;
  titleAt: Instant | null;
  /** What its last keepalive said. */
  titled: boolean;
  commandAt: Instant | null;
}

/** The part of the configuration that a voter decides by. */
export interface VoterSettings {
  readonly timers: Timers;
  readonly automaticChanges: AutomaticLimit;
}

export interface Voter {
  readonly name: NodeName;
  readonly timers: Timers;
  readonly automaticChanges: AutomaticLimit;
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
  /** Without stored state: who would admit it, and when each server told it the guard; either may come first. */
  admission: { readonly message: Admit; readonly at: Instant } | null;
  readonly guardTold: Map<NodeName, Instant>;
}

export type VoterEffect =
  | { readonly kind: "persist"; readonly stored: VoterStore }
  | { readonly kind: "reply"; readonly to: NodeName; readonly message: LinkMessage }
  | { readonly kind: "granted"; readonly epoch: Epoch; readonly before: Epoch }
  | { readonly kind: "renewed-after-orphan"; readonly epoch: Epoch }
  | { readonly kind: "promise-ran-out"; readonly epoch: Epoch; readonly at: Instant }
  | { readonly kind: "released"; readonly epoch: Epoch; readonly successor: NodeName | null }
  | { readonly kind: "refused"; readonly from: NodeName; readonly epoch: Epoch; readonly refusal: Refusal }
  | { readonly kind: "admitted"; readonly by: NodeName; readonly epoch: Epoch }
  | { readonly kind: "guard-changed"; readonly guard: Guard }
  | { readonly kind: "voter-set-changed"; readonly set: VoterSet };

/** @param stored as read from stable storage; a restart (largest promise > 0) makes the voter wait that promise out. */
export function startVoter(name: NodeName, settings: VoterSettings, stored: VoterStore, now: Now): Voter {
  return {
    name,
    timers: settings.timers,
    automaticChanges: settings.automaticChanges,
    stored,
    promiseUntil: null,
    waitUntil: now.mono + stored.largestPromiseMs,
    contest: null,
    reserved: null,
    voided: new Map(),
    heard: new Map(),
    admission: null,
    guardTold: new Map(),
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
