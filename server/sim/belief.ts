/** What a server believes of itself, read with its own clock: what the checkers judge by. */
import { epochAt, isTitled } from "../core/control/holding.ts";
import { heldEpoch } from "../core/control/member-state.ts";
import { leaseLeftMs } from "../core/control/title.ts";
import type { Epoch, NodeName } from "../core/identity.ts";
import type { ServerView } from "./views.ts";

/** A suspended machine does nothing, and once awake it looks at its clocks before it does anything. */
function acts(server: ServerView): boolean {
  return server.alive && !server.clock.suspended && !server.clock.apart;
}

export function believesTitle(server: ServerView): boolean {
  return acts(server) && isTitled(server.member, server.clock.mono());
}

/** The epoch at which it would command this gateway now; null = it would not. */
export function wouldCommandAt(server: ServerView, gateway: NodeName): Epoch | null {
  if (!acts(server)) return null;
  const epoch = heldEpoch(server.member.state);
  if (epoch === null || !server.member.owned.has(gateway)) return null;
  return leaseLeftMs(server.member.leases, gateway, server.clock.mono()) > 0 ? epochAt(server.member, gateway, epoch) : null;
}
