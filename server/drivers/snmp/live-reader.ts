/** The live rows of a table: the watched column of every row, whole rows of what is new or changed, and counters a part at a time. */
import type { Connection } from "../../core/calls/connection.ts";
import type { Instant } from "../../core/time.ts";
import type { SnmpValue } from "../../protocols/snmp/oid.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Anchor } from "./agent-run.ts";
import { type Course, type Findings, finishWalk, noFindings, type Shortcoming, shortcomingOf } from "./audit-course.ts";
import { ColumnCursor, type ColumnValues } from "./column-walk.ts";
import { CounterRound } from "./counter-round.ts";
import { connectionOf, FieldValues, type GearNaming, type RowMoment } from "./profile-row.ts";
import type { RowsRead } from "./row-reader.ts";
import { hasAll } from "./snmp-detection.ts";
import { LegNumbers, type SnmpPlan } from "./snmp-plan.ts";

const countAttempts = 3;

interface States {
  readonly states: ColumnValues;
  readonly shortcoming: Shortcoming | null;
  readonly last: Anchor | null;
}

export class LiveReader {
  readonly #plan: SnmpPlan;
  readonly #naming: GearNaming;
  readonly #own: boolean;
  readonly #clock: Clock;
  readonly #numbers: LegNumbers;
  readonly #counters: CounterRound;

  constructor(plan: SnmpPlan, naming: GearNaming, own: boolean, clock: Clock) {
    this.#plan = plan;
    this.#naming = naming;
    this.#own = own;
    this.#clock = clock;
    this.#numbers = new LegNumbers(plan);
    this.#counters = new CounterRound(plan);
  }

