/**
 * The voter set and its versions (failover.md 1). Only the title holder changes it, one voter at a time, and each step only after
 * a majority of the present set has stored the step before. Between two sets the title needs a majority of both.
 *
 * A version is a number that grows with the epoch that made it, so that a set which somebody proposed and never finished is behind
 * whatever a later title makes. For that a new title first stamps the old set anew: once a majority has stored the stamp, no
 * unfinished proposal of an earlier title can find its majority any more.
 */
import type { Epoch, NodeName } from "../identity.ts";
import { majorityOf } from "../site/site.ts";

export interface VoterSet {
  readonly version: number;
  /** Answers count from this version on: voters that have not stored the newest step yet. */
  readonly since: number;
  readonly voters: readonly NodeName[];
  /** The set before, while a change is under way; null when it is over. */
  readonly previous: readonly NodeName[] | null;
}

export interface VoterChange {
  readonly add: NodeName | null;
  readonly remove: NodeName | null;
}

/** A set must fit one datagram of the link. */
export const mostVoters = 31;
const stepsPerEpoch = 256;
/** Each has its own versions within one epoch number. */
export const mostServers = 16;

/** @param serverIndex place of the epoch's server among the cluster's servers, sorted by name as epochs are */
export function firstVersionOf(epoch: Epoch, serverIndex: number): number {
  return (epoch.number * mostServers + serverIndex) * stepsPerEpoch;
}

export function madeIn(version: number, epoch: Epoch, serverIndex: number): boolean {
  const first = firstVersionOf(epoch, serverIndex);
  return version >= first && version < first + stepsPerEpoch;
}

export function firstSet(version: number, voters: readonly NodeName[]): VoterSet {
  return { version, since: version, voters, previous: null };
}

/** Everybody whose answer may count. */
export function electorate(set: VoterSet): readonly NodeName[] {
  return set.previous === null ? set.voters : [...new Set([...set.voters, ...set.previous])];
}

/** Whether those for whom `counts` is true are a majority, of both sets while a change is under way. */
export function isMajority(set: VoterSet, counts: (voter: NodeName) => boolean): boolean {
  return isMajorityOf(set.voters, counts) && (set.previous === null || isMajorityOf(set.previous, counts));
}

function isMajorityOf(voters: readonly NodeName[], counts: (voter: NodeName) => boolean): boolean {
  const needed = majorityOf(voters.length);
  let found = 0;
  for (const voter of voters) {
    if (counts(voter)) found += 1;
    if (found >= needed) return true;
  }
  return false;
}

/** How many voters a title needs, as told to people: of the larger set while a change is under way. */
export function neededVoters(set: VoterSet): number {
  return Math.max(majorityOf(set.voters.length), set.previous === null ? 0 : majorityOf(set.previous.length));
}

export function countsVersion(set: VoterSet, version: number): boolean {
  return version >= set.since && version <= set.version;
}

/** Why this change cannot be made; null where it can. */
export function voterChangeProblem(set: VoterSet, change: VoterChange, clients: readonly NodeName[]): string | null {
  const { add, remove } = change;
  if ((add === null) === (remove === null)) return "Name one voter to add or one to remove: they change one at a time.";
  if (add !== null && !clients.includes(add)) return `${add} is not a gateway or witness of this cluster.`;
  if (set.voters.length > mostVoters - (add === null ? 0 : 1)) return `Only a set of at most ${mostVoters} voters can be changed.`;
  if (add !== null && set.voters.includes(add)) return `${add} votes already.`;
  if (remove !== null && !set.voters.includes(remove)) return `${remove} does not vote.`;
  if (remove !== null && set.voters.length === 1) return `${remove} is the last voter.`;
  return null;
}

/**
 * The next step of the title holder towards what is wanted; null when there is nothing to do.
 * To be called only when a majority has stored `set`.
 */
export function nextSet(set: VoterSet, wanted: VoterChange | null, epoch: Epoch, serverIndex: number): VoterSet | null {
  // More steps than one epoch has room for wait for the next title.
  if (!madeIn(newer(set, epoch, serverIndex), epoch, serverIndex)) return null;
  if (set.previous !== null) return { version: newer(set, epoch, serverIndex), since: set.version, voters: set.voters, previous: null };
  if (wanted === null) return null;
  if (!madeIn(set.version, epoch, serverIndex)) return stamped(set, epoch, serverIndex);
  const voters = wanted.add === null ? set.voters.filter((voter) => voter !== wanted.remove) : [...set.voters, wanted.add];
  return { version: newer(set, epoch, serverIndex), since: set.version, voters, previous: set.voters };
}

/** The same set as of this epoch: what earlier titles proposed is behind it from now on. */
export function stamped(set: VoterSet, epoch: Epoch, serverIndex: number): VoterSet {
  return { ...set, version: newer(set, epoch, serverIndex), since: set.version };
}

function newer(set: VoterSet, epoch: Epoch, serverIndex: number): number {
  return Math.max(set.version, firstVersionOf(epoch, serverIndex)) + 1;
}
