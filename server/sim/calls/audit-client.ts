/**
 * How a simulated server reads one gateway over SNMP: single questions that may go unanswered, a walk in pieces over a table that changes
 * meanwhile, sysUpTime and the gateway's own count before and after. It delivers what the driver delivers, partial polls included.
 */
import type { ActivePoll } from "../../core/calls/complete-poll.ts";
import type { Connection, EndedConnection } from "../../core/calls/connection.ts";
import type { Gateway } from "../../core/gateway/gateway.ts";
import { type RowKey, ticksAt } from "../../core/gateway/row-key.ts";
import type { BootId, NodeName } from "../../core/identity.ts";
import { clockStep, type Instant, type Now, type WallTime } from "../../core/time.ts";
import {
  bootEpochOfEngineBoots,
  dateAlike,
  engineBootsOf,
  stampErrorMs,
  type UptimeReading,
  wallOfStamp,
} from "../../protocols/snmp/uptime.ts";
import type { Gate } from "./gate.ts";
import { activeRow, endedRow } from "./mib-rows.ts";
import type { PlanePorts } from "./plane-ports.ts";
import { type ReadPiece, readPiece, rowsOf } from "./read-piece.ts";
import { ReadRows } from "./read-rows.ts";

const timeoutsMs = [500, 750, 1125] as const;
const countAttempts = 3;
/** Columns of a row that are read, and what one of them takes on the wire with its name. */
const columns = 18;
const varbindOctets = 120;
const readingsKept = 8;

export interface AuditOptions {
  readonly ports: PlanePorts;
  readonly self: NodeName;
  readonly gateway: NodeName;
  /** The gateway's present boot; null while it is down. */
  readonly target: () => AuditedGateway | null;
  /** Rows of the active table that one answer holds. */
  readonly rowsPerAnswer: number;
  /** Of the whole server, for all its gateways. */
  readonly gate: Gate;
}

/** What an audit reads. */
export interface AuditedGateway {
  readonly boot: BootId;
  readonly plant: { readonly gateway: Gateway };
}

interface Anchor {
  readonly boot: number;
  readonly uptime: UptimeReading;
  readonly count: number;
}

interface Run {
  readonly boot: number;
  /** Both clocks of the reader when its readings began to count. */
  readonly since: Now;
  readonly readings: UptimeReading[];
  /** Set-up and state as last read, in one number. */
  rows: ReadRows;
}

interface Question<T> {
  open: {
    readonly read: (gateway: AuditedGateway) => T;
    readonly octetsOf: (answer: T) => number;
    readonly done: (answer: T | null, rttMs: number) => void;
  } | null;
}

type RowsListener = (rows: readonly Connection[]) => void;

export interface HistoryRead {
  readonly rows: readonly EndedConnection[];
  readonly complete: boolean;
}

export class AuditClient {
  readonly #options: AuditOptions;
  #run: Run | null = null;
  /** One audit of live rows at a time, in the order asked. */
  readonly #live: (() => void)[] = [];

  constructor(options: AuditOptions) {
    this.#options = options;
  }

  /** As if an audit had just been over: what it would have read costs nothing. */
  readAlready(done: (poll: ActivePoll) => void): void {
    const { target, gateway, ports } = this.#options;
    const there = target();
    if (there === null) return;
    const now = this.#now();
    const { table } = there.plant.gateway;
    const uptimeTicks = ticksAt(table.startedAt, ports.now(gateway).mono);
    const moment = { bootEpoch: bootEpochOf(there.boot), uptime: { uptimeTicks, readAt: now.wall, rttMs: 1 }, seenAt: now.mono };
    const rows = table.rows.map((row) => activeRow(there.plant.gateway, row, moment));
    this.#run = { boot: there.boot, since: now, readings: [moment.uptime], rows: readRows(rows) };
    const columns = [{ column: "callActiveCallState", reachedEnd: true }];
    const engineBoots = engineBootsOf(there.boot);
    done({
      ...emptyPoll(gateway, now),
      engineBoots,
      uptimeBefore: uptimeTicks,
      uptimeAfter: uptimeTicks,
      columns,
      activeCount: rows.length,
      rows,
    });
  }

