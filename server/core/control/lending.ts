/**
 * Partial failback (B9): named gateways go to another server, the title stays. The title holder lets each of them go as if it had
 * resigned there, remembers who has it, and takes it back only when that server no longer holds it, or when somebody asks.
 */
import { compareEpochs, type Epoch, type NodeName, sameEpoch } from "../identity.ts";
import type { Now } from "../time.ts";
import { handoverOf } from "./announcements.ts";
import { abortedSwitchover, epochAt, isTitled } from "./holding.ts";
import type { Member, MemberEffect, Order, Switchover } from "./member-state.ts";
import { refusedOrder } from "./refused-order.ts";
import { forgetNode, leaseLeftMs } from "./title.ts";
import { isMajority } from "./voter-set.ts";

export const lendingLimitMs = 1500;
/** Their names must fit one datagram of the link. */
const mostLent = 8;

/** Why these gateways cannot be lent now; null where they can. */
export function lendingProblem(member: Member, clients: readonly NodeName[], now: Now): string | null {
  if (clients.length === 0 || clients.length > mostLent) return `Name 1 to ${mostLent} gateways.`;
  const unknown = clients.filter((client) => !member.owned.has(client));
  if (unknown.length > 0) return `${unknown.join(", ")} ${unknown.length === 1 ? "is" : "are"} not under this server's control.`;
  const stays = (voter: NodeName): boolean => !clients.includes(voter) && leaseLeftMs(member.leases, voter, now.mono) > 0;
  return isMajority(member.voterSet, stays) ? null : "The voters among them are too many: this server would lose the title.";
}

export function lendGateways(member: Member, held: Epoch, switchover: Switchover, clients: readonly NodeName[], now: Now): MemberEffect[] {
  const problem = lendingProblem(member, clients, now);
  if (problem !== null) return [abortedSwitchover(switchover, problem)];
  const lent = { ...member.store.lent };
  const effects: MemberEffect[] = [];
  for (const client of clients) {
    lent[client] = switchover.to;
    member.letGo.set(client, epochAt(member, client, held));
    member.lending.set(client, { epoch: epochAt(member, client, held), switchover, until: now.mono + lendingLimitMs, released: false });
    member.owned.delete(client);
    member.claimAgainAt.delete(client);
    forgetNode(member.leases, client);
    effects.push({ kind: "disown", client, because: "lent" });
  }
  member.store = { ...member.store, lent };
  return [
    { kind: "persist", store: member.store },
    ...effects,
    { kind: "record", fact: { what: "gateways-lent", clients, switchover }, durable: true },
    ...releaseLent(member, held, now),
  ];
}

/** Repeated with each beat until the other one has it, or given up: then the title holder takes the gateway back. */
export function releaseLent(member: Member, held: Epoch, now: Now): MemberEffect[] {
  if (member.lending.size === 0) return [];
  const effects: MemberEffect[] = [];
  const told = new Map<string, { switchover: Switchover; epoch: Epoch }>();
  for (const [client, { epoch, switchover, until, released }] of member.lending) {
    // The handover is repeated until the gateway itself tells that the other one has it.
    if (now.mono >= until || member.clients.get(client)?.granted.server === switchover.to) {
      member.lending.delete(client);
      continue;
    }
    if (!released)
      effects.push({ kind: "send", to: client, path: 1, message: { kind: "release", epoch, successor: switchover.to, titled: true } });
    const known = told.get(switchover.id);
    if (known === undefined || compareEpochs(known.epoch, epoch) < 0) told.set(switchover.id, { switchover, epoch });
  }
  for (const { switchover, epoch } of told.values()) {
    const highest = sameEpoch(epoch, held) || compareEpochs(epoch, held) < 0 ? held : epoch;
    effects.push({ kind: "send", to: switchover.to, path: 1, message: handoverOf(switchover, highest) });
  }
  return effects;
}

/** Why these gateways cannot be recalled now; null where they can. */
export function recallProblem(member: Member, clients: readonly NodeName[], now: Now): string | null {
  if (!isTitled(member, now.mono)) return "This server does not hold the title.";
  const strange = clients.filter((client) => member.store.lent[client] === undefined);
  // What was just let go is never kept alive again: until the other one has it, it cannot come back.
  const arrived = (client: NodeName): boolean => member.clients.get(client)?.granted.server === member.store.lent[client];
  const moving = clients.filter((client) => member.lending.has(client) && !arrived(client));
  if (moving.length > 0) return `${moving.join(", ")} ${moving.length === 1 ? "is" : "are"} still on the way to the other server.`;
  if (clients.length > 0 && strange.length === 0) return null;
  return strange.length === 0 ? "Name the gateways." : `${strange.join(", ")} ${strange.length === 1 ? "is" : "are"} not lent to anybody.`;
}

/** Ends the lending of these gateways: from the next beat on the title holder claims them, and the borrower's promises run out. */
export function recallGateways(member: Member, clients: readonly NodeName[], order: Order, now: Now): MemberEffect[] {
  const problem = recallProblem(member, clients, now);
  if (problem !== null) return [refusedOrder(order, problem)];
  const lent = Object.fromEntries(Object.entries(member.store.lent).filter(([client]) => !clients.includes(client)));
  member.store = { ...member.store, lent };
  for (const client of clients) {
    member.lending.delete(client);
    member.recalled.add(client);
  }
  return [
    { kind: "persist", store: member.store },
    { kind: "record", fact: { what: "gateways-recalled", clients, order }, durable: true },
  ];
}
