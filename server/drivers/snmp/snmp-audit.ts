/**
 * The SNMP audit of one piece of gear: which connections it has, and which ended. It remembers, per run of the agent, the rows it has read, so that
 * the next liveness audit reads one column and only what is new. At most one audit of live rows and one of the history run at a time; others wait their turn.
 */
import { clockStep, type Now, type WallTime } from "../../core/time.ts";
import { stampErrorMs } from "../../protocols/snmp/uptime.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { AuditMode, AuditOptions, Auditor, AuditResult, RowsListener } from "../auditor.ts";
import { createTurns } from "../turns.ts";
import { AgentRun, type Anchor, anchorRequest, takeAnchor } from "./agent-run.ts";
import { type Course, type Findings, noFindings, type Shortcoming } from "./audit-course.ts";
import { bounded } from "./bounded-client.ts";
import { ColumnCursor, createPace, firstRepetitions, reasonOf, slower } from "./column-walk.ts";
import { HistoryReader } from "./history-reader.ts";
import { LiveReader } from "./live-reader.ts";
import type { GearNaming } from "./profile-row.ts";
import { RowReader, type Walked } from "./row-reader.ts";
import type { SnmpClient } from "./snmp-client.ts";
import { findProfile, type ProfileChoice } from "./snmp-detection.ts";
import { gearProfileOf, type SnmpPlan } from "./snmp-plan.ts";
import { traced } from "./traced-client.ts";

export interface SnmpAuditorOptions {
  readonly naming: GearNaming;
  readonly client: SnmpClient;
  readonly clock: Clock;
  readonly profile: ProfileChoice;
  /** The gateway is Tandem's own: its connection numbers are MGCP connection ids. */
  readonly own: boolean;
}

export function createSnmpAuditor(options: SnmpAuditorOptions): Auditor {
  const audits = new SnmpAudits(options);
  const turns = createTurns();
  return {
    audit(mode, audited = {}) {
      // Live rows and history are different tables: at a takeover neither waits for the other.
      return turns.take(mode === "history" ? "history" : "live", () => audits.run(mode, audited));
    },
    profile: () => audits.profile(),
    close: () => options.client.close(),
  };
}

/** Ten thousand legs behind a slow link take some seconds. */
const longestMs = 60_000;

/** What first contact found out, and the readers made for it. */
interface Contact {
  readonly plan: SnmpPlan;
  readonly identity: string | null;
  readonly live: LiveReader;
  readonly history: HistoryReader | null;
}

class SnmpAudits {
  readonly #options: SnmpAuditorOptions;
  #contact: Contact | null = null;
  #finding: Promise<Contact | Shortcoming> | null = null;
  #agent: AgentRun | null = null;
  /** Until its engine boots stayed equal over a restart once. */
  #tellsBoots = true;
  readonly #pace = createPace();

  constructor(options: SnmpAuditorOptions) {
    this.#options = options;
  }

  profile() {
    return this.#contact === null ? null : gearProfileOf(this.#contact.plan, this.#contact.identity);
  }

  async run(mode: AuditMode, { endedSince = 0, onRows = () => undefined, onExchange }: AuditOptions): Promise<AuditResult> {
    const { clock } = this.#options;
    const shown = onExchange === undefined ? this.#options.client : traced(this.#options.client, clock, onExchange);
    const client = bounded(shown, clock, longestMs);
    const startedAt = clock.now();
    const packetsBefore = client.packets;
    const walked: Walked[] = [];
    const contact = await this.#meet(client);
    const begun = "because" in contact ? contact : await this.#begin(contact, client, mode);
    const found =
      "because" in begun || "because" in contact
        ? { ...noFindings, shortcoming: "because" in begun ? begun : null }
        : await this.#findings(contact, begun, { client, mode, walked, endedSince, onRows });
    const endedAt = clock.now();
    const first = "because" in begun ? null : begun.first;
    const rttMs = this.#agent?.bestReading().rttMs ?? null;
    const tellsBoot = this.profile()?.tellsBoot ?? true;
    return {
      mode,
      complete: found.shortcoming === null,
      incompleteBecause: found.shortcoming?.because ?? null,
      failureKind: found.shortcoming?.kind ?? null,
      tellsBoot,
      bootEpoch: this.#agent?.bootEpoch ?? null,
      uptimeBefore: first?.uptime.uptimeTicks ?? null,
      engineBoots: tellsBoot ? (first?.engineBoots ?? null) : null,
      uptimeTicks: found.last?.uptime.uptimeTicks ?? null,
      columns: walked,
      rows: found.rows,
      rowsRead: found.rowsRead,
      partialRows: found.partial,
      ended: found.ended,
      scalarCount: found.last?.count ?? null,
      rttMs: found.last?.uptime.rttMs ?? null,
      packets: client.packets - packetsBefore,
      durationMs: endedAt.mono - startedAt.mono,
      clockErrorMs: rttMs === null ? null : stampErrorMs(rttMs),
      startedAt,
      endedAt,
    };
  }

  /** Once; a failure is tried again by the next audit. */
  async #meet(client: SnmpClient): Promise<Contact | Shortcoming> {
    if (this.#contact !== null) return this.#contact;
    this.#finding ??= this.#find(client);
    const found = await this.#finding;
    this.#finding = null;
    if (!("because" in found)) this.#contact = found;
    return found;
  }

