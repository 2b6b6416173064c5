/**
 * The SNMP audit of one gateway: which connections it has, and which ended. It remembers, per run of the agent, the rows it has read, so that
 * the next liveness audit reads one column and only what is new. At most one audit of live rows and one of the history run at a time; others wait their turn.
 */
import type { Connection, EndedConnection } from "../core/calls/connection.ts";
import { clockStep, type Now, type WallTime } from "../core/time.ts";
import { callActive, ciscoHistory, snmpEngineBoots, sysUpTime, totalActiveConnections } from "../protocols/snmp/call-tables.ts";
import { decodeLegState } from "../protocols/snmp/call-values.ts";
import {
  activeColumns,
  connectionOfRow,
  endedOfRow,
  type GatewayNaming,
  historyColumns,
  requiredActiveColumns,
  requiredHistoryColumns,
  type SnmpValue,
} from "../protocols/snmp/leg-row.ts";
import type { Oid } from "../protocols/snmp/oid.ts";
import {
  bootEpochOfEngineBoots,
  bootEpochOfUptime,
  dateAlike,
  restartedBetween,
  stampErrorMs,
  type UptimeReading,
  wallOfStamp,
} from "../protocols/snmp/uptime.ts";
import type { Clock } from "../runtime/clock.ts";
import type { AuditMode, Auditor, AuditResult, RowsListener } from "./auditor.ts";
import { type ColumnValues, type ColumnWalk, createPace, readRows, walkColumn, walkColumns } from "./column-walk.ts";
import { historyStart } from "./history-start.ts";
import type { SnmpClient } from "./snmp-client.ts";
import { createTurns } from "./turns.ts";

/** Both ends of an audit are read like this. */
interface Anchor {
  readonly uptime: UptimeReading;
  readonly clocks: Now;
  readonly engineBoots: number | null;
  readonly count: number | null;
}

/** What is remembered of one run of the agent. */
interface Run {
  readonly bootEpoch: number;
  readonly engineBoots: number | null;
  /** Our own clocks at its first reading: once they moved apart, nothing that was dated before counts. */
  readonly clocks: Now;
  lastUptime: UptimeReading;
  /** The last few readings; the one with the shortest round trip dates all stamps. */
  readonly readings: UptimeReading[];
  rows: Map<string, Connection>;
  readonly ended: Map<number, EndedConnection>;
  lastHistoryIndex: number | null;
  /** Ended connections are known from this instant on. */
  historySince: WallTime;
}

type Rows = Map<string, Map<Oid, SnmpValue>>;

const readingsKept = 8;
const endedKept = 5000;
/** From this share of unknown rows on, walking whole columns costs fewer datagrams than reading rows by index. */
const walkShare = 0.4;
const walkFromRows = 24;
const countAttempts = 3;
/**
 * A row enters the history at most so long after the instant of its disconnection: a party hangs up, and the connection ends only when
 * the call server deletes it or the promise runs out. So only rows older than this prove that what entered before them is older too.
 */
const latestEntryMs = 60_000;

export function createSnmpAuditor(gateway: GatewayNaming, client: SnmpClient, clock: Clock): Auditor {
  const auditor = new SnmpAudits(gateway, client, clock);
  const turns = createTurns();
  return {
    audit(mode, { endedSince = 0, onRows = () => undefined } = {}) {
      // Live rows and history are different tables: at a takeover neither waits for the other.
      return turns.take(mode === "history" ? "history" : "live", () => auditor.run(mode, endedSince, onRows));
    },
    profile: () => null,
    close: () => client.close(),
  };
}

/** Why an audit is not complete. Thrown nowhere: collected and told. */
type Shortcoming = string | null;

type Walked = { column: string; reachedEnd: boolean }[];

/** One audit under way: what it was asked, and which columns it has walked. */
interface Course {
  readonly walked: Walked;
  readonly endedSince: WallTime;
  readonly onRows: RowsListener;
}

interface Findings {
  readonly rows: readonly Connection[];
  readonly rowsRead: number;
  readonly partial: number;
  readonly ended: readonly EndedConnection[];
  readonly because: Shortcoming;
  readonly last: Anchor | null;
}

