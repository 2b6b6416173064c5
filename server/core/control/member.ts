/**
 * A call server's control machine (failover.md 2–5, 8): when it may act, when it must stop.
 * `step` mutates the given member and returns effects, to be performed in order; `deadline` says when it wants to be woken.
 * Invariants: an epoch is persisted before it is claimed; evidence is stored before the first claim;
 * a resigned epoch is never used again; nobody is owned on a lease that ran out.
 */
import { compareEpochs, type NodeName, noEpoch } from "../identity.ts";
import type { Instant, Now } from "../time.ts";
import { unreachable } from "../unreachable.ts";
import { orderAdmission } from "./admission.ts";
import { keepaliveOf } from "./announcements.ts";
import { claimDeadline, onClaimAnswer, passClaimDeadline, startClaim } from "./claiming.ts";
import { noteClient } from "./client-heard.ts";
import { askForFailback } from "./failback.ts";
import { claimWanted, startOverride } from "./fragment.ts";
import { onGuard, orderGuard, tellGuardTo } from "./guard-orders.ts";
import { cancelSwitchover, onHandover, onReleased, passResignedDeadline, startSwitchover, switchoverFlushed } from "./handover.ts";
import { goOnUntitled, holderDeadline, isTitled, loseLapsedLeases, loseTitle, onHolderAnswer, stepDown } from "./holding.ts";
import { beat, missed, startJudge } from "./keepalive-judge.ts";
import { recallGateways, releaseLent } from "./lending.ts";
import type { Answer, Keepalive } from "./link-message.ts";
import {
  heldBy,
  heldEpoch,
  type Member,
  type MemberConfig,
  type MemberEffect,
  type MemberEvent,
  type MemberState,
  type MemberStore,
  type Order,
  type PathHealth,
} from "./member-state.ts";
import { beatsOfHolder, claimAgain } from "./merging.ts";
import { refusedOrder } from "./refused-order.ts";
import { noSettledTitle, noteTitle } from "./settled-title.ts";
import { answerQuery, listenLonger, onQueryReply, onVote, passSuspicionDeadline, suspicionDeadline, suspicionOver } from "./suspicion.ts";
import { forget, noteSent, startLeases } from "./title.ts";
import { advanceVoters, onVoterSet, orderVoters, tellVoterSetTo } from "./voter-orders.ts";
import { firstSet } from "./voter-set.ts";

const probeIntervalMs = 1000;

export function startMember(config: MemberConfig, store: MemberStore, now: Now): Member {
  const { timers } = config;
  return {
    config,
    store,
    voterSet: store.voterSet ?? firstSet(config.votersVersion, config.voters),
    wantedVoters: null,
    state: { kind: "listening", until: now.mono + timers.missLimit * timers.keepaliveMs },
    epochs: new Map(),
    admitting: new Map(),
    letGo: new Map(),
    lending: new Map(),
    wanted: new Set(),
    recalled: new Set(),
    acting: false,
    lastChange: null,
    leases: startLeases(timers, config.boot),
    owned: new Set(),
    known: new Set(config.clients),
    titleJudge: startJudge(timers.keepaliveMs, now.mono),
    primary: null,
    primaryEpoch: noEpoch,
    lastTitleAt: null,
    settledTitle: noSettledTitle(),
    highestEpoch: store.epochNumber,
    votes: new Map(),
    askedVotes: new Map(),
    peers: new Map(),
    clients: new Map(),
    claimAgainAt: new Map(),
    paths: new Map(config.peers.map((peer) => [peer, [newPath(), newPath()] as const])),
    self: { calls: 0, loadPercent: 0, digest: "0000000000000000", condition: "starting", ready: false, busy: null },
    nextBeatAt: now.mono,
    nextProbeAt: now.mono,
    nextFailbackAt: now.mono,
    seed: config.boot % 2147483647,
  };
}

function newPath(): PathHealth {
  return { askedAt: null, askedSequence: -1, rttMs: null, answeredAt: null };
}

