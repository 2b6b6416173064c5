/**
 * Holding an epoch: keepalives to every client, claims to those that do not obey yet (only with the title),
 * and letting go of what is no longer covered by a lease. Control of a gateway needs its own lease; leading needs a majority.
 */
import { type Epoch, epochText, type NodeName, sameEpoch } from "../identity.ts";
import type { Instant, Now } from "../time.ts";
import { admit } from "./admission.ts";
import { claimOf } from "./announcements.ts";
import { withChange } from "./guard.ts";
import { startJudge } from "./keepalive-judge.ts";
import type { Answer } from "./link-message.ts";
import { type Claiming, type Held, heldBy, heldEpoch, type Member, type MemberEffect, type Switchover } from "./member-state.ts";
import { countAnswer, forget, holdsMajority, leaseLeftMs, loseLease, noteNextLapse, titleUntil } from "./title.ts";
import { electorate } from "./voter-set.ts";

/** True while this server may lead: a majority of voters answered within the lease, at an epoch that a majority granted. */
export function isTitled(member: Member, now: Instant): boolean {
  const held = heldBy(member.state);
  return held?.basis === "title" && member.state.kind !== "suspicious" && holdsMajority(member.leases, member.voterSet, now);
}

/** Asked before every command: the lease on this client still runs. Owning it is not enough, the process may have stood still. */
export function mayCommand(member: Member, client: NodeName, now: Instant): boolean {
  return member.owned.has(client) && leaseLeftMs(member.leases, client, now) > 0;
}

/** The epoch at which this server holds, or may hold, one client: the state's, unless the client needed a higher one. */
export function epochAt(member: Member, client: NodeName, held: Epoch): Epoch {
  return member.epochs.get(client) ?? held;
}

export function becomeHolder(member: Member, claim: Claiming, now: Now): MemberEffect[] {
  const { config, voterSet } = member;
  const { epoch, automatic } = claim;
  member.state = { kind: "holding", epoch, basis: "title", titled: true, titleSince: now.wall };
  member.lastChange = { cause: claim.cause, reason: claim.order?.reason ?? null, from: member.primary };
  member.primary = config.name;
  member.primaryEpoch = epoch;
  member.votes.clear();
  // The title is announced at once, so that nobody suspects the new primary.
  member.nextBeatAt = now.mono;
  const voters = electorate(voterSet).length;
  const gained: MemberEffect = {
    kind: "record",
    fact: { what: "title-gained", epoch, grants: claim.granted.size, voters },
    durable: false,
  };
  // Only a change that came about counts against the limit; a claim that failed changed nothing.
  const guard = automatic ? withChange(member.store.guard, { epoch, at: now.wall }) : member.store.guard;
  const changed = automatic || Object.keys(member.store.lent).length > 0;
  // A new title ends what an earlier one lent, and what was wanted without a title.
  if (changed) member.store = { ...member.store, guard, lent: {} };
  member.lending.clear();
  member.wanted.clear();
  member.wantedVoters = null;
  const claimed = claimOf(member, epoch, { purpose: "extend", automatic, forced: false, contests: config.merge.when === "now" });
  // What granted so early in a long claim that its lease has run out may be another server's by now: it is asked again.
  const granted = new Set(config.clients.filter((client) => claim.granted.has(client) && leaseLeftMs(member.leases, client, now.mono) > 0));
  const others = config.clients.filter((client) => !granted.has(client));
  return [
    gained,
    ...others.map((to): MemberEffect => ({ kind: "send", to, path: 1, message: claimed })),
    ...[...granted].map((client) => own(member, client, epoch)),
    { kind: "admit-calls" },
    ...(automatic ? config.peers.map((to): MemberEffect => ({ kind: "send", to, path: 1, message: { kind: "guard", guard } })) : []),
    // Last: nothing above waits for the disk.
    ...(changed ? [{ kind: "persist", store: member.store } as const] : []),
  ];
}

function own(member: Member, client: NodeName, epoch: Epoch): MemberEffect {
  member.owned.add(client);
  member.recalled.delete(client);
  return { kind: "own", client, epoch };
}

