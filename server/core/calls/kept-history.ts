/** History rows of calls that are not settled yet: kept by call until each is adopted, released or recorded. */
import type { NodeName } from "../identity.ts";
import type { CallEngine } from "./call-engine.ts";
import type { Connection, EndedConnection } from "./connection.ts";

/** Rows of the gap: older ones have their records already. */
export function keepHistory(engine: CallEngine, gateway: NodeName, rows: readonly EndedConnection[]): string[] {
  const adoption = engine.adoptions.get(gateway);
  const since = adoption ? (adoption.silentSince ?? 0) - engine.policy.historyMarginMs : Number.POSITIVE_INFINITY;
  const touched: string[] = [];
  for (const row of rows) {
    if (row.callId === null || engine.state.hasEnded(row.callId) || (row.endAt < since && !engine.state.get(row.callId))) continue;
    const kept = engine.history.get(row.callId) ?? [];
    if (!kept.some((one) => isSameLeg(one, row))) kept.push(row);
    engine.history.set(row.callId, kept);
    touched.push(row.callId);
    for (const leg of engine.state.connections.ofCall(row.callId)) {
      if (isSameLeg(leg, row)) {
        engine.state.connections.remove(leg);
        break;
      }
    }
  }
  return touched;
}

/** A walk that began before the leg ended may tell it when its history is known already. */
export function hasEndedThere({ history }: CallEngine, leg: Connection): boolean {
  return history.size > 0 && leg.callId !== null && history.get(leg.callId)?.some((row) => isSameLeg(row, leg)) === true;
}

type LegIndex = Pick<Connection, "gateway" | "setupTicks" | "index">;

function isSameLeg(a: LegIndex, b: LegIndex): boolean {
  return a.gateway === b.gateway && a.setupTicks === b.setupTicks && a.index === b.index;
}
