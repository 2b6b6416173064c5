/** What the rest of a call server knows that the plan of an order needs. */
import type { OrderInput } from "../../core/control/preflight-parts.ts";
import type { ServerParts } from "./server-parts.ts";

const pastRuns = 14;

export function orderInput(server: ServerParts): OrderInput {
  const { calls, failovers, node, sessions } = server;
  const { byPhase, connections } = calls.control.state;
  const pastMs = failovers
    .all()
    .flatMap(({ kind, timeline, startedAt }) =>
      kind === "switchover" && timeline.activeAt !== null ? [timeline.activeAt - startedAt] : [],
    )
    .slice(-pastRuns)
    .reverse();
  const gateways = [...sessions.keys()];
  return {
    configVersion: node.site.version,
    gateways,
    phases: { talking: byPhase.talking, ringing: byPhase.ringing, settingUp: byPhase["setting-up"] },
    calls: server.callsKnown(),
    callsOn: (some) =>
      new Set(some.flatMap((gateway) => [...connections.ofGateway(gateway).values()].map((row) => row.callId ?? row))).size,
    takeover: node.site.takeover,
    pastMs,
    failoverInProgress: server.failoverInProgress,
    scheduled: server.scheduled,
  };
}
