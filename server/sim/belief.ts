/** What a server believes of itself, read with its own clock: what the checkers judge by. */
import { epochAt, isTitled, mayCommand } from "../core/control/holding.ts";
import { heldEpoch } from "../core/control/member-state.ts";
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
  if (epoch === null || !mayCommand(server.member, gateway, server.clock.mono())) return null;
  return epochAt(server.member, gateway, epoch);
}
