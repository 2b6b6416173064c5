/**
 * Invariant 6: every call that a gateway holds at takeover ends adopted, or released with a reason; one that ended by itself meanwhile
 * ended because a party hung up. None is just forgotten.
 */
import type { CallsPlane } from "../calls/calls-plane.ts";

export const adoptedOrReleased = "Every call that a gateway holds at takeover is adopted, or released with a reason.";

export function forgottenCalls(plane: Pick<CallsPlane, "truth" | "fates" | "servers">): string[] {
  const problems: string[] = [];
  for (const { at, server, gateway, callIds } of plane.fates.takeovers) {
    for (const callId of callIds) {
      const call = plane.truth.calls.get(callId);
      if (!call || call.rebooted || plane.fates.of(callId).some((fate) => fate.at >= at)) continue;
      // The server that made it got its gateway back, or it ended before anybody could adopt it.
      const known = [...plane.servers.values()].some((one) => one.control.state.get(callId) !== null);
      if (known || call.endedBy === "calling" || call.endedBy === "called") continue;
      const end = call.endedAt === null ? "stands to this day" : `ended at ${call.endedAt.toFixed(0)} by ${call.endedBy}`;
      problems.push(
        `call ${callId.replace(/^0+/, "")}, held by ${gateway} when ${server} took it at ${at.toFixed(0)}: nothing was said of it, it ${end}`,
      );
    }
  }
  return problems;
}
