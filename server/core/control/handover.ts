/**
 * Switchover on request (failover.md 3, 8): stop admitting, flush, resign, release naming the successor, and tell it to claim.
 * Invariant: after resigning nothing is ever sent in that epoch again; if the successor does not take the title in time,
 * the old primary claims a NEW epoch, for which it needs no jury.
 */
import { compareEpochs, type Epoch, type NodeName } from "../identity.ts";
import type { Now } from "../time.ts";
import { handoverOf } from "./announcements.ts";
import { startClaim } from "./claiming.ts";
import { holdWithoutTitle } from "./fragment.ts";
import { abortedSwitchover, resignAll } from "./holding.ts";
import { lendGateways } from "./lending.ts";
import type { Handover } from "./link-message.ts";
import type { Member, MemberEffect, Resigned, Switchover } from "./member-state.ts";

/** How long half-finished work may delay the resignation, ms. */
export const flushLimitMs = 1500;
/** How long the successor has to take the title before the old primary claims again, ms. */
export const successorLimitMs = 1500;
const retryMs = 20;

export function startSwitchover(member: Member, switchover: Switchover, now: Now): MemberEffect[] {
  const { state } = member;
  if (state.kind !== "holding" || !state.titled) return [abortedSwitchover(switchover, "this server does not hold the title")];
  if (!member.config.peers.includes(switchover.to)) return [abortedSwitchover(switchover, `${switchover.to} is no peer of this server`)];
  if (switchover.clients !== null) return lendGateways(member, state.epoch, switchover, switchover.clients, now);
  member.state = { kind: "handing-over", epoch: state.epoch, titleSince: state.titleSince, switchover, until: now.mono + flushLimitMs };
  return [
    { kind: "record", fact: { what: "switchover-started", switchover, epoch: state.epoch }, durable: true },
    { kind: "flush", switchover },
  ];
}

/** Only before it has resigned: what was let go cannot be taken back, and comes again with a new epoch only. */
export function cancelSwitchover(member: Member, switchoverId: string, by: string): MemberEffect[] {
  const { state } = member;
  if (state.kind !== "handing-over" || state.switchover.id !== switchoverId) return [];
  member.state = { kind: "holding", epoch: state.epoch, basis: "title", titled: true, titleSince: state.titleSince };
  return [abortedSwitchover(state.switchover, `cancelled by ${by}`), { kind: "admit-calls" }];
}

/** Flushed, or out of time: resign now. What is half set up is adopted or released by the successor. */
export function switchoverFlushed(member: Member, switchoverId: string, now: Now): MemberEffect[] {
  const { state } = member;
  if (state.kind !== "handing-over" || state.switchover.id !== switchoverId) return [];
  const { switchover, epoch } = state;
  const disowned = resignAll(member);
  const resigned: Resigned = {
    kind: "resigned",
    epoch,
    switchover,
    epochs: new Map(member.epochs),
    released: new Set(),
    until: now.mono + successorLimitMs,
    nextTryAt: now.mono + retryMs,
  };
  member.epochs.clear();
  member.state = resigned;
  // The successor asks no jury, from which it would learn how many automatic changes there were.
  const told: MemberEffect = { kind: "send", to: switchover.to, path: 1, message: { kind: "guard", guard: member.store.guard } };
  const recorded: MemberEffect = { kind: "record", fact: { what: "resigned", epoch, switchover }, durable: true };
  return [...disowned, recorded, ...letGo(member, resigned), told];
}

function letGo(member: Member, state: Resigned): MemberEffect[] {
  const { switchover, epoch, epochs, released } = state;
  const highest = [...epochs.values()].reduce((a, b) => (compareEpochs(a, b) > 0 ? a : b), epoch);
  const releases = member.config.clients
    .filter((client) => !released.has(client))
    .map((to): MemberEffect => {
      const release = { kind: "release", epoch: epochs.get(to) ?? epoch, successor: switchover.to, titled: true } as const;
      return { kind: "send", to, path: 1, message: release };
    });
  return [...releases, { kind: "send", to: switchover.to, path: 1, message: handoverOf(switchover, highest) }];
}

export function onReleased(member: Member, from: NodeName, epoch: Epoch): MemberEffect[] {
  const lending = member.lending.get(from);
  if (lending !== undefined && compareEpochs(lending.epoch, epoch) === 0) {
    lending.released = true;
    return [{ kind: "record", fact: { what: "release-confirmed", client: from, epoch }, durable: false }];
  }
  const { state } = member;
  if (state.kind !== "resigned" || state.released.has(from)) return [];
  if (compareEpochs(state.epochs.get(from) ?? state.epoch, epoch) !== 0) return [];
  state.released.add(from);
  return [{ kind: "record", fact: { what: "release-confirmed", client: from, epoch }, durable: false }];
}

export function passResignedDeadline(member: Member, state: Resigned, now: Now): MemberEffect[] {
  if (now.mono >= state.until) {
    const late = abortedSwitchover(state.switchover, `${state.switchover.to} did not take the title in ${successorLimitMs} ms`);
    return [late, ...startClaim(member, { cause: "requested", order: null, automatic: false }, now)];
  }
  if (now.mono < state.nextTryAt) return [];
  state.nextTryAt = now.mono + retryMs;
  return letGo(member, state);
}

/** The primary resigned in our favour: claim at once, without a jury, for it consents. */
export function onHandover(member: Member, from: NodeName, message: Handover, now: Now): MemberEffect[] {
  const { state } = member;
  if (message.epoch.server !== from || compareEpochs(message.epoch, member.primaryEpoch) < 0) return [];
  const { switchoverId, reason, by, automatic, clients } = message;
  const switchover: Switchover = { id: switchoverId, to: member.config.name, reason, by, automatic, clients };
  if (clients !== null) return takeLent(member, from, switchover, clients, now);
  const lent = state.kind === "holding" && state.basis === "lent";
  if (state.kind !== "standby" && state.kind !== "suspicious" && state.kind !== "backing-off" && !lent) return [];
  member.highestEpoch = Math.max(member.highestEpoch, message.epoch.number);
  return [
    { kind: "record", fact: { what: "handover-received", switchover, from }, durable: true },
    ...startClaim(member, { cause: "requested", order: switchover, automatic }, now),
  ];
}

function takeLent(member: Member, from: NodeName, switchover: Switchover, clients: readonly NodeName[], now: Now): MemberEffect[] {
  const { state } = member;
  const lent = state.kind === "holding" && state.basis === "lent";
  if (state.kind !== "standby" && !lent) return [];
  const fresh = clients.filter((client) => member.known.has(client) && !member.owned.has(client) && !member.wanted.has(client));
  if (fresh.length === 0) return [];
  member.highestEpoch = Math.max(member.highestEpoch, switchoverEpochNumber(member, fresh));
  return [
    { kind: "record", fact: { what: "handover-received", switchover, from }, durable: true },
    ...holdWithoutTitle(member, "lent", switchover, fresh, now),
  ];
}

/** What these clients had granted, as far as it is known: the new epoch must be above it. */
function switchoverEpochNumber(member: Member, clients: readonly NodeName[]): number {
  return clients.reduce(
    (highest, client) => Math.max(highest, member.clients.get(client)?.granted.number ?? 0),
    member.primaryEpoch.number,
  );
}
