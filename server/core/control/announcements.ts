/** What a server announces of itself: the keepalive of this moment (requirements B2), and the claim. */
import type { Epoch } from "../identity.ts";
import type { Claim, Handover, Keepalive, Role } from "./link-message.ts";
import type { Member, Switchover } from "./member-state.ts";

/** primary = holds the title; standby = could take over; none = neither, for example a holder without the title. */
export function roleOf(member: Member, title: boolean): Role {
  if (title) return "primary";
  const { state } = member;
  const lent = state.kind === "holding" && state.basis === "lent";
  return state.kind === "standby" || lent || (state.kind === "suspicious" && state.holds === null) ? "standby" : "none";
}

export function keepaliveOf(member: Member, epoch: Epoch, title: boolean): Keepalive {
  const { config, self, store, voterSet } = member;
  return {
    kind: "keepalive",
    epoch,
    role: roleOf(member, title),
    title,
    leaseMs: config.timers.leaseMs,
    votersVersion: voterSet.version,
    calls: self.calls,
    capacityCalls: config.capacityCalls,
    loadPercent: self.loadPercent,
    digest: self.digest,
    condition: self.condition,
    ready: self.ready,
    pauseSetAt: store.guard.pauseSetAt,
    acknowledgedEpoch: store.guard.acknowledgedEpoch,
  };
}

export function claimOf(member: Member, epoch: Epoch, how: Pick<Claim, "purpose" | "automatic" | "forced" | "contests">): Claim {
  return { kind: "claim", epoch, leaseMs: member.config.timers.leaseMs, votersVersion: member.voterSet.version, ...how };
}

export function handoverOf(switchover: Switchover, epoch: Epoch): Handover {
  const { id: switchoverId, reason, by, automatic, clients } = switchover;
  return { kind: "handover", switchoverId, epoch, reason, by, automatic, clients };
}