  async read(course: Course, full: boolean, first: Anchor, cursor: ColumnCursor): Promise<Findings> {
    const { run } = course;
    const { stableIndex } = this.#plan.profile.legs;
    const { states, shortcoming, last } = await this.#states(course, first, cursor);
    const moment: RowMoment = { bootEpoch: run.bootEpoch, uptime: run.bestReading(), seenAt: this.#clock.now().mono };
    // As they were read: copies with another instant, kept from audit to audit, would all grow old in vain.
    const rows = new Map<string, Connection>();
    const wanted: string[] = [];
    for (const [index, value] of states) {
      const known = full || !stableIndex ? undefined : this.#unchanged(run.rows.get(index), value);
      if (known === undefined) wanted.push(index);
      else rows.set(index, known);
    }
    const seen = (): Connection[] => Array.from(rows.values(), (row) => seenAgain(row, moment.seenAt));
    const known = seen();
    course.onRows(known);
    const read = await course.reader.read(this.#plan.legs, wanted, {
      known: { column: this.#plan.liveness.oid, values: states },
      total: states.size,
      after: full ? null : lastBefore(states, wanted),
      walked: course.walked,
    });
    const packets = course.reader.client.packets;
    const counted = !full && stableIndex && (await this.#counters.read(course.reader.client, rows, moment));
    const renumbered = stableIndex ? null : await this.#renumbered(course, states);
    const { fresh, partial } = this.#take(read.rows, rows, moment);
    course.onRows(fresh);
    const same = wanted.length === 0 && !counted;
    if (!same || run.rows.size !== rows.size) run.rows = rows;
    const unread: Shortcoming | null = partial > 0 ? { because: `${partial} rows are partial`, kind: "other" } : null;
    const why = shortcoming ?? (read.failure && shortcomingOf(read.failure)) ?? renumbered ?? unread;
    // Legs that were not read may be up: with another number they would be others.
    if (why === null) this.#numbers.keepOnly(rows.values());
    return {
      ...noFindings,
      rows: same ? known : seen(),
      rowsRead: fresh.length,
      partial,
      shortcoming: why,
      // Nothing was asked since, so the walk's last word is the audit's last word.
      last: wanted.length === 0 && stableIndex && course.reader.client.packets === packets ? last : null,
    };
  }

  /** Whole rows that were read become rows of the result. Of those that the agent has no more nothing was read: they ended meanwhile. */
  #take(read: RowsRead["rows"], rows: Map<string, Connection>, moment: RowMoment) {
    let partial = 0;
    const fresh: Connection[] = [];
    for (const [index, raw] of read) {
      if (raw === null) {
        partial += 1;
        continue;
      }
      const values = new FieldValues(raw, moment);
      const legNumber = this.#numbers.keyOf(index, values.text("legName"));
      const key = { gateway: this.#naming.name, bootEpoch: moment.bootEpoch, ...legNumber };
      const { state } = this.#plan.profile.legs;
      const row = connectionOf(values, { naming: this.#naming, key, moment, state, numbersConnections: this.#own });
      if (row === null) rows.delete(index);
      else {
        rows.set(index, row);
        fresh.push(row);
      }
    }
    return { fresh, partial };
  }

  /** The row as read before, where the watched column says the same of it. */
  #unchanged(known: Connection | undefined, value: SnmpValue): Connection | undefined {
    const { field, as } = this.#plan.liveness;
    if (known === undefined || field !== "state") return known;
    const now = new FieldValues(new Map([["state", { value, as }]]), noMoment).text("state") ?? "unknown";
    return now === known.state ? known : undefined;
  }

  /** The watched column, walked until it agrees with the agent's own count before and after. */
  async #states(course: Course, first: Anchor, begun: ColumnCursor): Promise<States> {
    const { count } = this.#plan.profile;
    let before = first;
    let cursor = begun;
    for (let attempt = 1; ; attempt++) {
      const packets = course.reader.client.packets;
      cursor.expected = before.count;
      const walk = await finishWalk(course, cursor, this.#plan.liveness.object);
      const states = walk.values;
      if (walk.failure !== null) return { states, shortcoming: shortcomingOf(walk), last: null };
      const nothing = states.size === 0 && !this.#own ? await this.#nothingThere(course) : null;
      if (nothing !== null) return { states, shortcoming: nothing, last: null };
      // The count came with the rows, in one datagram, where that was enough for all of them.
      const after = attempt === 1 && course.reader.client.packets === packets ? first : await course.anchor();
      if ("because" in after) return { states, shortcoming: after, last: null };
      const agreed =
        before.count === null || after.count === null || count?.exact === false || isBetween(states.size, before.count, after.count);
      if (agreed) return { states, shortcoming: null, last: after };
      const lies: Shortcoming = { because: `the agent counts ${after.count} connections, the walk found ${states.size}`, kind: "lies" };
      if (attempt === countAttempts) return { states, shortcoming: lies, last: after };
      before = after;
      cursor = new ColumnCursor(this.#plan.liveness.oid);
    }
  }

  /** Other gear, and an agent that lost touch with the gear, has none of its objects, which looks like a table without rows. */
  async #nothingThere({ reader }: Course): Promise<Shortcoming | null> {
    const { agent, detect, title } = this.#plan.profile;
    const there = await hasAll(reader.client, detect.present);
    if (typeof there !== "boolean") return there;
    const why = agent === "apart" ? "it lost touch with the gear, or this profile does not fit" : "this profile does not fit";
    return there ? null : { because: `the agent answers, and has nothing of ${title}: ${why}`, kind: "other" };
  }

  /** Rows that are numbered anew while they are read belong to one another no more. */
  async #renumbered(course: Course, states: ColumnValues): Promise<Shortcoming | null> {
    const again = await finishWalk(course, new ColumnCursor(this.#plan.liveness.oid), this.#plan.liveness.object);
    if (again.failure !== null) return shortcomingOf(again);
    const same = again.values.size === states.size && [...again.values].every(([index, value]) => isSame(states.get(index), value));
    return same ? null : { because: "the agent numbered its rows anew while they were read", kind: "other" };
  }
}

/** Where the agent numbers its rows in the order of their set-up, those that are new lie behind all others; null: they do not. */
function lastBefore(states: ColumnValues, wanted: readonly string[]): string | null {
  const first = states.size - wanted.length - 1;
  if (wanted.length === 0 || first < 0) return null;
  let place = 0;
  let last: string | null = null;
  for (const index of states.keys()) {
    if (place === first) last = index;
    if (place > first && index !== wanted[place - first - 1]) return null;
    place += 1;
  }
  return last;
}

function seenAgain(row: Connection, seenAt: Instant): Connection {
  return row.seenAt === seenAt ? row : { ...row, seenAt };
}

const noMoment: RowMoment = { bootEpoch: 0, uptime: { uptimeTicks: 0, readAt: 0, rttMs: 0 }, seenAt: 0 };

function isBetween(value: number, a: number, b: number): boolean {
  return value >= Math.min(a, b) && value <= Math.max(a, b);
}

function isSame(a: SnmpValue | undefined, b: SnmpValue): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : a === b;
}
