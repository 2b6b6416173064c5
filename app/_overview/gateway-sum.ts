/** The line beside "Gateways": a sum that leaves out what is unknown, and says so. Pure. */
import type { GatewayHealth } from "../../server/core/status/node-status.ts";
import type { GatewayView } from "../../server/operations/console-view.ts";

/** Twice this is stale: a gateway is polled each `pollSeconds`, and its walk takes a while. */
export function auditTtlMs(gateway: GatewayView): number {
  return gateway.pollSeconds * 1500;
}

export function isAuditStale(gateway: GatewayView, now: number): boolean {
  const at = gateway.health?.audit.lastCompleteAt ?? null;
  return at === null || now - at > 2 * auditTtlMs(gateway);
}

/**
 * What the server expected at the moment of the last complete audit, so that both sides of the comparison are equally old:
 * whatever was reported, less what only the gateway had, plus what only the server had.
 */
export function expectedThen(health: GatewayHealth): number | null {
  if (health.reported === null) return health.expected;
  return health.reported - health.ghosts + health.orphans;
}

/** @param others how many pieces of gear of others there are */
export function gatewaySum(gateways: readonly GatewayView[], now: number, others = 0): string {
  let reported = 0;
  let expected = 0;
  let expectedKnown = false;
  let unknown = 0;
  for (const gateway of gateways) {
    const value = gateway.health?.reported ?? null;
    if (value === null || isAuditStale(gateway, now)) unknown += 1;
    else reported += value;
    const then = gateway.health === null ? null : expectedThen(gateway.health);
    if (then !== null) {
      expected += then;
      expectedKnown = true;
    }
  }
  const sum = unknown === 0 ? `${reported}` : `≥ ${reported}`;
  const of = expectedKnown ? ` of ${expected}` : "";
  const left = unknown === 0 ? "" : `, ${unknown} ${unknown === 1 ? "gateway" : "gateways"} unknown`;
  const beside = others === 0 ? "" : `; gear of others: ${others}`;
  return `${gateways.length}; reported ${sum}${of} connections${left}${beside}`;
}
