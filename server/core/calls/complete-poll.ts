/**
 * Judges what an audit of a gateway's active connections proves.
 * Presence proves presence: whole rows count even from a walk that was cut. Absence proves nothing unless the walk was complete:
 * every column reached its end, the same boot of the gateway before and after, and the gateway's own count agrees. A leg has ended
 * only when N complete polls in a row lack it. A gateway that restarted has lost every leg of its boot before.
 */
import type { NodeName } from "../identity.ts";
import { type Instant, type Now, notAfter, type WallTime } from "../time.ts";
import { type Connection, legKeyText } from "./connection.ts";
import type { LegSet } from "./leg-set.ts";
import { isRepeated } from "./repeated-row.ts";

/** One walk over a gateway's active table, as the driver read it. */
export interface ActivePoll {
  readonly gateway: NodeName;
  /** Both clocks at the first request and at the last response. */
  readonly startedAt: Instant;
  readonly startedWall: WallTime;
  readonly endedAt: Instant;
  readonly endedWall: WallTime;
  /** Why nothing was read; null where the walk got through. */
  readonly failure: string | null;
  /** False: the gear has no word for its boot (MGCP, SIP), so a restart shows only as connections that are gone. Absent: it has one. */
  readonly tellsBoot?: boolean;
  /** sysUpTime in 1/100 s, read first and last. */
  readonly uptimeBefore: number | null;
  readonly uptimeAfter: number | null;
  /** snmpEngineBoots (RFC 3411) at the first request; null where the agent has none. */
  readonly engineBoots: number | null;
  /** Each column walked, and whether the walk came to its end. */
  readonly columns: readonly { readonly column: string; readonly reachedEnd: boolean }[];
  /** The gateway's own count of active legs; null where it has none. */
  readonly activeCount: number | null;
  /** Whole rows only. */
  readonly rows: readonly Connection[];
  /** Rows of which some column stayed unread. */
  readonly partialRows: number;
}

export interface EndedLeg {
  readonly connection: Connection;
  /** Its end lies between these two. */
  readonly lastSeenAt: WallTime;
  readonly goneAt: WallTime;
}

/** The legs that are known of the polled gateway. */
export type KnownLegs = Pick<LegSet, "find" | "values">;

export type PollJudgement =
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "partial"; readonly reason: string; readonly rows: readonly Connection[] }
  | { readonly kind: "restarted"; readonly rows: readonly Connection[]; readonly lastSeenAt: WallTime; readonly restartedAt: WallTime }
  | { readonly kind: "complete"; readonly rows: readonly Connection[]; readonly ended: readonly EndedLeg[]; readonly missing: number };

/** How fresh the knowledge of one gateway is; the form of `GatewayHealth.audit`. */
export interface AuditFreshness {
  state: "never" | "complete" | "partial" | "failed";
  lastCompleteAt: WallTime | null;
  lastAttemptAt: WallTime | null;
  rows: number | null;
  durationMs: number | null;
  consecutiveFailures: number;
  lastFailure: string | null;
}

export interface PollPolicy {
  /** N: complete polls in a row that must lack a leg. */
  readonly missedPolls: number;
  /** The count may differ from the rows by this much, because legs come and go during the walk. */
  readonly countSlack: number;
  readonly countSlackFraction: number;
  /** sysUpTime may lag behind our own clock by this much before it means a restart. */
  readonly uptimeSlackMs: number;
  readonly uptimeSlackFraction: number;
}

export const defaultPollPolicy: PollPolicy = {
  missedPolls: 2,
  countSlack: 2,
  countSlackFraction: 0.05,
  uptimeSlackMs: 1_000,
  uptimeSlackFraction: 0.001,
};

const ticksRange = 2 ** 32;
const msPerTick = 10;
/** In the keys of legs of gear that has no word for its boot. */
const noBoot = 0;

interface Boot {
  /** Part of every leg key; set once per boot, so that later readings cannot shift it. */
  readonly epoch: number;
  engineBoots: number | null;
  uptimeTicks: number;
  readAt: Instant;
  readWall: WallTime;
}

interface Missing {
  polls: number;
  readonly goneAt: Instant;
}