const nothing: Findings = { rows: [], rowsRead: 0, partial: 0, ended: [], because: null, last: null };

class SnmpAudits {
  private readonly gateway: GatewayNaming;
  private readonly client: SnmpClient;
  private readonly clock: Clock;
  private readonly pace = createPace();
  private agent: Run | null = null;

  constructor(gateway: GatewayNaming, client: SnmpClient, clock: Clock) {
    this.gateway = gateway;
    this.client = client;
    this.clock = clock;
  }

  async run(mode: AuditMode, endedSince: WallTime, onRows: RowsListener): Promise<AuditResult> {
    const startedAt = this.clock.now();
    const packetsBefore = this.client.packets;
    const walked: Walked = [];
    const first = await this.anchor();
    const found =
      typeof first === "string" ? { ...nothing, because: first } : await this.findings(mode, first, { walked, endedSince, onRows });
    const uptime = this.agent === null ? null : bestOf(this.agent.readings);
    const endedAt = this.clock.now();
    return {
      mode,
      complete: found.because === null,
      incompleteBecause: found.because,
      failureKind: found.because === null ? null : "other",
      tellsBoot: true,
      bootEpoch: this.agent?.bootEpoch ?? null,
      uptimeBefore: typeof first === "string" ? null : first.uptime.uptimeTicks,
      engineBoots: typeof first === "string" ? null : first.engineBoots,
      uptimeTicks: found.last?.uptime.uptimeTicks ?? null,
      columns: walked,
      rows: found.rows,
      rowsRead: found.rowsRead,
      partialRows: found.partial,
      ended: found.ended,
      scalarCount: found.last?.count ?? null,
      rttMs: found.last?.uptime.rttMs ?? null,
      packets: this.client.packets - packetsBefore,
      durationMs: endedAt.mono - startedAt.mono,
      clockErrorMs: uptime === null ? null : stampErrorMs(uptime.rttMs),
      startedAt,
      endedAt,
    };
  }

  /** What lies between the first and the last reading of sysUpTime. */
  private async findings(mode: AuditMode, first: Anchor, course: Course): Promise<Findings> {
    const run = this.enter(first);
    const found = mode === "history" ? await this.history(run, course) : await this.live(run, mode, first, course);
    const last = await this.anchor();
    if (this.stepped(run)) {
      // Every stamp was placed on a clock that is no more: rows that claimed to be exact would be believed.
      this.agent = null;
      return { ...nothing, because: "this server's clock was set during the audit" };
    }
    if (typeof last === "string") return { ...found, because: found.because ?? last };
    if (this.isOtherRun(run, last)) {
      this.agent = null;
      return { ...found, because: "the agent restarted during the audit" };
    }
    this.remember(run, last.uptime);
    return { ...found, last };
  }

  private stepped(run: Run): boolean {
    return clockStep(run.clocks, this.clock.now()) !== 0;
  }

  private tell(run: Run, course: Course, rows: readonly Connection[]): void {
    if (rows.length > 0 && !this.stepped(run)) course.onRows(rows);
  }

  /** sysUpTime, engine boots and the agent's own count, in one request. */
  private async anchor(): Promise<Anchor | string> {
    const askedAt = this.clock.now();
    const result = await this.client.get([sysUpTime, snmpEngineBoots, totalActiveConnections]);
    const now = this.clock.now();
    const readAt = now.wall;
    if (!result.ok) return `no answer to sysUpTime: ${result.text}`;
    // The answer may have waited here while this machine slept: when it was read nobody can say.
    if (clockStep(askedAt, now) !== 0) return "this server's clock was set while sysUpTime was read";
    const [ticks, boots, count] = result.varbinds.map((varbind) => (typeof varbind.value === "number" ? varbind.value : null));
    if (ticks == null) return "the agent has no sysUpTime";
    return {
      uptime: { uptimeTicks: ticks, readAt: readAt - result.rttMs / 2, rttMs: result.rttMs },
      clocks: now,
      engineBoots: boots ?? null,
      count: count ?? null,
    };
  }

