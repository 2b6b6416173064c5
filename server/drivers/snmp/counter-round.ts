/** Reads the counters of the next rows of a table, a part of it at each audit: GETBULK over all counter columns side by side. */
import type { Connection } from "../../core/calls/connection.ts";
import { suffixOctets } from "../../protocols/snmp/ber.ts";
import { parseOid } from "../../protocols/snmp/oid.ts";
import { FieldValues, mediaOf, type RawField, type RowMoment } from "./profile-row.ts";
import { octetsOfOid, type SnmpClient } from "./snmp-client.ts";
import type { SnmpPlan } from "./snmp-plan.ts";
import type { RowField } from "./snmp-profile.ts";

/** Rows in one audit; a table is through after some audits, and at a full one at the latest. */
const rowsAtOnce = 100;
/** So few are read whole soon enough. */
const fewRows = 50;

export class CounterRound {
  readonly #plan: SnmpPlan;
  /** The last row whose counters were read. */
  #after: string | null = null;

  constructor(plan: SnmpPlan) {
    this.#plan = plan;
  }

  /** Puts new counters into the rows, which are in the order of the table. What is lost is read another time: counters prove nothing. False: no row is another one. */
  async read(client: SnmpClient, rows: Map<string, Connection>, moment: RowMoment): Promise<boolean> {
    const { counters } = this.#plan;
    if (counters.length === 0 || rows.size <= fewRows) return false;
    const known = [...rows.keys()];
    const from = this.#after === null ? 0 : known.indexOf(this.#after) + 1;
    const wanted = known.slice(from === known.length ? 0 : from, (from === known.length ? 0 : from) + rowsAtOnce);
    let after = from === 0 || from === known.length ? null : this.#after;
    while (wanted.length > 0) {
      const read = await this.#step(client, after, wanted.length);
      if (read.size === 0) return true;
      for (const [index, fields] of read) {
        const row = rows.get(index);
        const media = row?.media && mediaOf(new FieldValues(fields, moment));
        if (row && media)
          rows.set(index, {
            ...row,
            media: { ...media, modelled: row.media!.modelled },
            detail: row.detail && { ...row.detail, countersAt: moment.seenAt },
          });
        after = index;
      }
      const last = after === null ? -1 : wanted.indexOf(after);
      wanted.splice(0, last < 0 ? wanted.length : last + 1);
    }
    this.#after = after;
    return true;
  }

  /** Whole rows behind an index, as many as one answer holds. */
  async #step(client: SnmpClient, after: string | null, most: number): Promise<Map<string, Map<RowField, RawField>>> {
    const { counters } = this.#plan;
    const columns = counters.map((counter) => ({ ...counter, prefix: octetsOfOid(counter.oid) }));
    const suffix = after === null ? new Uint8Array(0) : suffixOctets(parseOid(after) ?? []);
    const names = columns.map(({ prefix }) => Buffer.concat([prefix, suffix]));
    const answer = await client.request({ kind: "get-bulk", names, nonRepeaters: 0, maxRepetitions: most });
    const rows = new Map<string, Map<RowField, RawField>>();
    if (!answer.ok) return rows;
    const { bindings } = answer;
    for (;;) {
      const row = new Map<RowField, RawField>();
      let index: string | null = null;
      for (const { prefix, field, as } of columns) {
        if (!bindings.next() || bindings.isEnd || !bindings.under(prefix)) return rows;
        const here = bindings.index(prefix.length);
        const value = bindings.value();
        // Columns that do not go side by side are no row.
        if (here === null || value === null || (index !== null && here !== index)) return rows;
        index = here;
        row.set(field, { value, as });
      }
      if (index === null || rows.has(index)) return rows;
      rows.set(index, row);
    }
  }
}
