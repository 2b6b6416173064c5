/**
 * Invariants 5 and 7: no established call is dropped, neither by faults that were healed, nor by a drain, a switchover or a failback.
 * A call ends because a party hangs up, or because a gateway of it restarts and so loses it; nothing else may end it.
 */
import type { CallsPlane } from "../calls/calls-plane.ts";

export const establishedCallsKept = "No established call is dropped: it ends when a party hangs up.";

export function droppedCalls(plane: Pick<CallsPlane, "truth" | "fates">): string[] {
  const problems: string[] = [];
  for (const call of plane.truth.calls.values()) {
    if (call.endedBy !== "server" || call.throughAt === null || call.rebooted) continue;
    const fates = plane.fates.of(call.callId).map((fate) => `${fate.server} ${fate.what} at ${fate.at.toFixed(0)}: ${fate.detail}`);
    problems.push(
      `call ${call.callId.replace(/^0+/, "")}, both parties speaking since ${call.throughAt.toFixed(0)}, was dropped at ${call.endedAt?.toFixed(0)} (${fates.join("; ") || "nothing was said of it"})`,
    );
  }
  return problems;
}
