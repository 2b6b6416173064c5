/**
 * Finds where in a gateway's call history an instant lies, in a few probes instead of a walk over all of it:
 * the index rises by one with each ended call, so the instants of disconnection rise with it, but for rows that enter late (see the caller).
 */
import { ciscoHistory } from "../protocols/snmp/call-tables.ts";
import type { SnmpClient } from "./snmp-client.ts";

/** The first row behind an index; `end`: there is none; `failed`: no telling. */
type Probe =
  | { readonly kind: "row"; readonly index: number; readonly ticks: number }
  | { readonly kind: "end" }
  | { readonly kind: "failed" };

const firstStep = 64;
/** So few rows are read rather than searched. */
const closeEnough = 50;

async function probe(client: SnmpClient, after: number): Promise<Probe> {
  const result = await client.getBulk(`${ciscoHistory.disconnectTime}.${after}`, 1);
  const found = result.ok ? result.varbinds[0] : undefined;
  if (found === undefined) return { kind: "failed" };
  const prefix = `${ciscoHistory.disconnectTime}.`;
  if (found.endOfMib || !found.oid.startsWith(prefix)) return { kind: "end" };
  const index = Number(found.oid.slice(prefix.length));
  return typeof found.value === "number" && index > after ? { kind: "row", index, ticks: found.value } : { kind: "failed" };
}

/** An index that every row which ended in time lies behind, as far up as it is worth. In doubt the answer is `from`: more is read than needed. */
export async function historyStart(client: SnmpClient, from: number, endedInTime: (ticks: number) => boolean): Promise<number> {
  let low = from;
  let high = Number.POSITIVE_INFINITY;
  for (let step = 0; high === Number.POSITIVE_INFINITY; step = step === 0 ? firstStep : step * 2) {
    const found = await probe(client, low + step);
    if (found.kind === "failed") return from;
    if (found.kind === "end" || endedInTime(found.ticks)) high = low + step;
    else low = found.index;
  }
  while (high - low > closeEnough) {
    const middle = Math.floor((low + high) / 2);
    const found = await probe(client, middle);
    if (found.kind === "failed") return from;
    if (found.kind === "end" || endedInTime(found.ticks)) high = middle;
    else low = found.index;
  }
  return low;
}
