/**
 * Admitting a voter that lost its storage (failover.md 1): by the title holder that meets it, or by an operator where so many lost theirs
 * that there is no title. It may have obeyed any epoch that was heard of, so it comes back above all of them; whatever it had promised
 * runs out first, which the voter itself sees to.
 */
import type { Epoch, NodeName } from "../identity.ts";
import type { Member, MemberEffect, Order } from "./member-state.ts";
import { nextEpoch } from "./next-epoch.ts";
import { refusedOrder } from "./refused-order.ts";
import { forgetNode } from "./title.ts";

export function admitAtTitle(member: Member, client: NodeName, held: Epoch): MemberEffect[] {
  const known = member.epochs.get(client) ?? held;
  if (known.number >= member.highestEpoch) return admission(member, client, known, null);
  const epoch = nextEpoch(member);
  member.epochs.set(client, epoch);
  forgetNode(member.leases, client);
  return [{ kind: "persist", store: member.store }, ...admission(member, client, epoch, null)];
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
  const epoch = nextEpoch(member);
  return [{ kind: "persist", store: member.store }, ...admission(member, client, epoch, order)];
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
