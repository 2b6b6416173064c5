/**
 * Fragments (failover.md 6, 8): a server that can have no majority adopts the gateways that have lost their owner, without any title,
 * so that a site that is cut off can still call out through its own trunks. By an operator's order the same is an override.
 * Invariant: no promise is broken (the voter sees to that), and the epoch of a fragment never becomes a title.
 */
import type { NodeName } from "../identity.ts";
import type { Instant, Now } from "../time.ts";
import { claimOf } from "./announcements.ts";
import { pauseInForce } from "./guard.ts";
import { disownAll, isTitled } from "./holding.ts";
import { hearingLimitMs } from "./jury.ts";
import { startJudge } from "./keepalive-judge.ts";
import type { Claim } from "./link-message.ts";
import { type Basis, heldBy, heldEpoch, type Member, type MemberEffect, type Order, type Suspicious } from "./member-state.ts";
import { nextEpoch } from "./next-epoch.ts";
import { refusedOrder } from "./refused-order.ts";

/** How long a majority must be out of reach before orphans are adopted: a claim that is only late comes first. */
export function aloneLimitMs(member: Member): number {
  const { promiseMs, claimMs } = member.config.timers;
  return promiseMs + 2 * claimMs;
}

/** Called each round while too few voters answer for a title. */
export function adoptOrphans(member: Member, state: Suspicious, now: Now): MemberEffect[] {
  const { config, store } = member;
  if (config.partition === "strict" || pauseInForce(store.guard, now.wall) !== null) return [];
  state.aloneSince ??= now.mono;
  if (now.mono - state.aloneSince < aloneLimitMs(member)) return [];
  const orphans = orphansOf(member, now.mono);
  // The epoch that was a title is renewed by its keepalives alone: what joined it without a jury could make it one again.
  if (orphans.length === 0 || state.holds?.basis === "title") return [];
  const began: MemberEffect[] = [];
  if (state.holds === null) {
    const epoch = nextEpoch(member);
    state.holds = { epoch, basis: "fragment" };
    member.epochs.clear();
    began.push({ kind: "persist", store: member.store });
    const because = `${orphans.join(", ")} ${orphans.length === 1 ? "has" : "have"} lost their owner, and too few voters answer for a title`;
    began.push({ kind: "record", fact: { what: "fragment-began", epoch, basis: "fragment", because }, durable: true });
    began.push({ kind: "admit-calls" });
  }
  const claim = claimOf(member, state.holds.epoch, { ...unasked, automatic: true });
  return [...began, ...orphans.map((to): MemberEffect => ({ kind: "send", to, path: 1, message: claim }))];
}

const unasked: Pick<Claim, "purpose" | "forced" | "contests"> = { purpose: "fragment", forced: false, contests: false };

/** Clients that told, freshly, that nobody's promise binds them and that they hear no title. */
function orphansOf(member: Member, now: Instant): NodeName[] {
  const { timers, clients } = member.config;
  return clients.filter((client) => {
    const received = member.votes.get(client);
    if (received === undefined || now - received.askedAt > timers.voteMs || member.owned.has(client)) return false;
    const { vote } = received;
    const silent = vote.titleSilentMs === null || vote.titleSilentMs >= hearingLimitMs(timers);
    return !vote.abstaining && vote.hold === null && silent && vote.remainingMs - (now - received.receivedAt) <= 0;
  });
}

/** An operator's order: control whatever grants it. Every client is asked until it does; no promise is broken. */
export function startOverride(member: Member, order: Order, now: Now): MemberEffect[] {
  const { state } = member;
  const idle = state.kind === "standby" || state.kind === "suspicious" || state.kind === "backing-off" || state.kind === "listening";
  const untitled = state.kind === "holding" && !isTitled(member, now.mono);
  if (!idle && !untitled) return [refusedOrder(order, `this server is ${state.kind}`)];
  return holdWithoutTitle(member, "override", order, member.config.clients, now);
}

/** Begins to hold an epoch that is no title, and claims these clients for it. */
export function holdWithoutTitle(member: Member, basis: Basis, order: Order, clients: readonly NodeName[], now: Now): MemberEffect[] {
  const held = heldBy(member.state);
  const again = held?.basis === basis;
  const epoch = again ? held.epoch : nextEpoch(member);
  // An epoch that was a title stays one: what is held without a title gets another, and its own promises do not bind it.
  const disowned = again ? [] : disownAll(member, "stepped-down");
  if (!again) {
    member.epochs.clear();
    member.state = { kind: "holding", epoch, basis, titled: false, titleSince: null };
    member.titleJudge = startJudge(member.config.timers.keepaliveMs, now.mono);
  }
  for (const client of clients) member.wanted.add(client);
  const claim = claimOf(member, epoch, { ...unasked, automatic: false });
  return [
    ...disowned,
    { kind: "persist", store: member.store },
    { kind: "record", fact: { what: "fragment-began", epoch, basis, because: `${order.by} asked for it: ${order.reason}` }, durable: true },
    { kind: "admit-calls" },
    ...clients.map((to): MemberEffect => ({ kind: "send", to, path: 1, message: claim })),
  ];
}

/** Clients that an order named and that do not obey yet are claimed with each beat. */
export function claimWanted(member: Member): MemberEffect[] {
  const epoch = heldEpoch(member.state);
  if (epoch === null || member.wanted.size === 0) return [];
  const claim = claimOf(member, epoch, { ...unasked, automatic: false });
  const effects: MemberEffect[] = [];
  for (const client of member.wanted) {
    if (member.owned.has(client)) member.wanted.delete(client);
    else effects.push({ kind: "send", to: client, path: 1, message: claim });
  }
  return effects;
}