  /** Engine boots name the run where the agent has them; else an uptime that does not fit the time that passed betrays another run. */
  private isOtherRun(run: Run, anchor: Anchor): boolean {
    return run.engineBoots !== anchor.engineBoots || (anchor.engineBoots === null && restartedBetween(run.lastUptime, anchor.uptime));
  }

  /** The remembered run of the agent, or a new one where it restarted. */
  private enter(anchor: Anchor): Run {
    if (this.agent === null || this.isOtherRun(this.agent, anchor) || clockStep(this.agent.clocks, anchor.clocks) !== 0) {
      this.agent = {
        bootEpoch: anchor.engineBoots === null ? bootEpochOfUptime(anchor.uptime) : bootEpochOfEngineBoots(anchor.engineBoots),
        engineBoots: anchor.engineBoots,
        clocks: anchor.clocks,
        lastUptime: anchor.uptime,
        readings: [],
        rows: new Map(),
        ended: new Map(),
        lastHistoryIndex: null,
        historySince: Number.POSITIVE_INFINITY,
      };
    }
    this.remember(this.agent, anchor.uptime);
    return this.agent;
  }

  private remember(run: Run, uptime: UptimeReading): void {
    if (run.readings.length > 0 && !dateAlike(run.lastUptime, uptime)) run.readings.length = 0;
    run.lastUptime = uptime;
    run.readings.push(uptime);
    if (run.readings.length > readingsKept) run.readings.shift();
  }

  private async live(run: Run, mode: "full" | "liveness", first: Anchor, course: Course): Promise<Findings> {
    const { states, because } = await this.states(first, course);
    const moment = { bootEpoch: run.bootEpoch, uptime: bestOf(run.readings), seenAt: this.clock.now().mono };
    const rows = new Map<string, Connection>();
    const wanted: string[] = [];
    for (const [index, state] of states) {
      const known = mode === "full" ? undefined : unchangedRow(run, index, state);
      if (known === undefined) wanted.push(index);
      else rows.set(index, { ...known, seenAt: moment.seenAt });
    }
    this.tell(run, course, [...rows.values()]);
    const read = await this.read(course, activeColumns, requiredActiveColumns, wanted, states.size, null);
    let partial = 0;
    const fresh: Connection[] = [];
    for (const [index, values] of read.rows) {
      // The agent had the row a moment ago and has nothing of it now: it ended in between.
      if (values.size === 0) continue;
      const [setupTicks = 0, number = 0] = index.split(".").map(Number);
      const row = connectionOfRow(this.gateway, setupTicks, number, values, moment);
      if (row === null) partial += 1;
      else {
        rows.set(index, row);
        fresh.push(row);
      }
    }
    this.tell(run, course, fresh);
    run.rows = rows;
    const shortcoming = because ?? read.failure ?? (partial > 0 ? `${partial} rows are partial` : null);
    return { ...nothing, rows: [...rows.values()], rowsRead: fresh.length, partial, because: shortcoming };
  }

  /** The liveness column, walked until it agrees with the agent's own count before and after. */
  private async states(first: Anchor, course: Course): Promise<{ states: ColumnValues; because: Shortcoming }> {
    let before = first;
    let found: ColumnValues = new Map();
    let because: Shortcoming = null;
    for (let attempt = 1; attempt <= countAttempts; attempt++) {
      const walk = noted(course, callActive.callState, await walkColumn(this.client, this.pace, callActive.callState));
      found = walk.values;
      if (walk.failure !== null) return { states: found, because: walk.failure };
      const after = await this.anchor();
      if (typeof after === "string") return { states: found, because: after };
      if (before.count === null || after.count === null) return { states: found, because: null };
      if (found.size >= Math.min(before.count, after.count) && found.size <= Math.max(before.count, after.count))
        return { states: found, because: null };
      because = `the agent counts ${after.count} connections, the walk found ${found.size}`;
      before = after;
    }
    return { states: found, because };
  }

