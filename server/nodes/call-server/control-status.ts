/** The part of a call server's status that tells what governs its control: guard, voter set, what it holds under which right, the rules. */
import { changesInWindow, pauseInForce } from "../../core/control/guard.ts";
import { votersThatKnow } from "../../core/control/guard-orders.ts";
import { epochAt } from "../../core/control/holding.ts";
import { heldBy, type Member } from "../../core/control/member-state.ts";
import type { NodeName } from "../../core/identity.ts";
import { changeRuleText } from "../../core/site/parse-change-rule.ts";
import type { HoldsStatus, ServerStatus } from "../../core/status/node-status.ts";
import type { ServerParts } from "./server-parts.ts";

type ControlStatus = Pick<
  ServerStatus,
  | "guard"
  | "voterSet"
  | "configuredVoters"
  | "holds"
  | "lent"
  | "scheduled"
  | "missedSwitchover"
  | "partition"
  | "merge"
  | "failback"
  | "takeover"
>;

export function controlStatus({ node, control, sessions, scheduled, missedSwitchover }: ServerParts): ControlStatus {
  const { member } = control;
  const { config, store, voterSet } = member;
  const { wall } = node.clock.now();
  const { guard } = store;
  const { limit, windowMs } = config.automaticChanges;
  return {
    guard: {
      pause: pauseInForce(guard, wall),
      pauseSetAt: guard.pauseSetAt,
      used: changesInWindow(guard, config.automaticChanges, wall),
      limit,
      windowMs,
      acknowledgedEpoch: guard.acknowledgedEpoch,
      votersThatKnow: votersThatKnow(member),
      voters: voterSet.voters.length,
    },
    voterSet: { version: voterSet.version, voters: voterSet.voters, previous: voterSet.previous },
    configuredVoters: config.voters,
    holds: holdsOf(member, [...sessions.keys()]),
    lent: Object.entries(store.lent).map(([gateway, to]) => ({ gateway, to })),
    scheduled,
    missedSwitchover,
    partition: config.partition,
    merge: changeRuleText(config.merge),
    failback: changeRuleText(config.failback),
    takeover: node.site.takeover,
  };
}

function holdsOf(member: Member, gateways: readonly NodeName[]): HoldsStatus | null {
  const held = heldBy(member.state);
  if (held === null) return null;
  const { basis, epoch } = held;
  const owned = gateways.filter((name) => member.owned.has(name));
  return { basis, epoch, gateways: owned.map((name) => ({ name, epoch: epochAt(member, name, epoch) })) };
}