/** The judge of one gateway's polls. */
export class PollJudge {
  readonly freshness: AuditFreshness = {
    state: "never",
    lastCompleteAt: null,
    lastAttemptAt: null,
    rows: null,
    durationMs: null,
    consecutiveFailures: 0,
    lastFailure: null,
  };
  readonly #policy: PollPolicy;
  #boot: Boot | null = null;
  /** The gear has no word for its boot: then all legs are of one. */
  #withoutBoot = false;
  /** Heard from the gateway itself, which no poll may have seen yet. */
  #restartedAt: WallTime | null = null;
  /** What the driver calls this boot, in the rows of the last poll. */
  #epochAsRead: number | null = null;
  #missing = new Map<string, Missing>();
  /** When the last N complete polls began, oldest first. */
  #completeBegan: readonly Instant[] = [];

  constructor(policy: PollPolicy) {
    this.#policy = policy;
  }

  /** When the gateway's present boot began, to the second; null while that is not known. */
  get bootedAt(): WallTime | null {
    const read = this.#boot?.epoch ?? null;
    if (this.#withoutBoot) return this.#restartedAt;
    return read === null || this.#restartedAt === null ? read : Math.max(read, this.#restartedAt);
  }

  /** It restarted no later than `at`, by this server's clock, and its history begins there. */
  noteRestart(at: WallTime): void {
    this.#restartedAt = at;
  }

  /** When the oldest of the last N complete polls began: what all of them lack was gone by then. Null before there were so many. */
  get completeSince(): Instant | null {
    return this.#completeBegan.length < this.#policy.missedPolls ? null : this.#completeBegan[0]!;
  }

  /** Rows of a walk that is still going on, under this boot's key; none where they may belong to another boot, which only the whole walk tells. */
  rowsOfThisBoot(rows: readonly Connection[]): readonly Connection[] {
    if (this.#withoutBoot) return rows.map((row) => keyed(row, noBoot));
    const boot = this.#boot;
    if (!boot) return [];
    return rows.filter((row) => row.bootEpoch === this.#epochAsRead).map((row) => keyed(row, boot.epoch));
  }

  judge(poll: ActivePoll, known: KnownLegs): PollJudgement {
    const judgement = this.#judge(poll, known);
    const { freshness } = this;
    freshness.lastAttemptAt = poll.endedWall;
    const shortcoming =
      judgement.kind === "restarted" ? this.#incompleteness(poll) : judgement.kind === "complete" ? null : judgement.reason;
    if (shortcoming !== null) {
      freshness.state = judgement.kind === "failed" ? "failed" : "partial";
      freshness.consecutiveFailures += 1;
      freshness.lastFailure = shortcoming;
      return judgement;
    }
    freshness.state = "complete";
    freshness.lastCompleteAt = poll.endedWall;
    freshness.rows = poll.rows.length;
    freshness.durationMs = poll.endedAt - poll.startedAt;
    freshness.consecutiveFailures = 0;
    freshness.lastFailure = null;
    return judgement;
  }

  #judge(poll: ActivePoll, known: KnownLegs): PollJudgement {
    if (poll.failure !== null) return { kind: "failed", reason: poll.failure };
    if (poll.tellsBoot === false) return this.#judgeWithoutBoot(poll, known);
    if (poll.uptimeBefore === null && poll.columns.length === 0) return { kind: "failed", reason: `${poll.gateway} did not answer SNMP` };
    if (poll.uptimeBefore === null) return { kind: "failed", reason: "sysUpTime was not read, so the gateway's boot is unknown" };
    const before = this.#boot;
    const restarted = before !== null && this.#wentBack(before, poll.uptimeBefore, poll.startedAt) && !slept(before, poll);
    const startOfBoot = poll.startedWall - poll.uptimeBefore * msPerTick;
    const boot: Boot =
      before !== null && !restarted
        ? before
        : {
            epoch: Math.round(startOfBoot / 1000) * 1000,
            engineBoots: poll.engineBoots,
            uptimeTicks: poll.uptimeBefore,
            readAt: poll.startedAt,
            readWall: poll.startedWall,
          };
    const started: Now = { mono: poll.startedAt, wall: poll.startedWall };
    const lastSeenAt = before === null ? startOfBoot : notAfter({ mono: before.readAt, wall: before.readWall }, started);
    boot.engineBoots = poll.engineBoots;
    boot.uptimeTicks = poll.uptimeBefore;
    boot.readAt = poll.startedAt;
    boot.readWall = poll.startedWall;
    // A restart during the walk: rows of two boots are mixed. The next poll sees the restart and judges it.
    if (poll.uptimeAfter !== null && this.#wentBack(boot, poll.uptimeAfter, poll.endedAt)) {
      return { kind: "failed", reason: "the gateway restarted, or slept, while it was read" };
    }
    this.#boot = boot;
    this.#epochAsRead = poll.rows[0]?.bootEpoch ?? (restarted ? null : this.#epochAsRead);
    const rows = poll.rows.map((row) => keyedOrKnown(row, boot.epoch, known));
    if (restarted) {
      this.#missing = new Map();
      // At the earliest, since sysUpTime counts whole ticks: what was set up just after it is not lost.
      return { kind: "restarted", rows, lastSeenAt, restartedAt: startOfBoot - msPerTick };
    }
    return this.#judgeWalk(poll, rows, known);
  }

  #judgeWithoutBoot(poll: ActivePoll, known: KnownLegs): PollJudgement {
    this.#withoutBoot = true;
    const rows = poll.rows.map((row) => keyedOrKnown(row, noBoot, known));
    return this.#judgeWalk(poll, rows, known);
  }

  #wentBack(boot: Boot, uptimeTicks: number, at: Instant): boolean {
    const elapsedMs = at - boot.readAt;
    const expected = boot.uptimeTicks * msPerTick + elapsedMs;
    const slackMs = this.#policy.uptimeSlackMs + elapsedMs * this.#policy.uptimeSlackFraction;
    if (uptimeTicks * msPerTick >= expected - slackMs) return false;
    // After 497.1 days the counter begins again: the same boot, one turn later.
    return Math.abs((uptimeTicks + ticksRange) * msPerTick - expected) > slackMs;
  }

