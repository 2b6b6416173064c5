/** History rows of calls that are not settled yet: kept by call until each is adopted, released or recorded. */
import type { NodeName } from "../identity.ts";
import type { CallEngine } from "./call-engine.ts";
import type { EndedConnection } from "./connection.ts";

/** Rows of the gap: older ones have their records already. */
export function keepHistory(engine: CallEngine, gateway: NodeName, rows: readonly EndedConnection[]): string[] {
  const adoption = engine.adoptions.get(gateway);
  const since = adoption ? (adoption.silentSince ?? 0) - engine.policy.historyMarginMs : Number.POSITIVE_INFINITY;
  const touched: string[] = [];
  for (const row of rows) {
    if (row.callId === null || engine.state.hasEnded(row.callId) || (row.endAt < since && !engine.state.get(row.callId))) continue;
    const kept = engine.history.get(row.callId) ?? [];
    const known = kept.some((one) => one.gateway === row.gateway && one.setupTicks === row.setupTicks && one.index === row.index);
    if (!known) kept.push(row);
    engine.history.set(row.callId, kept);
    touched.push(row.callId);
    for (const leg of engine.state.connections.ofCall(row.callId)) {
      if (leg.gateway === row.gateway && leg.setupTicks === row.setupTicks && leg.index === row.index) {
        engine.state.connections.remove(leg);
        break;
      }
    }
  }
  return touched;
}
