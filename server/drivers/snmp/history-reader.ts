/** The connections that ended, as a history table tells them: from where the asked instant lies, each row once. */
import type { EndedConnection } from "../../core/calls/connection.ts";
import { stampErrorMs, wallOfStamp } from "../../protocols/snmp/uptime.ts";
import type { AgentRun } from "./agent-run.ts";
import { type Course, type Findings, finishWalk, noFindings, shortcomingOf } from "./audit-course.ts";
import { ColumnCursor } from "./column-walk.ts";
import { historyStart } from "./history-start.ts";
import { endedOf, FieldValues, type GearNaming, type RowMoment } from "./profile-row.ts";
import type { SnmpPlan } from "./snmp-plan.ts";

const endedKept = 5000;
/**
 * A row enters the history at most so long after the instant of its disconnection: a party hangs up, and the connection ends only when
 * the call server deletes it or the promise runs out. So only rows older than this prove that what entered before them is older too.
 */
const latestEntryMs = 60_000;

export class HistoryReader {
  readonly #plan: NonNullable<SnmpPlan["history"]>;
  readonly #legArcs: number;
  readonly #naming: GearNaming;

  constructor({ profile }: SnmpPlan, history: NonNullable<SnmpPlan["history"]>, naming: GearNaming) {
    this.#plan = history;
    this.#legArcs = profile.legs.index.length;
    this.#naming = naming;
  }

  async read(course: Course): Promise<Findings> {
    const { run, reader, endedSince: since } = course;
    const uptime = run.bestReading();
    const errorMs = stampErrorMs(uptime.rttMs);
    const { disconnect, serial } = this.#plan;
    const start = serial ? await this.#start(course) : null;
    if (!serial) run.historySince = Math.min(run.historySince, since);
    const walk = await finishWalk(course, new ColumnCursor(disconnect.oid, start), disconnect.object);
    const wanted = [...walk.values]
      .filter(
        ([index, ticks]) => !run.ended.has(index) && typeof ticks === "number" && wallOfStamp(uptime, ticks) + errorMs >= run.historySince,
      )
      .map(([index]) => index);
    const after = serial && wanted[0] !== undefined ? String(Number(wanted[0]) - 1) : null;
    const read = await reader.read(this.#plan, wanted, { known: null, total: wanted.length, after, walked: course.walked });
    const moment: RowMoment = { bootEpoch: run.bootEpoch, uptime, seenAt: 0 };
    let partial = 0;
    let rowsRead = 0;
    for (const [index, raw] of read.rows) {
      rowsRead += 1;
      const values = raw && new FieldValues(raw, moment);
      const row =
        values &&
        endedOf(values, {
          naming: this.#naming,
          key: { gateway: this.#naming.name, bootEpoch: run.bootEpoch, ...this.#key(index, values) },
        });
      if (row === null) partial += 1;
      else run.ended.set(index, row);
    }
    const missing = partial > 0 ? { because: `${partial} history rows are partial`, kind: "other" as const } : null;
    const shortcoming = shortcomingOf(walk) ?? (read.failure && shortcomingOf(read.failure)) ?? missing;
    const lastIndex = [...walk.values.keys()].at(-1);
    if (serial && shortcoming === null && lastIndex !== undefined) run.lastHistoryIndex = Number(lastIndex);
    forgetOldest(run);
    const ended = [...run.ended.values()].filter((row) => row.endAt + errorMs >= since).sort((a, b) => a.endAt - b.endAt);
    return { ...noFindings, rowsRead, partial, ended, shortcoming };
  }

  /** Where the newest part begins. Older ones than ever asked for were skipped before: then it begins again. */
  async #start({ run, reader, endedSince: since }: Course): Promise<string> {
    const uptime = run.bestReading();
    const from = since < run.historySince ? 0 : (run.lastHistoryIndex ?? 0);
    const after = await historyStart(
      reader.client,
      this.#plan.disconnect.oid,
      from,
      (ticks) => wallOfStamp(uptime, ticks) + latestEntryMs >= since,
    );
    if (from === 0 || after > from) run.historySince = since;
    return String(after);
  }

  /** The key that the leg had while it was up. */
  #key(index: string, values: FieldValues): Pick<EndedConnection, "setupTicks" | "index"> {
    const arcs = index.split(".").map(Number);
    if (!this.#plan.serial && arcs.length === this.#legArcs && arcs.length === 2) return { setupTicks: arcs[0]!, index: arcs[1]! };
    return { setupTicks: values.number("setup") ?? 0, index: values.number("number") ?? 0 };
  }
}

function forgetOldest(run: AgentRun): void {
  for (const [index, row] of run.ended) {
    if (run.ended.size <= endedKept) return;
    run.ended.delete(index);
    run.historySince = Math.max(run.historySince, row.endAt);
  }
}