  async #find(client: SnmpClient): Promise<Contact | Shortcoming> {
    const found = await findProfile(client, this.#options.profile);
    if ("because" in found) return found;
    const { naming, own } = this.#options;
    const live = new LiveReader(found.plan, naming, own, this.#options.clock);
    const history = found.plan.history === null ? null : new HistoryReader(found.plan, found.plan.history, naming);
    return { ...found, live, history };
  }

  /** The first reading, and with it as much of the watched column as fits into one answer. */
  async #begin(
    { plan }: Contact,
    client: SnmpClient,
    mode: AuditMode,
  ): Promise<{ first: Anchor; cursor: ColumnCursor | null } | Shortcoming> {
    const cursor = mode === "history" ? null : new ColumnCursor(plan.liveness.oid);
    const read = await this.#anchor(plan, client, cursor);
    return "because" in read ? read : { first: read, cursor };
  }

  /** @param cursor takes as much of its column as fits into the same answer */
  async #anchor(plan: SnmpPlan, client: SnmpClient, cursor: ColumnCursor | null): Promise<Anchor | Shortcoming> {
    const { clock } = this.#options;
    const count = plan.profile.count?.oid ?? null;
    if (cursor !== null) cursor.expected = this.#expectedRows();
    const maxRepetitions = cursor === null ? 0 : cursor.repetitions(Math.min(firstRepetitions, this.#pace.maxRepetitions));
    const askedAt = clock.now();
    const answer = await client.request(anchorRequest(count, cursor && { names: [cursor.name], maxRepetitions }));
    const now = clock.now();
    if (!answer.ok) {
      // Perhaps it is the size: a smaller question next time, or at once where the agent says so.
      if (cursor !== null) slower(this.#pace, maxRepetitions, answer.reason);
      if (cursor !== null && answer.reason === "too-big") return this.#anchor(plan, client, maxRepetitions > 1 ? cursor : null);
      return { because: `no answer to sysUpTime: ${answer.text}`, kind: reasonOf(answer) ?? "other" };
    }
    // The answer may have waited here while this machine slept: when it was read nobody can say.
    if (clockStep(askedAt, now) !== 0) return { because: "this server's clock was set while sysUpTime was read", kind: "clock" };
    const anchor = takeAnchor(answer.bindings, count, answer.rttMs, now);
    if (anchor === null) return { because: "the agent has no sysUpTime", kind: "malformed" };
    cursor?.take(answer.bindings);
    return anchor;
  }

  /** As many as there were, and some more; null where nobody knows. */
  #expectedRows(): number | null {
    const known = this.#agent?.rows.size ?? 0;
    return known === 0 ? null : known + Math.ceil(known / 8) + 2;
  }

  /** What lies between the first and the last reading of sysUpTime. */
  async #findings(
    contact: Contact,
    { first, cursor }: { first: Anchor; cursor: ColumnCursor | null },
    {
      client,
      mode,
      walked,
      endedSince,
      onRows,
    }: { client: SnmpClient; mode: AuditMode; walked: Walked[]; endedSince: WallTime; onRows: RowsListener },
  ): Promise<Findings> {
    const run = this.#enter(first);
    const tell: RowsListener = (rows) => {
      if (rows.length > 0 && !run.stepped(this.#now())) onRows(rows);
    };
    const course: Course = {
      run,
      reader: new RowReader(client, this.#pace),
      walked,
      endedSince,
      onRows: tell,
      anchor: () => this.#anchor(contact.plan, client, null),
    };
    const packets = client.packets;
    const found =
      cursor === null
        ? ((await contact.history?.read(course)) ?? noFindings)
        : await contact.live.read(course, mode === "full", first, cursor);
    const last = found.last ?? (client.packets === packets ? first : await course.anchor());
    if (run.stepped(this.#now())) {
      // Every stamp was placed on a clock that is no more: rows that claimed to be exact would be believed.
      this.#agent = null;
      return { ...noFindings, shortcoming: { because: "this server's clock was set during the audit", kind: "clock" } };
    }
    if ("because" in last) return { ...found, last: null, shortcoming: found.shortcoming ?? last };
    if (run.isOther(last)) {
      // Rows of two runs, and which is of which nobody can tell.
      this.#leave(run, last);
      return { ...noFindings, shortcoming: { because: "the agent restarted during the audit", kind: "restarted" } };
    }
    run.remember(last.uptime);
    return { ...found, last };
  }

  #now(): Now {
    return this.#options.clock.now();
  }

  /** The remembered run of the agent, or a new one where it restarted. */
  #enter(anchor: Anchor): AgentRun {
    if (this.#agent?.isOther(anchor)) this.#leave(this.#agent, anchor);
    if (this.#agent === null || this.#agent.stepped(anchor.clocks)) this.#agent = new AgentRun(anchor, this.#tellsBoots);
    else this.#agent.remember(anchor.uptime);
    return this.#agent;
  }

  #leave(run: AgentRun, next: Anchor): void {
    if (run.keptBoots(next)) this.#tellsBoots = false;
    this.#agent = null;
  }
}
