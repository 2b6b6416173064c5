/** What a server announces of itself: the keepalive of this moment (requirements B2), and the claim. */
import type { Epoch } from "../identity.ts";
import type { Claim, Keepalive, Role } from "./link-message.ts";
import type { Member } from "./member-state.ts";

/** primary = holds the title; standby = could take over; none = neither, for example a holder without the title. */
export function roleOf(member: Member, title: boolean): Role {
  if (title) return "primary";
  const { state } = member;
  return state.kind === "standby" || (state.kind === "suspicious" && state.holds === null) ? "standby" : "none";
}

export function keepaliveOf(member: Member, epoch: Epoch, title: boolean): Keepalive {
  const { config, self } = member;
  return {
    kind: "keepalive",
    epoch,
    role: roleOf(member, title),
    title,
    leaseMs: config.timers.leaseMs,
    votersVersion: config.votersVersion,
    calls: self.calls,
    capacityCalls: config.capacityCalls,
    loadPercent: self.loadPercent,
    digest: self.digest,
    condition: self.condition,
    ready: self.ready,
  };
}

export function claimOf(member: Member, epoch: Epoch, automatic: boolean): Claim {
  const { timers, votersVersion } = member.config;
  return { kind: "claim", epoch, leaseMs: timers.leaseMs, votersVersion, forced: false, automatic };
}