  /** `full` reads every row; else rows already known in their present state are repeated as last read. */
  audit(full: boolean, onRows: RowsListener, done: (poll: ActivePoll) => void): void {
    const task = () =>
      this.#walk(full, onRows, (poll) => {
        this.#live.shift();
        done(poll);
        this.#live[0]?.();
      });
    this.#live.push(task);
    if (this.#live.length === 1) task();
  }

  history(since: WallTime, done: (read: HistoryRead) => void): void {
    this.#anchor((first) => {
      if (first === null) {
        done({ rows: [], complete: false });
        return;
      }
      const { uptime, boot } = first;
      const before = this.#now();
      const errorMs = stampErrorMs(uptime.rttMs);
      const read = (gateway: AuditedGateway) => {
        const { history } = gateway.plant.gateway;
        const rows = history.byEnd.slice(history.forgotten).filter((row) => wallOfStamp(uptime, row.endTicks) + errorMs >= since);
        return rows.map((row) => endedRow(gateway.plant.gateway, row, { bootEpoch: bootEpochOf(boot), uptime }));
      };
      this.#question(
        read,
        (rows) => (1 + rows.length * columns) * varbindOctets,
        (rows) => {
          const complete = rows !== null && clockStep(before, this.#now()) === 0;
          done({ rows: complete ? rows : [], complete });
        },
      );
    });
  }

  #now(): Now {
    return this.#options.ports.now(this.#options.self);
  }

  /** Asks until answered, three times in all; null = no answer. */
  #question<T>(
    read: (gateway: AuditedGateway) => T,
    octetsOf: (answer: T) => number,
    done: (answer: T | null, rttMs: number) => void,
  ): void {
    this.#options.gate.enter((leave) =>
      this.#asked(read, octetsOf, (answer, rttMs) => {
        leave();
        done(answer, rttMs);
      }),
    );
  }

  #asked<T>(read: (gateway: AuditedGateway) => T, octetsOf: (answer: T) => number, done: (answer: T | null, rttMs: number) => void): void {
    // Its timers outlive it: they must not keep what was read.
    const question: Question<T> = { open: { read, octetsOf, done } };
    this.#attempt(question, 0);
  }

  #attempt<T>(question: Question<T>, turn: number): void {
    const { ports, self, gateway, target } = this.#options;
    const sentAt = this.#now().mono;
    ports.carry(self, gateway, 1, () => {
      const there = target();
      if (there === null) return;
      if (question.open === null) {
        // Answered already: the gateway answers once more, and nobody looks at it.
        ports.carry(gateway, self, 1, () => {});
        return;
      }
      const answer = question.open.read(there);
      ports.carry(gateway, self, 1, () => this.#answered(question, answer, sentAt), question.open.octetsOf(answer));
    });
    ports.after(self, timeoutsMs[turn]!, () => {
      if (question.open === null) return;
      if (turn + 1 < timeoutsMs.length) this.#attempt(question, turn + 1);
      else close(question)?.done(null, 0);
    });
  }

  #answered<T>(question: Question<T>, answer: T, sentAt: number): void {
    close(question)?.done(answer, this.#now().mono - sentAt);
  }

  #anchor(done: (anchor: Anchor | null) => void): void {
    const { ports, gateway } = this.#options;
    const read = (there: AuditedGateway) => ({
      boot: there.boot,
      ticks: ticksAt(there.plant.gateway.table.startedAt, ports.now(gateway).mono),
      count: there.plant.gateway.table.rows.length,
    });
    const askedAt = this.#now();
    this.#question(
      read,
      () => 3 * varbindOctets,
      (answer, rttMs) => {
        // Asked before this server's clock was set, or before it slept: when it was read nobody can say.
        if (answer === null || clockStep(askedAt, this.#now()) !== 0) {
          done(null);
          return;
        }
        const uptime = { uptimeTicks: answer.ticks, readAt: this.#now().wall - rttMs / 2, rttMs };
        // Readings of before this server's clock was set date nothing any more.
        const known = this.#run !== null && this.#run.boot === answer.boot && !this.#stepped(this.#run) ? this.#run : null;
        this.#run = known ?? { boot: answer.boot, since: this.#now(), readings: [], rows: readRows([]) };
        const { readings } = this.#run;
        const before = readings.at(-1);
        if (before !== undefined && !dateAlike(before, uptime)) readings.length = 0;
        readings.push(uptime);
        if (readings.length > readingsKept) readings.shift();
        done({ boot: answer.boot, uptime, count: answer.count });
      },
    );
  }

  #stepped(run: Run): boolean {
    return clockStep(run.since, this.#now()) !== 0;
  }

  #walk(full: boolean, onRows: RowsListener, done: (poll: ActivePoll) => void): void {
    const startedAt = this.#now();
    const told = emptyPoll(this.#options.gateway, startedAt);
    const finish = (found: Partial<ActivePoll>): void => {
      const { mono, wall } = this.#now();
      done({ ...told, ...found, endedAt: mono, endedWall: wall });
    };
    this.#anchor((first) => {
      if (first === null) {
        finish({ failure: "no answer to sysUpTime" });
        return;
      }
      const run = this.#run!;
      this.#pieces(full, first, onRows, 1, (rows, reachedEnd, last) => {
        const columns = [{ column: "callActiveCallState", reachedEnd }];
        const failure = this.#spoilt(run, last);
        if (failure !== null) this.#run = null;
        finish({
          failure,
          uptimeBefore: first.uptime.uptimeTicks,
          engineBoots: engineBootsOf(first.boot),
          uptimeAfter: last?.uptime.uptimeTicks ?? null,
          columns,
          activeCount: last?.count ?? null,
          rows,
        });
      });
    });
  }

  /** Why nothing that was read since the run's readings began to count is worth anything; null where it is. */
  #spoilt(run: Run, last: Anchor | null): string | null {
    if (last !== null && last.boot !== run.boot) return "the agent restarted during the audit";
    return this.#stepped(run) ? "this server's clock was set during the audit" : null;
  }

  /** Walks the table, again where it disagrees with the gateway's own count before and after. */
  #pieces(
    full: boolean,
    before: Anchor,
    onRows: RowsListener,
    attempt: number,
    done: (rows: Connection[], reachedEnd: boolean, last: Anchor | null) => void,
  ): void {
    const run = this.#run!;
    const { rowsPerAnswer } = this.#options;
    const uptime = bestOf(run.readings);
    const isKnown = (number: number, reading: number): boolean => !full && run.rows.of(number) === reading;
    // In the table's order, each row once: a piece begins behind the one before.
    const found: { readonly piece: ReadPiece; readonly seenAt: Instant }[] = [];
    let count = 0;
    const end = (reachedEnd: boolean): void =>
      this.#anchor((last) => {
        const agrees = last === null || (count >= Math.min(before.count, last.count) && count <= Math.max(before.count, last.count));
        if (reachedEnd && !agrees && attempt < countAttempts && last?.boot === run.boot) {
          this.#pieces(full, last, onRows, attempt + 1, done);
          return;
        }
        const rows = found.flatMap(({ piece, seenAt }) => rowsOf(piece, seenAt));
        run.rows = readRows(rows);
        done(rows, reachedEnd, last);
      });
    const next = (after: RowKey): void => {
      const read = (there: AuditedGateway) => {
        return readPiece(there.plant.gateway, after, rowsPerAnswer, { bootEpoch: bootEpochOf(there.boot), uptime });
      };
      // Rows that are known already cost the one column that says so.
      const octets = ({ rows, connectTicks }: ReadPiece) =>
        rows.reduce((sum, { number, setupTicks }, place) => {
          const known = isKnown(number, readingOf(setupTicks, connectTicks[place]! > 0));
          return sum + (known ? 1 : columns) * varbindOctets;
        }, varbindOctets);
      this.#question(read, octets, (piece) => {
        if (piece === null || this.#stepped(run)) {
          end(false);
          return;
        }
        const seenAt = this.#now().mono;
        found.push({ piece, seenAt });
        count += piece.rows.length;
        if (piece.rows.length > 0) onRows(rowsOf(piece, seenAt));
        const last = piece.rows.at(-1);
        if (last === undefined || piece.rows.length < rowsPerAnswer) end(true);
        else next({ setupTicks: last.setupTicks, number: last.number + 1 });
      });
    };
    next({ setupTicks: 0, number: 0 });
  }
}

/** Takes what is to be done with the answer; null where it was done. */
function close<T>(question: Question<T>): Question<T>["open"] {
  const { open } = question;
  question.open = null;
  return open;
}

function emptyPoll(gateway: NodeName, now: Now): ActivePoll {
  return {
    gateway,
    startedAt: now.mono,
    startedWall: now.wall,
    endedAt: now.mono,
    endedWall: now.wall,
    failure: null,
    uptimeBefore: null,
    engineBoots: null,
    uptimeAfter: null,
    columns: [],
    activeCount: null,
    rows: [],
    partialRows: 0,
  };
}

/** What tells a row that was read before from one that is new or has changed its state. */
function readingOf(setupTicks: number, connected: boolean): number {
  return setupTicks * 2 + (connected ? 1 : 0);
}

function readRows(rows: readonly Connection[]): ReadRows {
  return new ReadRows(rows.map((row) => [row.index, readingOf(row.setupTicks, row.state === "active")]));
}

function bootEpochOf(boot: BootId): number {
  return bootEpochOfEngineBoots(engineBootsOf(boot));
}

function bestOf(readings: readonly UptimeReading[]): UptimeReading {
  return readings.reduce((best, reading) => (reading.rttMs <= best.rttMs ? reading : best));
}