  #incompleteness(poll: ActivePoll): string | null {
    const cut = poll.columns.find((column) => !column.reachedEnd);
    if (cut) return `the walk of ${cut.column} did not reach its end`;
    if (poll.columns.length === 0) return "no column was walked";
    if (poll.uptimeAfter === null && poll.tellsBoot !== false) return "sysUpTime was not read again after the walk";
    if (poll.partialRows > 0) return `${poll.partialRows} rows were read in part`;
    if (poll.activeCount === null) return null;
    const slack = this.#policy.countSlack + poll.activeCount * this.#policy.countSlackFraction;
    const emptyAnswer = poll.rows.length === 0 && poll.activeCount > 0;
    if (!emptyAnswer && Math.abs(poll.activeCount - poll.rows.length) <= slack) return null;
    return `the gateway counts ${poll.activeCount} active legs, the walk found ${poll.rows.length}`;
  }

  #judgeWalk(poll: ActivePoll, rows: readonly Connection[], known: KnownLegs): PollJudgement {
    const incomplete = this.#incompleteness(poll);
    if (incomplete !== null) return { kind: "partial", reason: incomplete, rows };
    const missing = new Map<string, Missing>();
    const ended: EndedLeg[] = [];
    let present: Set<string> | null = null;
    for (const connection of known.values()) {
      // A leg that was added while the walk ran may rightly be absent from it. Rows were told as they came: nearly all stop here.
      if (connection.seenAt >= poll.startedAt) continue;
      present ??= new Set(rows.map(legKeyText));
      const key = legKeyText(connection);
      if (present.has(key)) continue;
      const found = this.#missing.get(key) ?? { polls: 0, goneAt: poll.endedAt };
      found.polls += 1;
      if (found.polls < this.#policy.missedPolls) {
        missing.set(key, found);
        continue;
      }
      const lastSeenAt = poll.endedWall - (poll.endedAt - connection.seenAt);
      const goneAt = poll.endedWall - (poll.endedAt - found.goneAt);
      ended.push({ connection, lastSeenAt: Math.min(lastSeenAt, goneAt), goneAt });
    }
    this.#missing = missing;
    this.#completeBegan = [...this.#completeBegan, poll.startedAt].slice(-this.#policy.missedPolls);
    return { kind: "complete", rows, ended, missing: missing.size };
  }
}

/** The same boot, whose clock stood still for a while and then went on: a suspended machine. Its connections are all there. */
function slept(boot: Boot, { engineBoots, uptimeBefore }: ActivePoll): boolean {
  return engineBoots !== null && engineBoots === boot.engineBoots && uptimeBefore !== null && uptimeBefore >= boot.uptimeTicks;
}

/** A row that was told while the walk went on is there already, under its key. */
function keyedOrKnown(row: Connection, bootEpoch: number, known: KnownLegs): Connection {
  const told = known.find(bootEpoch, row.setupTicks, row.index);
  return told !== null && told.seenAt === row.seenAt && isRepeated(told, row) ? told : keyed(row, bootEpoch);
}

function keyed(row: Connection, bootEpoch: number): Connection {
  return row.bootEpoch === bootEpoch ? row : { ...row, bootEpoch };
}