/** To be called by the host for each datagram it sent for a `send` effect, with the sequence and the time stamped before sending. */
export function noteDatagram(member: Member, effect: Extract<MemberEffect, { kind: "send" }>, sequence: number, sentAt: Instant): void {
  const { message, to } = effect;
  switch (message.kind) {
    case "keepalive":
    case "claim":
      noteSent(member.leases, sequence, to, message.epoch, sentAt);
      return;
    case "vote-request":
      member.askedVotes.set(sequence, sentAt);
      for (const [old, at] of member.askedVotes) {
        if (sentAt - at <= member.config.timers.voteMs) break;
        member.askedVotes.delete(old);
      }
      return;
    case "query": {
      const path = member.paths.get(to)?.[effect.path - 1];
      if (path) {
        path.askedAt = sentAt;
        path.askedSequence = sequence;
      }
      return;
    }
    case "answer":
    case "query-reply":
    case "vote":
    case "release":
    case "released":
    case "admit":
    case "handover":
    case "switchover-request":
    case "switchover-reply":
    case "voter-set":
    case "guard":
      return;
    default:
      unreachable(message);
  }
}

/** The instant at which the host must call `step` with `deadline-passed`. */
export function deadline(member: Member): Instant {
  const common = Math.min(member.nextBeatAt, member.nextProbeAt);
  const { state } = member;
  switch (state.kind) {
    case "listening":
    case "backing-off":
      return Math.min(common, state.until);
    case "standby":
      return Math.min(common, suspicionDeadline(member));
    case "suspicious":
      return Math.min(common, suspicionDeadline(member), holderDeadline(member));
    case "claiming":
      return Math.min(common, claimDeadline(state));
    case "holding":
      return Math.min(common, holderDeadline(member), state.titled ? Number.POSITIVE_INFINITY : suspicionDeadline(member));
    case "handing-over":
      return Math.min(common, holderDeadline(member), state.until);
    case "resigned":
      return Math.min(common, state.nextTryAt, state.until);
    default:
      return unreachable(state);
  }
}

export function step(member: Member, event: MemberEvent, now: Now): MemberEffect[] {
  // A lease that ran out counts first, whatever woke us: a thawed process must not act on it.
  const lapsed = loseLapsedLeases(member, now.mono);
  const effects = handle(member, event, now);
  const role = changeOfRole(member, now.mono);
  // Nearly every step has this one part: the list is passed on as it is.
  return lapsed.length + role.length === 0 ? effects : [...lapsed, ...effects, ...role];
}

/** What else must move with the title is told once per real change. */
function changeOfRole(member: Member, now: Instant): MemberEffect[] {
  const acts = isTitled(member, now);
  if (acts === member.acting) return [];
  member.acting = acts;
  const epoch = heldEpoch(member.state) ?? member.primaryEpoch;
  if (!acts) return [{ kind: "demoted", epoch }];
  const { cause, reason, from } = member.lastChange ?? { cause: "no-primary", reason: null, from: null };
  return [{ kind: "promoted", epoch, cause, reason, from }];
}

function handle(member: Member, event: MemberEvent, now: Now): MemberEffect[] {
  switch (event.kind) {
    case "received":
      return receive(member, event, now);
    case "deadline-passed":
      return passDeadline(member, event.lateMs, now);
    case "self-reported":
      return reportSelf(member, event.self, now);
    case "clocks-diverged":
      return doubtClocks(member, now);
    case "switchover-accepted":
      return startSwitchover(member, event.switchover, now);
    case "flushed":
      return switchoverFlushed(member, event.switchoverId, now);
    case "switchover-cancelled":
      return cancelSwitchover(member, event.switchoverId, event.by);
    case "failover-ordered":
      return startForcedClaim(member, event.order, now);
    case "override-ordered":
      return startOverride(member, event.order, now);
    case "guard-ordered":
      return orderGuard(member, event.change, event.order, now);
    case "voters-ordered":
      return orderVoters(member, event.change, event.order, now);
    case "admission-ordered":
      return orderAdmission(member, event.client, event.order);
    case "gateways-recalled":
      return recallGateways(member, event.clients, event.order, now);
    default:
      return unreachable(event);
  }
}

/** Nobody knows how old anything is: answers and votes that were asked for before count for nothing, and no lease does. */
function doubtClocks(member: Member, now: Now): MemberEffect[] {
  const { state } = member;
  member.votes.clear();
  member.askedVotes.clear();
  if (state.kind === "claiming") state.granted.clear();
  if (heldEpoch(state) === null) forget(member.leases);
  return loseTitle(member, "wall and monotonic clock moved apart: the machine may have been suspended", now.mono);
}