export function onHolderAnswer(member: Member, from: NodeName, message: Answer, now: Now): MemberEffect[] {
  const held = heldBy(member.state);
  if (held === null || member.lending.has(from)) return [];
  const epoch = epochAt(member, from, held.epoch);
  const { voterSet, config } = member;
  if (message.refusal === "abstaining")
    return held.basis === "title" && holdsMajority(member.leases, voterSet, now.mono) ? admit(member, from, null) : [];
  // A promise to the old owner runs out at an instant that the client tells: no need to wait for the next beat.
  if (message.refusal === "promised" && message.remainingMs !== null && sameEpoch(message.epoch, epoch)) {
    member.claimAgainAt.set(from, now.mono + Math.min(message.remainingMs + 1, config.timers.keepaliveMs));
  }
  const effects = tellVoterSet(member, from, message, epoch);
  if (countAnswer(member.leases, from, message, epoch, voterSet, now.mono) === null) return effects;
  effects.push(...regainTitle(member, held, now));
  if (!member.owned.has(from) && leaseLeftMs(member.leases, from, now.mono) > 0) effects.push(own(member, from, epoch));
  return effects;
}

/** Whoever granted and lags behind is told the set: its answers count only once it has stored it. */
export function tellVoterSet(member: Member, client: NodeName, message: Answer, epoch: Epoch): MemberEffect[] {
  const { voterSet } = member;
  if (message.refusal !== null || message.votersVersion >= voterSet.version) return [];
  return [
    // A voter that joins granted none of the automatic changes so far: it is told them, or the limit would forget them with the set.
    { kind: "send", to: client, path: 1, message: { kind: "guard", guard: member.store.guard } },
    { kind: "send", to: client, path: 1, message: { kind: "voter-set", epoch, set: voterSet } },
  ];
}

/** The same boot may regain the title at the same unreleased epoch; orphans that were gathered one by one never are a title. */
function regainTitle(member: Member, { epoch, basis }: Held, now: Now): MemberEffect[] {
  const { state, voterSet, leases } = member;
  const untitled = (state.kind === "holding" && !state.titled) || state.kind === "suspicious";
  if (!untitled || basis !== "title" || !holdsMajority(leases, voterSet, now.mono)) return [];
  member.state = { kind: "holding", epoch, basis, titled: true, titleSince: now.wall };
  member.nextBeatAt = now.mono;
  const voters = electorate(voterSet);
  const grants = voters.filter((voter) => leaseLeftMs(leases, voter, now.mono) > 0).length;
  return [{ kind: "record", fact: { what: "title-gained", epoch, grants, voters: voters.length }, durable: false }];
}

export function holderDeadline(member: Member): Instant {
  let earliest = Number.POSITIVE_INFINITY;
  for (const at of member.claimAgainAt.values()) earliest = Math.min(earliest, at);
  return Math.min(earliest, titleDeadline(member), member.owned.size > 0 ? member.leases.lapseFrom : Number.POSITIVE_INFINITY);
}

function titleDeadline({ state, leases, voterSet }: Member): Instant {
  if (state.kind !== "holding" || !state.titled) return Number.POSITIVE_INFINITY;
  if (leases.titleTo !== null && leases.titleTo.set === voterSet) return leases.titleTo.until;
  return titleUntil(leases, voterSet) ?? Number.POSITIVE_INFINITY;
}

/** Disowns every client whose lease ran out, and notes the end of the title. Runs before anything else in each step. */
export function loseLapsedLeases(member: Member, now: Instant): MemberEffect[] {
  const { state } = member;
  const effects = now < member.leases.lapseFrom ? [] : disownLapsed(member, now);
  const titled = (state.kind === "holding" && state.titled) || state.kind === "handing-over";
  if (titled && !holdsMajority(member.leases, member.voterSet, now)) {
    effects.push(...endTitle(member, "fewer than a majority of voters answered within the lease", now));
  }
  return effects;
}

function disownLapsed(member: Member, now: Instant): MemberEffect[] {
  const effects: MemberEffect[] = [];
  for (const client of [...member.leases.since.keys()]) {
    if (leaseLeftMs(member.leases, client, now) > 0) continue;
    loseLease(member.leases, client);
    if (member.owned.delete(client)) effects.push({ kind: "disown", client, because: "lease-ran-out" });
  }
  noteNextLapse(member.leases);
  return effects;
}

