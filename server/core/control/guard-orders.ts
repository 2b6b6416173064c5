/**
 * Pause, resume and acknowledge at a call server: the order changes its guard and goes to every voter and peer;
 * whoever turns out to know less is told again with the next beat, so a lost datagram delays it and nothing more.
 */
import type { NodeName } from "../identity.ts";
import type { Now } from "../time.ts";
import { changedGuard, type Guard, type GuardChange, type GuardStamp, guardCovers, mergeGuards } from "./guard.ts";
import type { Member, MemberEffect, Order } from "./member-state.ts";

export function orderGuard(member: Member, change: GuardChange, order: Order, now: Now): MemberEffect[] {
  const { state, config } = member;
  // A change that this server is about to make was seen by nobody yet.
  const highestEpoch = state.kind === "claiming" ? Math.min(member.highestEpoch, state.epoch.number - 1) : member.highestEpoch;
  const guard = changedGuard(member.store.guard, change, { rank: config.rank, highestEpoch, wall: now.wall });
  member.store = { ...member.store, guard };
  const everyone = [...member.config.clients, ...member.config.peers];
  return [
    { kind: "persist", store: member.store },
    { kind: "record", fact: { what: "guard-changed", guard, by: order.by, reason: order.reason }, durable: true },
    ...everyone.map((to) => tell(to, guard)),
  ];
}

export function onGuard(member: Member, from: NodeName, told: Guard): MemberEffect[] {
  const before = member.store.guard;
  // A voter also counts claims that are still open, and may never come to anything; a server only its titles.
  const guard = mergeGuards(before, member.config.peers.includes(from) ? told : { ...told, changes: [] });
  if (guardCovers(before, guard) && guard.changes.length === before.changes.length) return [];
  member.store = { ...member.store, guard };
  const noted: MemberEffect = { kind: "record", fact: { what: "guard-changed", guard, by: null, reason: null }, durable: false };
  return [{ kind: "persist", store: member.store }, ...(guardCovers(before, guard) ? [] : [noted])];
}

/** Answers and keepalives tell how much their sender knows. */
export function tellGuardTo(member: Member, to: NodeName, stamp: GuardStamp): MemberEffect[] {
  return guardCovers(stamp, member.store.guard) ? [] : [tell(to, member.store.guard)];
}

function tell(to: NodeName, guard: Guard): MemberEffect {
  return { kind: "send", to, path: 1, message: { kind: "guard", guard } };
}

/** How many of the voters that answer know this server's guard: an order stands once a majority does. */
export function votersThatKnow(member: Member): number {
  const { guard } = member.store;
  return member.voterSet.voters.filter((voter) => {
    const heard = member.clients.get(voter);
    return heard !== undefined && guardCovers(heard, guard);
  }).length;
}