/** Failover now: without the owner's consent and without a jury. Its voters let their promises run out first. */
function startForcedClaim(member: Member, order: Order, now: Now): MemberEffect[] {
  const { state } = member;
  const idle = state.kind === "standby" || state.kind === "suspicious" || state.kind === "backing-off" || state.kind === "listening";
  const untitled = state.kind === "holding" && !isTitled(member, now.mono);
  if (!idle && !untitled) return [refusedOrder(order, `this server is ${state.kind}`)];
  return startClaim(member, { cause: "operator-forced", order, automatic: false }, now);
}

/** Keepalives go out at once upon a change (B1): when readiness or condition change, the next beat is due now. */
function reportSelf(member: Member, self: Member["self"], now: Now): MemberEffect[] {
  const before = member.self;
  member.self = self;
  if (before.ready !== self.ready || before.condition !== self.condition) member.nextBeatAt = now.mono;
  return [];
}

type Received = Extract<MemberEvent, { kind: "received" }>;

function receive(member: Member, event: Received, now: Now): MemberEffect[] {
  const { message } = event;
  switch (message.kind) {
    case "keepalive":
      return receiveKeepalive(member, event, message, now);
    case "answer":
      return receiveAnswer(member, event, message, now);
    case "query":
      listenLonger(member, message);
      return [answerQuery(member, event, isTitled(member, now.mono))];
    case "query-reply":
      return onQueryReply(member, event, message, now);
    case "vote":
      return onVote(member, event.from, message, now);
    case "released":
      return onReleased(member, event.from, message.epoch);
    case "handover":
      return onHandover(member, event.from, message, now);
    case "voter-set":
      return onVoterSet(member, message.set, now);
    case "guard":
      return onGuard(member, event.from, message.guard);
    case "claim":
    case "release":
    case "vote-request":
    case "admit":
    case "switchover-request":
    case "switchover-reply":
      return [];
    default:
      return unreachable(message);
  }
}

function receiveKeepalive(member: Member, event: Received, message: Keepalive, now: Now): MemberEffect[] {
  if (!member.config.peers.includes(event.from)) return [];
  const before = member.peers.get(event.from);
  const readySince = !message.ready ? null : before?.boot === event.boot ? (before.readySince ?? now.mono) : now.mono;
  member.peers.set(event.from, {
    boot: event.boot,
    keepalive: message,
    judge: startJudge(member.config.timers.keepaliveMs, now.mono),
    at: now.mono,
    readySince,
  });
  member.highestEpoch = Math.max(member.highestEpoch, message.epoch.number);
  const told = [...tellGuardTo(member, event.from, message), ...tellVoterSetTo(member, event.from, message.votersVersion)];
  // Only the newest title counts: a keepalive of a title that is over must not quiet the judge.
  if (!message.title || compareEpochs(message.epoch, member.primaryEpoch) < 0) return told;
  return [...told, ...hearTitle(member, event, message, now)];
}

function hearTitle(member: Member, { from, lateMs }: Received, message: Keepalive, now: Now): MemberEffect[] {
  const effects = suspicionOver(member, from, now.mono);
  member.primary = from;
  member.primaryEpoch = message.epoch;
  member.lastTitleAt = now.mono;
  noteTitle(member.settledTitle, message.epoch, now, lateMs ? { lateMs, keepaliveMs: member.config.timers.keepaliveMs } : null);
  beat(member.titleJudge, now.mono);
  const { state } = member;
  const mine = state.kind === "resigned" || state.kind === "claiming" ? state.epoch : null;
  if (mine !== null && compareEpochs(message.epoch, mine) > 0) return [...effects, ...stepDown(member, message.epoch)];
  if (heldBy(state) !== null) return [...effects, ...yieldTo(member, message)];
  if (state.kind === "backing-off" || state.kind === "listening") member.state = { kind: "standby" };
  return effects;
}

/** A holder that hears another's title: it lets go at once, or keeps what still promises to it until the rule merges that. */
function yieldTo(member: Member, { epoch }: Keepalive): MemberEffect[] {
  const held = heldBy(member.state);
  if (held === null) return [];
  const higher = compareEpochs(epoch, held.epoch) > 0;
  if (held.basis === "title" && !higher) return [];
  const keeps = member.owned.size > 0 || member.wanted.size > 0;
  if (held.basis === "lent" ? keeps : keeps && member.config.merge.when !== "now") return goOnUntitled(member);
  member.wanted.clear();
  return stepDown(member, epoch);
}