/** Without the title: go on (survive), waiting for somebody's titled keepalive, or let go of everything (strict). */
function endTitle(member: Member, because: string, now: Instant): MemberEffect[] {
  const { state, config } = member;
  if (state.kind !== "holding" && state.kind !== "handing-over") return [];
  const { epoch } = state;
  member.titleJudge = startJudge(config.timers.keepaliveMs, now);
  const lost: MemberEffect = { kind: "record", fact: { what: "title-lost", epoch, because }, durable: false };
  const aborted: MemberEffect[] =
    state.kind === "handing-over" ? [abortedSwitchover(state.switchover, "the title was lost before the handover")] : [];
  if (config.partition === "strict") {
    const releases = releasesOf(member, epoch, null);
    member.state = { kind: "standby" };
    member.epochs.clear();
    return [lost, ...aborted, ...disownAll(member, "title-lost"), ...releases];
  }
  member.state = { kind: "holding", epoch, basis: "title", titled: false, titleSince: null };
  return state.kind === "holding" ? [lost] : [lost, ...aborted, { kind: "admit-calls" }];
}

export function abortedSwitchover(switchover: Switchover, because: string): MemberEffect {
  return { kind: "record", fact: { what: "switchover-aborted", switchover, because }, durable: false };
}

/** A release to every client, each at the epoch at which it was held. */
export function releasesOf(member: Member, epoch: Epoch, successor: NodeName | null): MemberEffect[] {
  return member.config.clients.map((to): MemberEffect => {
    return { kind: "send", to, path: 1, message: { kind: "release", epoch: epochAt(member, to, epoch), successor, titled: true } };
  });
}

export function disownAll(member: Member, because: Extract<MemberEffect, { kind: "disown" }>["because"]): MemberEffect[] {
  const effects = [...member.owned].map((client): MemberEffect => ({ kind: "disown", client, because }));
  member.owned.clear();
  member.claimAgainAt.clear();
  forget(member.leases);
  return effects;
}

/** Drops every lease at once; the same boot may regain them at the same unreleased epoch. */
export function loseTitle(member: Member, because: string, now: Instant): MemberEffect[] {
  const held = heldBy(member.state);
  if (held === null) return [];
  // What was gathered without a jury stays that: it had no title to lose, and gets none by holding a majority again.
  const ended = held.basis === "title" ? endTitle(member, because, now) : [];
  return [...disownAll(member, "lease-ran-out"), ...ended];
}

/** Another server holds a higher title: everything is let go, in its favour, and this one stands by. */
export function stepDown(member: Member, to: Epoch): MemberEffect[] {
  const { state } = member;
  const from = state.kind === "resigned" || state.kind === "claiming" ? state.epoch : heldEpoch(state);
  if (from === null) throw new Error(`broken invariant: stepping down to ${epochText(to)} without an epoch`);
  // A resigned server has released already, and names its own successor.
  const releases = state.kind === "resigned" || state.kind === "claiming" ? [] : releasesOf(member, from, to.server);
  member.state = { kind: "standby" };
  const disowned = disownAll(member, "stepped-down");
  member.epochs.clear();
  member.recalled.clear();
  return [...disowned, { kind: "record", fact: { what: "stepped-down", epoch: from, to }, durable: false }, ...releases];
}

/** Somebody else holds the title, and the rule lets this one keep what still promises to it until it is merged. */
export function goOnUntitled(member: Member): MemberEffect[] {
  const { state } = member;
  if (state.kind === "suspicious" && state.holds !== null) {
    member.state = { kind: "holding", ...state.holds, titled: false, titleSince: null };
    member.votes.clear();
    return [{ kind: "record", fact: { what: "suspicion-cleared", primary: member.primary, missed: 0 }, durable: false }];
  }
  if (state.kind !== "holding" || !state.titled) return [];
  member.state = { ...state, titled: false, titleSince: null };
  return [
    { kind: "record", fact: { what: "title-lost", epoch: state.epoch, because: "another server holds a higher one" }, durable: false },
  ];
}

/** Lets go of everything for a switchover: every datagram sent so far is forgotten. */
export function resignAll(member: Member): MemberEffect[] {
  member.recalled.clear();
  return disownAll(member, "resigned");
}