  /** All columns of the wanted rows: by walking the columns where that is cheaper, else by exact index. Partial rows are read once more. */
  private async read(
    course: Course,
    columns: readonly Oid[],
    required: readonly Oid[],
    wanted: readonly string[],
    total: number,
    after: string | null,
  ): Promise<{ rows: Rows; failure: Shortcoming }> {
    if (wanted.length === 0) return { rows: new Map(), failure: null };
    if (wanted.length < walkFromRows || wanted.length < total * walkShare) return this.readByIndex(course, columns, wanted);
    const rows: Rows = new Map(wanted.map((index) => [index, new Map()]));
    let failure: Shortcoming = null;
    for (const [i, walk] of (await walkColumns(this.client, this.pace, columns, after)).entries()) {
      failure ??= noted(course, columns[i] as Oid, walk).failure;
      for (const [index, value] of walk.values) rows.get(index)?.set(columns[i] as Oid, value);
    }
    const partial = wanted.filter((index) => !required.every((column) => rows.get(index)?.has(column)));
    const again = await this.readByIndex(course, columns, partial);
    for (const [index, values] of again.rows) rows.set(index, values);
    return { rows, failure: failure ?? again.failure };
  }

  /** A failure is also told among the columns, so that no reader of the result takes unread rows for gone ones. */
  private async readByIndex(
    course: Course,
    columns: readonly Oid[],
    indexes: readonly string[],
  ): Promise<{ rows: Rows; failure: Shortcoming }> {
    const read = await readRows(this.client, columns, indexes);
    if (read.failure !== null) course.walked.push({ column: "rows by index", reachedEnd: false });
    return read;
  }

  private async history(run: Run, course: Course): Promise<Findings> {
    const since = course.endedSince;
    const uptime = bestOf(run.readings);
    const errorMs = stampErrorMs(uptime.rttMs);
    // Older ones than ever asked for were skipped before: begin again.
    const from = since < run.historySince ? 0 : (run.lastHistoryIndex ?? 0);
    const after = await historyStart(this.client, from, (ticks) => wallOfStamp(uptime, ticks) + latestEntryMs >= since);
    if (from === 0 || after > from) run.historySince = since;
    const walk = noted(
      course,
      ciscoHistory.disconnectTime,
      await walkColumn(this.client, this.pace, ciscoHistory.disconnectTime, String(after)),
    );
    const wanted = [...walk.values]
      .filter(
        ([index, ticks]) =>
          !run.ended.has(Number(index)) && typeof ticks === "number" && wallOfStamp(uptime, ticks) + errorMs >= run.historySince,
      )
      .map(([index]) => index);
    const firstWanted = wanted[0] === undefined ? null : String(Number(wanted[0]) - 1);
    const read = await this.read(course, historyColumns, requiredHistoryColumns, wanted, wanted.length, firstWanted);
    let partial = 0;
    for (const [index, values] of read.rows) {
      const row = endedOfRow(this.gateway, values, { bootEpoch: run.bootEpoch, uptime });
      if (row === null) partial += 1;
      else run.ended.set(Number(index), row);
    }
    const because = walk.failure ?? read.failure ?? (partial > 0 ? `${partial} history rows are partial` : null);
    const lastIndex = [...walk.values.keys()].at(-1);
    if (because === null && lastIndex !== undefined) run.lastHistoryIndex = Number(lastIndex);
    this.forgetOldest(run);
    const ended = [...run.ended.values()].filter((row) => row.endAt + errorMs >= since).sort((a, b) => a.endAt - b.endAt);
    return { ...nothing, rowsRead: read.rows.size, partial, ended, because };
  }

  private forgetOldest(run: Run): void {
    for (const [index, row] of run.ended) {
      if (run.ended.size <= endedKept) return;
      run.ended.delete(index);
      run.historySince = Math.max(run.historySince, row.endAt);
    }
  }
}

function noted(course: Course, column: Oid, walk: ColumnWalk): ColumnWalk {
  course.walked.push({ column, reachedEnd: walk.failure === null });
  return walk;
}

/** The row as read before, where it is still in the state in which it was read. */
function unchangedRow(run: Run, index: string, state: SnmpValue): Connection | undefined {
  const known = run.rows.get(index);
  return known !== undefined && typeof state === "number" && known.state === decodeLegState(state) ? known : undefined;
}

function bestOf(readings: readonly UptimeReading[]): UptimeReading {
  return readings.reduce((best, reading) => (reading.rttMs <= best.rttMs ? reading : best));
}
