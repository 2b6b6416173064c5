/**
 * Holding an epoch: keepalives to every client, claims to those that do not obey yet (only with the title),
 * and letting go of what is no longer covered by a lease. Control of a gateway needs its own lease; leading needs a majority.
 */
import { type Epoch, epochText, type NodeName, sameEpoch } from "../identity.ts";
import type { Instant, Now } from "../time.ts";
import { claimOf } from "./announcements.ts";
import { startJudge } from "./keepalive-judge.ts";
import type { Answer, Keepalive } from "./link-message.ts";
import { type Claiming, heldEpoch, type Member, type MemberEffect } from "./member-state.ts";
import { countAnswer, forget, holdsTitle, leaseLeftMs, loseLease, titleUntil } from "./title.ts";

/** Automatic changes of role within the window. */
export function recentChanges(member: Member, now: Now): number[] {
  const { windowMs } = member.config.automaticChanges;
  return member.store.automaticChanges.filter((at) => now.wall - at < windowMs);
}

export function becomeHolder(member: Member, claim: Claiming, now: Now): MemberEffect[] {
  const { config } = member;
  member.state = { kind: "holding", epoch: claim.epoch, titled: true, titleSince: now.wall };
  member.primary = config.name;
  member.primaryEpoch = claim.epoch;
  member.votes.clear();
  // The title is announced at once, so that nobody suspects the new primary.
  member.nextBeatAt = now.mono;
  const gained: MemberEffect = {
    kind: "record",
    fact: { what: "title-gained", epoch: claim.epoch, grants: claim.granted.size, voters: config.voters.length },
    durable: false,
  };
  const others = config.clients.filter((client) => !claim.granted.has(client));
  // Only a change that came about counts against the limit; a claim that failed changed nothing.
  const automatic = claim.cause !== "requested";
  if (automatic) member.store = { ...member.store, automaticChanges: [...recentChanges(member, now), now.wall] };
  return [
    gained,
    ...others.map(
      (to): MemberEffect => ({ kind: "send", to, path: 1, message: claimOf(member, claim.epoch, claim.cause !== "requested") }),
    ),
    ...config.clients.filter((client) => claim.granted.has(client)).map((client) => own(member, client, claim.epoch)),
    { kind: "admit-calls" },
    // Last: nothing above waits for the disk.
    ...(automatic ? [{ kind: "persist", store: member.store } as const] : []),
  ];
}

function own(member: Member, client: NodeName, epoch: Epoch): MemberEffect {
  member.owned.add(client);
  return { kind: "own", client, epoch };
}

/** The beat of a holder: a keepalive to whoever obeys or may obey, a claim to the rest while the title lasts. */
export function holding(member: Member, epoch: Epoch, keepalive: Keepalive): MemberEffect[] {
  return member.config.clients.flatMap((to): MemberEffect[] => {
    const heard = member.clients.get(to);
    const obeys = heard === undefined || sameEpoch(heard.granted, epoch);
    if (obeys || !keepalive.title) return [{ kind: "send", to, path: 1, message: keepalive }];
    // Both: the voter must hear of the title even where it cannot grant yet, and votes count titled keepalives.
    return [
      { kind: "send", to, path: 1, message: keepalive },
      { kind: "send", to, path: 1, message: claimOf(member, epoch, true) },
    ];
  });
}

export function onHolderAnswer(member: Member, from: NodeName, message: Answer, now: Now): MemberEffect[] {
  const { state, config } = member;
  const epoch = heldEpoch(state);
  if (epoch === null) return [];
  if (message.refusal === "abstaining" && holdsTitle(member.leases, config.voters, now.mono)) {
    return [
      { kind: "record", fact: { what: "client-admitted", client: from }, durable: false },
      { kind: "send", to: from, path: 1, message: { kind: "admit", epoch, votersVersion: config.votersVersion } },
    ];
  }
  // A promise to the old owner runs out at an instant that the client tells: no need to wait for the next beat.
  if (message.refusal === "promised" && message.remainingMs !== null && sameEpoch(message.epoch, epoch)) {
    member.claimAgainAt.set(from, now.mono + Math.min(message.remainingMs + 1, config.timers.keepaliveMs));
  }
  if (countAnswer(member.leases, from, message, epoch, config.votersVersion, now.mono) === null) return [];
  const effects: MemberEffect[] = [];
  const untitled = (state.kind === "holding" && !state.titled) || state.kind === "suspicious";
  if (untitled && holdsTitle(member.leases, config.voters, now.mono)) {
    member.state = { kind: "holding", epoch, titled: true, titleSince: now.wall };
    member.nextBeatAt = now.mono;
    const grants = config.voters.filter((voter) => leaseLeftMs(member.leases, voter, now.mono) > 0).length;
    effects.push({ kind: "record", fact: { what: "title-gained", epoch, grants, voters: config.voters.length }, durable: false });
  }
  if (!member.owned.has(from) && leaseLeftMs(member.leases, from, now.mono) > 0) effects.push(own(member, from, epoch));
  return effects;
}

