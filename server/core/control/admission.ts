/**
 * Admitting a voter that lost its storage (failover.md 1): by the title holder that meets it, or by an operator where so many lost theirs
 * that there is no title. It may have obeyed any epoch that was heard of, so it comes back above all of them, with no owner; whatever it
 * had promised runs out first, which the voter itself sees to.
 */
import type { Epoch, NodeName } from "../identity.ts";
import type { Member, MemberEffect, Order } from "./member-state.ts";
import { nextEpoch } from "./next-epoch.ts";
import { refusedOrder } from "./refused-order.ts";

/** Repeated with each beat until it abstains no more; at one epoch, as long as none above it was heard of. */
export function admit(member: Member, client: NodeName, order: Order | null): MemberEffect[] {
  const pending = member.admitting.get(client);
  if (pending !== undefined && pending.number >= member.highestEpoch) return admission(member, client, pending, order);
  const epoch = nextEpoch(member);
  member.admitting.set(client, epoch);
  return [{ kind: "persist", store: member.store }, ...admission(member, client, epoch, order)];
}

/** Why the order would be refused now; null where it would not. */
export function admissionProblem(member: Member, client: NodeName): string | null {
  const heard = member.clients.get(client);
  if (!member.config.clients.includes(client)) return `${client} is not a gateway or witness of this cluster.`;
  if (heard === undefined) return `${client} has not answered this server yet.`;
  return heard.refusal === "abstaining" ? null : `${client} does not abstain: it has its stored state.`;
}

export function orderAdmission(member: Member, client: NodeName, order: Order): MemberEffect[] {
  const problem = admissionProblem(member, client);
  if (problem !== null) return [refusedOrder(order, problem)];
  return admit(member, client, order);
}

function admission(member: Member, client: NodeName, epoch: Epoch, order: Order | null): MemberEffect[] {
  const { voterSet, store } = member;
  return [
    { kind: "record", fact: { what: "client-admitted", client, order }, durable: false },
    { kind: "send", to: client, path: 1, message: { kind: "admit", epoch, votersVersion: voterSet.version } },
    // With its storage it lost the pause and the history of changes.
    { kind: "send", to: client, path: 1, message: { kind: "guard", guard: store.guard } },
  ];
}
