/**
 * Changing the voter set at the title holder (failover.md 1): one step at a time, the next only when a majority has stored this one.
 * A server without the title takes over whatever newer set it hears of.
 */
import type { NodeName } from "../identity.ts";
import type { Now } from "../time.ts";
import { isTitled, loseTitle } from "./holding.ts";
import type { Member, MemberEffect, Order } from "./member-state.ts";
import { refusedOrder } from "./refused-order.ts";
import { isMajority, nextSet, stamped, type VoterChange, type VoterSet, voterChangeProblem } from "./voter-set.ts";

export function orderVoters(member: Member, change: VoterChange, order: Order, now: Now): MemberEffect[] {
  const problem = voterOrderProblem(member, change, now);
  if (problem !== null) return [refusedOrder(order, problem)];
  member.wantedVoters = change;
  return advanceVoters(member, now, order.by);
}

/** Why the order would be refused now; null where it would not. */
export function voterOrderProblem(member: Member, change: VoterChange, now: Now): string | null {
  if (!isTitled(member, now.mono)) return "This server does not hold the title.";
  if (member.voterSet.previous !== null || member.wantedVoters !== null) return "Another change of the voter set is under way.";
  return voterChangeProblem(member.voterSet, change, member.config.clients);
}

/** Called with each beat of a titled holder. */
export function advanceVoters(member: Member, now: Now, by: string | null): MemberEffect[] {
  const { voterSet, state } = member;
  if (state.kind !== "holding" || !isTitled(member, now.mono)) return [];
  if (voterSet.previous === null && member.wantedVoters === null && !someoneIsAhead(member)) return [];
  const stored = (voter: NodeName): boolean => member.clients.get(voter)?.votersVersion === voterSet.version && member.owned.has(voter);
  if (!isMajority(voterSet, stored)) return [];
  const index = serverIndex(member);
  // What was wanted before may have come about meanwhile, or cannot any more.
  if (
    member.wantedVoters !== null &&
    voterSet.previous === null &&
    voterChangeProblem(voterSet, member.wantedVoters, member.config.clients) !== null
  )
    member.wantedVoters = null;
  const wanted = member.wantedVoters;
  const next = nextSet(voterSet, wanted, state.epoch, index) ?? (someoneIsAhead(member) ? stamped(voterSet, state.epoch, index) : null);
  if (next === null) return [];
  if (next.previous !== null) member.wantedVoters = null;
  return setVoters(member, next, by);
}

/**
 * A client that stored a step which an earlier title never finished refuses ours, until ours is stamped anew. One that does not vote
 * refuses too: it was told the step by an owner without the title.
 */
function someoneIsAhead(member: Member): boolean {
  for (const { votersVersion } of member.clients.values()) if (votersVersion > member.voterSet.version) return true;
  return false;
}

function serverIndex({ config }: Member): number {
  return [config.name, ...config.peers].sort().indexOf(config.name);
}

/** In force here as soon as it is on the disk; the clients are told as their answers show that they lag behind. */
function setVoters(member: Member, set: VoterSet, by: string | null): MemberEffect[] {
  member.voterSet = set;
  member.store = { ...member.store, voterSet: set };
  const { peers } = member.config;
  return [
    { kind: "persist", store: member.store },
    { kind: "record", fact: { what: "voters-changed", set, by }, durable: true },
    ...peers.map((to): MemberEffect => ({ kind: "send", to, path: 1, message: tellSet(set) })),
  ];
}

function tellSet(set: VoterSet) {
  return { kind: "voter-set", epoch: { number: 0, server: "" }, set } as const;
}

/** A voter, or the title holder, told a newer set. */
export function onVoterSet(member: Member, set: VoterSet, now: Now): MemberEffect[] {
  if (set.version <= member.voterSet.version) return [];
  const titled = isTitled(member, now.mono);
  // What an earlier title left unfinished is overtaken by our next stamp; anything later than that is beyond us.
  if (titled && set.version < stampOf(member)) return [];
  const dropped = titled ? loseTitle(member, "a newer voter set is in force", now.mono) : [];
  return [...dropped, ...setVoters(member, set, null)];
}

function stampOf(member: Member): number {
  const { state, voterSet } = member;
  return state.kind === "holding" || state.kind === "handing-over" ? stamped(voterSet, state.epoch, serverIndex(member)).version : 0;
}

/** A peer whose keepalive shows an older set. */
export function tellVoterSetTo(member: Member, peer: NodeName, version: number): MemberEffect[] {
  if (version >= member.voterSet.version || member.store.voterSet === null) return [];
  return [{ kind: "send", to: peer, path: 1, message: tellSet(member.voterSet) }];
}