/** Claims of clients whose old promise has run out by now. */
export function claimAgain(member: Member, now: Instant): MemberEffect[] {
  const epoch = heldEpoch(member.state);
  const effects: MemberEffect[] = [];
  for (const [client, at] of member.claimAgainAt) {
    if (at > now && epoch !== null) continue;
    member.claimAgainAt.delete(client);
    if (epoch === null || member.owned.has(client) || !holdsTitle(member.leases, member.config.voters, now)) continue;
    effects.push({ kind: "send", to: client, path: 1, message: claimOf(member, epoch, true) });
  }
  return effects;
}

export function holderDeadline(member: Member): Instant {
  let earliest = Number.POSITIVE_INFINITY;
  for (const at of member.claimAgainAt.values()) earliest = Math.min(earliest, at);
  for (const client of member.owned) {
    const since = member.leases.since.get(client);
    if (since !== undefined) earliest = Math.min(earliest, since + member.config.timers.leaseMs);
  }
  const title = titleUntil(member.leases, member.config.voters);
  const titled = member.state.kind === "holding" && member.state.titled;
  return titled && title !== null ? Math.min(earliest, title) : earliest;
}

/** Disowns every client whose lease ran out, and notes the end of the title. Runs before anything else in each step. */
export function loseLapsedLeases(member: Member, now: Instant): MemberEffect[] {
  const { state } = member;
  const effects: MemberEffect[] = [];
  for (const client of member.owned) {
    if (leaseLeftMs(member.leases, client, now) > 0) continue;
    member.owned.delete(client);
    loseLease(member.leases, client);
    effects.push({ kind: "disown", client, because: "lease-ran-out" });
  }
  const titled = (state.kind === "holding" && state.titled) || state.kind === "handing-over";
  if (titled && !holdsTitle(member.leases, member.config.voters, now)) {
    effects.push(...endTitle(member, "fewer than a majority of voters answered within the lease", now));
  }
  return effects;
}

/** Goes on without the title; from here on this server, too, waits for somebody's titled keepalive. */
function endTitle(member: Member, because: string, now: Instant): MemberEffect[] {
  const { state } = member;
  if (state.kind !== "holding" && state.kind !== "handing-over") return [];
  const { epoch } = state;
  member.titleJudge = startJudge(member.config.timers.keepaliveMs, now);
  member.state = { kind: "holding", epoch, titled: false, titleSince: null };
  const lost: MemberEffect = { kind: "record", fact: { what: "title-lost", epoch, because }, durable: false };
  if (state.kind === "holding") return [lost];
  const { switchover } = state;
  return [
    lost,
    { kind: "record", fact: { what: "switchover-aborted", switchover, because: "the title was lost before the handover" }, durable: false },
    { kind: "admit-calls" },
  ];
}

function disownAll(member: Member, because: "stepped-down" | "resigned" | "lease-ran-out"): MemberEffect[] {
  const effects = [...member.owned].map((client): MemberEffect => ({ kind: "disown", client, because }));
  member.owned.clear();
  forget(member.leases);
  return effects;
}

/** Drops every lease at once; the same boot may regain them at the same unreleased epoch. */
export function loseTitle(member: Member, because: string, now: Instant): MemberEffect[] {
  if (heldEpoch(member.state) === null) return [];
  return [...disownAll(member, "lease-ran-out"), ...endTitle(member, because, now)];
}

/** Another server holds a higher title: everything is let go and this one stands by. */
export function stepDown(member: Member, to: Epoch): MemberEffect[] {
  const { state } = member;
  const from = state.kind === "resigned" || state.kind === "claiming" ? state.epoch : heldEpoch(state);
  if (from === null) throw new Error(`broken invariant: stepping down to ${epochText(to)} without an epoch`);
  member.state = { kind: "standby" };
  return [...disownAll(member, "stepped-down"), { kind: "record", fact: { what: "stepped-down", epoch: from, to }, durable: false }];
}

/** Lets go of everything for a switchover: every datagram sent so far is forgotten. */
export function resignAll(member: Member): MemberEffect[] {
  return disownAll(member, "resigned");
}
