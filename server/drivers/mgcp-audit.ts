/**
 * The MGCP audit of one gateway that answers AUEP and AUCX as RFC 3435 asks: AUEP (F: I, ES, N) at every endpoint tells which connections
 * there are, AUCX what they carry. It remembers what it read: a liveness audit reads only connections that are new, that may have been
 * answered since, or whose turn it is to have their counters read again.
 */
import type { Connection } from "../core/calls/connection.ts";
import { clockStep, type Now, type WallTime } from "../core/time.ts";
import { type AuditedLeg, endpointsOf, type GatewayNaming, legOfAnswer } from "../protocols/mgcp/audited-leg.ts";
import { type MgcpCapability, mgcpProfile, unknownCapability } from "../protocols/mgcp/capability.ts";
import { command } from "../protocols/mgcp/encode.ts";
import type { Response } from "../protocols/mgcp/message.ts";
import type { Clock } from "../runtime/clock.ts";
import type { AuditMode, AuditOptions, Auditor, AuditResult } from "./auditor.ts";
import { LegIndexes, legName } from "./leg-indexes.ts";
import type { AskResult, MgcpAsker } from "./mgcp-asker.ts";
import { AuditFindings } from "./mgcp-findings.ts";
import { createTurns } from "./turns.ts";

export interface MgcpAuditorOptions {
  readonly naming: GatewayNaming;
  readonly asker: MgcpAsker;
  readonly clock: Clock;
  /** Where the endpoints' names come from; the site's configuration unless something better is known. */
  endpoints?(): Promise<readonly string[]>;
  /** What was found out before; the audits add to it. */
  readonly capability?: MgcpCapability;
}

interface Known {
  readonly leg: AuditedLeg;
  /** As it is repeated by an audit that did not read it again. */
  readonly repeated: Connection;
  readonly offHook: boolean | null;
}

interface LegName {
  readonly key: string;
  readonly endpoint: string;
  readonly connectionId: string;
  readonly offHook: boolean | null;
}

/** One share of the known connections has its counters read again by each liveness audit, and never more than so many. */
const refreshShare = 8;
const mostRefreshed = 500;
/** So many questions in a row without an answer: the gateway is out of reach, and the rest is not worth the time. */
const silentMost = 3;
/** Whole rows are told in batches of this size while the audit goes on. */
const toldAtOnce = 64;

const endpointInfo = ["I", "ES", "N"];
const connectionInfo = ["C", "N", "L", "M", "P", "LC", "RC"];

export function createMgcpAuditor(options: MgcpAuditorOptions): Auditor {
  const audits = new MgcpAudits(options);
  const turns = createTurns();
  return {
    audit: (mode, auditOptions = {}) => turns.take("audit", () => audits.run(mode, auditOptions)),
    profile: () => audits.profile(),
    close: () => undefined,
  };
}

class MgcpAudits {
  readonly #options: MgcpAuditorOptions;
  #capability: MgcpCapability;
  #contacted = false;
  #tellsAges = false;
  #known = new Map<string, Known>();
  readonly #indexes = new LegIndexes();
  /** Our clocks as the rows were dated. */
  #clocks: Now | null = null;
  #lastCompleteAt: WallTime | null = null;

  constructor(options: MgcpAuditorOptions) {
    this.#options = options;
    this.#capability = options.capability ?? unknownCapability;
  }

  profile() {
    return this.#contacted ? mgcpProfile(this.#capability, this.#tellsAges) : null;
  }

  async run(mode: AuditMode, options: AuditOptions): Promise<AuditResult> {
    const { clock, asker } = this.#options;
    const found = new AuditFindings(mode, clock.now(), asker.packets);
    // MGCP keeps nothing of connections that ended.
    if (mode !== "history") await this.#live(mode, options, found);
    return found.result(clock.now(), asker.packets);
  }

