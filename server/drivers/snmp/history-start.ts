/**
 * Finds where in a gateway's call history an instant lies, in a few probes instead of a walk over all of it:
 * the index rises by one with each ended call, so the instants of disconnection rise with it, but for rows that enter late (see the caller).
 */
import { suffixOctets } from "../../protocols/snmp/ber.ts";
import type { Oid } from "../../protocols/snmp/oid.ts";
import { octetsOfOid, type SnmpClient } from "./snmp-client.ts";

/** The first row behind an index; `end`: there is none; `failed`: no telling. */
type Probe =
  | { readonly kind: "row"; readonly index: number; readonly ticks: number }
  | { readonly kind: "end" }
  | { readonly kind: "failed" };

const firstStep = 64;
/** So few rows are read rather than searched. */
const closeEnough = 50;

async function probe(client: SnmpClient, column: Oid, after: number): Promise<Probe> {
  const prefix = octetsOfOid(column);
  const name = Buffer.concat([prefix, suffixOctets([after])]);
  const answer = await client.request({ kind: "get-bulk", names: [name], nonRepeaters: 0, maxRepetitions: 1 });
  if (!answer.ok || !answer.bindings.next()) return { kind: "failed" };
  const { bindings } = answer;
  if (bindings.isEnd || !bindings.under(prefix)) return { kind: "end" };
  const index = Number(bindings.index(prefix.length));
  const ticks = bindings.value();
  return typeof ticks === "number" && index > after ? { kind: "row", index, ticks } : { kind: "failed" };
}

/** An index that every row which ended in time lies behind, as far up as it is worth. In doubt the answer is `from`: more is read than needed. */
export async function historyStart(
  client: SnmpClient,
  column: Oid,
  from: number,
  endedInTime: (ticks: number) => boolean,
): Promise<number> {
  let low = from;
  let high = Number.POSITIVE_INFINITY;
  for (let step = 0; high === Number.POSITIVE_INFINITY; step = step === 0 ? firstStep : step * 2) {
    const found = await probe(client, column, low + step);
    if (found.kind === "failed") return from;
    if (found.kind === "end" || endedInTime(found.ticks)) high = low + step;
    else low = found.index;
  }
  while (high - low > closeEnough) {
    const middle = Math.floor((low + high) / 2);
    const found = await probe(client, column, middle);
    if (found.kind === "failed") return from;
    if (found.kind === "end" || endedInTime(found.ticks)) high = middle;
    else low = found.index;
  }
  return low;
}
