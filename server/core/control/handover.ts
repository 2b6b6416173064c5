/**
 * Switchover on request (failover.md 3, 8): stop admitting, flush, resign, release naming the successor, and tell it to claim.
 * Invariant: after resigning nothing is ever sent in that epoch again; if the successor does not take the title in time,
 * the old primary claims a NEW epoch, for which it needs no jury.
 */
import { compareEpochs, type Epoch, type NodeName } from "../identity.ts";
import type { Now } from "../time.ts";
import { startClaim } from "./claiming.ts";
import { resignAll } from "./holding.ts";
import type { Handover } from "./link-message.ts";
import type { Member, MemberEffect, Resigned, Switchover } from "./member-state.ts";

/** How long half-finished work may delay the resignation, ms. */
export const flushLimitMs = 1500;
/** How long the successor has to take the title before the old primary claims again, ms. */
export const successorLimitMs = 1500;
const retryMs = 20;

export function startSwitchover(member: Member, switchover: Switchover, now: Now): MemberEffect[] {
  const { state } = member;
  if (state.kind !== "holding" || !state.titled || !member.config.peers.includes(switchover.to)) {
    return [
      { kind: "record", fact: { what: "switchover-aborted", switchover, because: "this server does not hold the title" }, durable: false },
    ];
  }
  member.state = { kind: "handing-over", epoch: state.epoch, titleSince: state.titleSince, switchover, until: now.mono + flushLimitMs };
  return [
    { kind: "record", fact: { what: "switchover-started", switchover, epoch: state.epoch }, durable: true },
    { kind: "flush", switchover },
  ];
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
    released: new Set(),
    until: now.mono + successorLimitMs,
    nextTryAt: now.mono + retryMs,
  };
  member.state = resigned;
  return [...disowned, { kind: "record", fact: { what: "resigned", epoch, switchover }, durable: true }, ...letGo(member, resigned)];
}

function letGo(member: Member, state: Resigned): MemberEffect[] {
  const { switchover, epoch } = state;
  const handover: Handover = { kind: "handover", switchoverId: switchover.id, epoch, reason: switchover.reason, by: switchover.by };
  const releases = member.config.clients
    .filter((client) => !state.released.has(client))
    .map((to): MemberEffect => ({ kind: "send", to, path: 1, message: { kind: "release", epoch, successor: switchover.to } }));
  return [...releases, { kind: "send", to: switchover.to, path: 1, message: handover }];
}

export function onReleased(member: Member, from: NodeName, epoch: Epoch): MemberEffect[] {
  const { state } = member;
  if (state.kind !== "resigned" || compareEpochs(state.epoch, epoch) !== 0 || state.released.has(from)) return [];
  state.released.add(from);
  return [{ kind: "record", fact: { what: "release-confirmed", client: from, epoch }, durable: false }];
}

export function passResignedDeadline(member: Member, state: Resigned, now: Now): MemberEffect[] {
  if (now.mono >= state.until) {
    const aborted: MemberEffect = {
      kind: "record",
      fact: {
        what: "switchover-aborted",
        switchover: state.switchover,
        because: `${state.switchover.to} did not take the title in ${successorLimitMs} ms`,
      },
      durable: false,
    };
    return [aborted, ...startClaim(member, "requested", null, now)];
  }
  if (now.mono < state.nextTryAt) return [];
  state.nextTryAt = now.mono + retryMs;
  return letGo(member, state);
}

/** The primary resigned in our favour: claim at once, without a jury, for it consents. */
export function onHandover(member: Member, from: NodeName, message: Handover, now: Now): MemberEffect[] {
  const { state } = member;
  if (state.kind !== "standby" && state.kind !== "suspicious" && state.kind !== "backing-off") return [];
  if (message.epoch.server !== from || compareEpochs(message.epoch, member.primaryEpoch) < 0) return [];
  const switchover: Switchover = { id: message.switchoverId, to: member.config.name, reason: message.reason, by: message.by };
  member.highestEpoch = Math.max(member.highestEpoch, message.epoch.number);
  return [
    { kind: "record", fact: { what: "handover-received", switchover, from }, durable: true },
    ...startClaim(member, "requested", switchover, now),
  ];
}