  async #live(mode: "full" | "liveness", options: AuditOptions, found: AuditFindings): Promise<void> {
    const { clock, endpoints, naming } = this.#options;
    this.#forgetIfClockWasSet();
    const names = (await endpoints?.()) ?? endpointsOf(naming);
    found.endpoints = names.length;
    if (names.length === 0) found.note("no endpoint of this gateway is known", "other");
    const walk: Walk = { names, next: 0, wanted: [], due: this.#due(mode), present: new Map(), told: [], options, found };
    await Promise.all(Array.from({ length: Math.min(this.#options.asker.window, names.length) }, () => this.#work(walk)));
    if (this.#clocks !== null && clockStep(this.#clocks, clock.now()) !== 0) {
      // Every instant was placed on a clock that is no more.
      this.#forgetIfClockWasSet();
      found.clockWasSet();
      return;
    }
    this.#tell(walk, true);
    found.rows = [...walk.present.values()];
    if (found.complete) {
      this.#dropAbsent(walk.present);
      this.#lastCompleteAt = found.startedAt.wall;
    }
  }

  #forgetIfClockWasSet(): void {
    const now = this.#options.clock.now();
    if (this.#clocks !== null && clockStep(this.#clocks, now) !== 0) {
      this.#known.clear();
      this.#indexes.clear();
      this.#lastCompleteAt = null;
    }
    this.#clocks = now;
  }

  /** Read longest ago first: rows move to the end when they are read. */
  #due(mode: "full" | "liveness"): ReadonlySet<string> {
    if (mode === "full") return new Set(this.#known.keys());
    const share = Math.min(mostRefreshed, Math.ceil(this.#known.size / refreshShare));
    const due = new Set<string>();
    for (const key of this.#known.keys()) {
      if (due.size >= share) break;
      due.add(key);
    }
    return due;
  }

  /** One of several that share the questions: connections found come before further endpoints. */
  async #work(walk: Walk): Promise<void> {
    while (!walk.found.stopped) {
      const leg = walk.wanted.pop();
      if (leg !== undefined) await this.#readConnection(walk, leg);
      else if (walk.next < walk.names.length) await this.#readEndpoint(walk, walk.names[walk.next++] as string);
      else return;
    }
  }

  async #readEndpoint(walk: Walk, endpoint: string): Promise<void> {
    const result = await this.#ask(walk, command("AUEP", endpoint, { requestedInfo: endpointInfo }));
    const answer = walk.found.heard("AUEP", endpoint, result, silentMost);
    if (answer === null) return;
    this.#contacted = true;
    const { connectionIds, eventStates } = answer.parameters;
    if (connectionIds === undefined) {
      this.#capability = { ...this.#capability, auep: "ping" };
      walk.found.cannotList();
      return;
    }
    if (this.#capability.auep !== "full") this.#capability = { ...this.#capability, auep: "full" };
    const states = eventStates?.map((event) => event.name.toLowerCase()) ?? null;
    const offHook = states === null ? null : states.includes("l/hd") || states.includes("md/sup");
    for (const connectionId of connectionIds) {
      const leg = { key: legName(endpoint, connectionId), endpoint, connectionId, offHook };
      const known = this.#known.get(leg.key);
      if (known === undefined || walk.due.has(leg.key) || mayHaveChanged(known, offHook)) walk.wanted.push(leg);
      else this.#present(walk, leg.key, { ...known.repeated, seenAt: this.#options.clock.now().mono });
    }
  }

  async #readConnection(walk: Walk, leg: LegName): Promise<void> {
    if (this.#capability.aucx === false) {
      this.#keep(walk, leg, nothingTold, 0);
      return;
    }
    const asked = command("AUCX", leg.endpoint, { connectionIds: [leg.connectionId], requestedInfo: connectionInfo });
    const result = await this.#ask(walk, asked);
    const answer = walk.found.heardOfConnection(result);
    if (answer === "gone") return;
    if (answer === null) {
      if (result.kind === "timed-out" && this.#capability.aucx === null) await this.#doubtAucx(walk, leg.endpoint);
      return;
    }
    if (this.#capability.aucx !== true) this.#capability = { ...this.#capability, aucx: true };
    if (answer.parameters.callId === undefined) {
      walk.found.partial("AUCX tells no call id");
      return;
    }
    this.#keep(walk, leg, answer, result.kind === "response" ? result.rttMs : 0);
  }

  /** Never answered so far: where the endpoint itself answers, the gear does not know the command. */
  async #doubtAucx(walk: Walk, endpoint: string): Promise<void> {
    const ping = await this.#ask(walk, command("AUEP", endpoint, {}));
    if (ping.kind === "response" && this.#capability.aucx === null) this.#capability = { ...this.#capability, aucx: false };
  }

  #keep(walk: Walk, leg: LegName, answer: Pick<Response, "parameters" | "bodies">, rttMs: number): void {
    const now = this.#options.clock.now();
    const before = this.#known.get(leg.key)?.leg ?? null;
    const named = { ...leg, index: before?.connection.index ?? this.#indexes.of(leg.key, leg) };
    const read = legOfAnswer(this.#options.naming, named, answer, { ...now, rttMs, absentAt: this.#lastCompleteAt }, before);
    const { connection } = read;
    this.#tellsAges ||= connection.detail?.setupFrom === "gateway-age";
    this.#known.delete(leg.key);
    const detail = connection.detail && { ...connection.detail, countersAt: now.mono };
    this.#known.set(leg.key, { leg: read, repeated: { ...connection, detail }, offHook: leg.offHook });
    walk.found.rowsRead += 1;
    this.#present(walk, leg.key, connection);
  }

  #present(walk: Walk, key: string, row: Connection): void {
    walk.present.set(key, row);
    walk.told.push(row);
    this.#tell(walk, false);
  }

  #tell(walk: Walk, all: boolean): void {
    const { onRows } = walk.options;
    if (walk.told.length === 0 || (!all && walk.told.length < toldAtOnce)) return;
    const rows = walk.told.splice(0);
    if (this.#clocks !== null && clockStep(this.#clocks, this.#options.clock.now()) === 0) onRows?.(rows);
  }

  #dropAbsent(present: ReadonlyMap<string, Connection>): void {
    for (const [key, { leg }] of this.#known) {
      if (present.has(key)) continue;
      this.#known.delete(key);
      this.#indexes.forget(leg.connection.index);
    }
  }

  #ask(walk: Walk, asked: Parameters<MgcpAsker["ask"]>[0]): Promise<AskResult> {
    return this.#options.asker.ask(asked, { onExchange: walk.options.onExchange });
  }
}

/** Of gear that names its connections, and says no more of them. */
const nothingTold = { parameters: {}, bodies: [] };

/** One audit under way. */
interface Walk {
  readonly names: readonly string[];
  next: number;
  /** Connections to be read. */
  readonly wanted: LegName[];
  readonly due: ReadonlySet<string>;
  readonly present: Map<string, Connection>;
  told: Connection[];
  readonly options: AuditOptions;
  readonly found: AuditFindings;
}

/** A leg that was not connected may be by now; a hook that moved means that its party did something. */
function mayHaveChanged({ leg, offHook }: Known, now: boolean | null): boolean {
  return leg.connection.state !== "active" || offHook !== now;
}