function receiveAnswer(member: Member, event: Received, message: Answer, now: Now): MemberEffect[] {
  const { config } = member;
  if (!member.known.has(event.from)) return [];
  noteClient(member, event.from, message, now.mono);
  member.highestEpoch = Math.max(member.highestEpoch, message.granted.number);
  if (message.toBoot !== config.boot) return [];
  const told = tellGuardTo(member, event.from, message);
  const effects =
    member.state.kind === "claiming"
      ? onClaimAnswer(member, member.state, event.from, message, now)
      : onHolderAnswer(member, event.from, message, now);
  return told.length === 0 ? effects : [...told, ...effects];
}

function passDeadline(member: Member, lateMs: number, now: Now): MemberEffect[] {
  const { timers } = member.config;
  // Time in which this process did not listen is not silence of the primary: datagrams may lie unread.
  if (lateMs > timers.keepaliveMs / 2) member.titleJudge.lastAt = Math.min(now.mono, member.titleJudge.lastAt + lateMs);
  const effects: MemberEffect[] = [];
  const { state } = member;
  if (state.kind === "listening" && now.mono >= state.until) {
    member.state = { kind: "standby" };
    effects.push({ kind: "record", fact: { what: "listening-ended" }, durable: false });
  }
  if (state.kind === "backing-off" && now.mono >= state.until) member.state = { kind: "standby" };
  if (state.kind === "claiming") effects.push(...passClaimDeadline(member, state, now));
  if (state.kind === "resigned") effects.push(...passResignedDeadline(member, state, now));
  if (state.kind === "handing-over" && now.mono >= state.until) effects.push(...switchoverFlushed(member, state.switchover.id, now));
  effects.push(...claimAgain(member, now.mono));
  if (awaitsTitle(member.state)) effects.push(...passSuspicionDeadline(member, now));
  if (now.mono >= member.nextProbeAt) {
    member.nextProbeAt = now.mono + probeIntervalMs;
    effects.push(...probePeers(member, now.mono), ...askForFailback(member, now));
  }
  if (now.mono >= member.nextBeatAt) {
    member.nextBeatAt =
      now.mono - member.nextBeatAt > timers.keepaliveMs ? now.mono + timers.keepaliveMs : member.nextBeatAt + timers.keepaliveMs;
    effects.push(...sendBeats(member, now));
  }
  return effects;
}

/** Whether silence of the primary concerns this server: a standby, or a holder that lost its title. */
function awaitsTitle(state: MemberState): boolean {
  return state.kind === "standby" || state.kind === "suspicious" || (state.kind === "holding" && !state.titled);
}

/** Both paths to each peer are tried in peace time too: a query that could not be asked must be known before it is needed. */
function probePeers(member: Member, now: Instant): MemberEffect[] {
  const { peers, timers } = member.config;
  return peers.flatMap((peer) => {
    const heard = member.peers.get(peer);
    const query = { kind: "query", missed: heard ? missed(heard.judge, now) : 0, missLimit: timers.missLimit } as const;
    return [{ kind: "send", to: peer, path: 1, message: query } as const, { kind: "send", to: peer, path: 2, message: query } as const];
  });
}

function sendBeats(member: Member, now: Now): MemberEffect[] {
  const { config } = member;
  // A resigned server never again sends a keepalive in its epoch; one without any sends it without an epoch.
  const held = heldBy(member.state);
  const keepalive = keepaliveOf(member, held?.epoch ?? noEpoch, isTitled(member, now.mono));
  const toPeers: MemberEffect[] = config.peers.map((to: NodeName) => ({ kind: "send", to, path: 1, message: keepalive }));
  if (held === null) return [...toPeers, ...config.clients.map((to): MemberEffect => ({ kind: "send", to, path: 1, message: keepalive }))];
  if (keepalive.title) noteTitle(member.settledTitle, held.epoch, now, null);
  return [
    ...toPeers,
    ...beatsOfHolder(member, held.epoch, keepalive, now),
    ...claimWanted(member),
    ...releaseLent(member, held.epoch, now),
    ...advanceVoters(member, now, null),
  ];
}
