/** The line beside "Gateways": a sum that leaves out what is unknown, and says so. Pure. */
import type { GatewayView } from "../../server/operations/console-view.ts";

/** Twice this is stale: a gateway is polled each `pollSeconds`, and its walk takes a while. */
export function auditTtlMs(gateway: GatewayView): number {
  return gateway.pollSeconds * 1500;
}

export function isAuditStale(gateway: GatewayView, now: number): boolean {
  const at = gateway.health?.audit.lastCompleteAt ?? null;
  return at === null || now - at > 2 * auditTtlMs(gateway);
}

export function gatewaySum(gateways: readonly GatewayView[], now: number): string {
  let reported = 0;
  let expected = 0;
  let expectedKnown = false;
  let unknown = 0;
  for (const gateway of gateways) {
    const value = gateway.health?.reported ?? null;
    if (value === null || isAuditStale(gateway, now)) unknown += 1;
    else reported += value;
    if (gateway.health?.expected !== null && gateway.health?.expected !== undefined) {
      expected += gateway.health.expected;
      expectedKnown = true;
    }
  }
  const sum = unknown === 0 ? `${reported}` : `≥ ${reported}`;
  const of = expectedKnown ? ` of ${expected}` : "";
  const left = unknown === 0 ? "" : `, ${unknown} ${unknown === 1 ? "gateway" : "gateways"} unknown`;
  return `${gateways.length}; reported ${sum}${of} connections${left}`;
}
