/**
 * osmo-mgw, audited by what it has: AUEP at a concrete endpoint says whether it is there (its AUEP is a ping, its AUCX silence), its
 * VTY lists the connections, and an MDCX without content confirms each and tells its local address, where this server may command. Without a
 * VTY only connections that somebody told of can be asked for. It has no word for its boot: after a restart all connections are gone,
 * and AUEP is answered as before.
 */
import type { Connection } from "../core/calls/connection.ts";
import type { GearProfile } from "../core/gear/gear-profile.ts";
import type { HostPort } from "../core/site/site.ts";
import { clockStep, type Now, type WallTime } from "../core/time.ts";
import { type AuditedLeg, endpointsOf } from "../protocols/mgcp/audited-leg.ts";
import { command } from "../protocols/mgcp/encode.ts";
import { type ListedConnection, legOfOsmo } from "../protocols/mgcp/osmo-leg.ts";
import { parseVtyListing, type VtyConnection, type VtyListing, vtyLimits } from "../protocols/osmo-vty.ts";
import type { SessionDescription } from "../protocols/sdp/session-description.ts";
import { visitVty } from "../runtime/vty-client.ts";
import type { AuditMode, AuditOptions, Auditor, AuditResult } from "./auditor.ts";
import { type ForeignConnection, type ForeignGear, type ProbeResult, probe } from "./foreign-mgcp.ts";
import type { CommandAuthority } from "./gateway-driver.ts";
import { LegIndexes, legName } from "./leg-indexes.ts";
import { AuditFindings } from "./mgcp-findings.ts";
import { osmoProfile } from "./osmo-profile.ts";
import { createTurns } from "./turns.ts";

export interface OsmoMgwOptions {
  readonly gear: ForeignGear;
  /** Its VTY (4243 as a rule); null = not reachable from here. */
  readonly vty: HostPort | null;
  /** Under which probes are sent; asked at each audit. Null = this server does not own the gear. */
  authority(): CommandAuthority | null;
  /** Connections that this server knows of from elsewhere. */
  told(): readonly ForeignConnection[];
}

/** Code 400 to a command for a connection: the endpoint has none at all. */
export const osmoGoneCodes: readonly number[] = [400];

/** At most so many probes to an audit; new connections first, the others by turns. */
const mostProbed = 200;
const vtyDeadlineMs = 5_000;
const showStats = "show mgcp stats";
const showActive = "show mgcp active";

interface Known {
  readonly leg: AuditedLeg;
  readonly listed: ListedConnection;
  readonly local: SessionDescription | null;
}

export function createOsmoMgwAuditor(options: OsmoMgwOptions): Auditor {
  const audits = new OsmoAudits(options);
  const turns = createTurns();
  return {
    audit: (mode, auditOptions = {}) => turns.take("audit", () => audits.run(mode, auditOptions)),
    profile: () => audits.profile(),
    close: () => undefined,
  };
}

class OsmoAudits {
  readonly #options: OsmoMgwOptions;
  /** In the order in which they were probed. */
  readonly #known = new Map<string, Known>();
  readonly #indexes = new LegIndexes();
  #contacted = false;
  /** Its VTY has told a listing: whoever configures one may be wrong about the port, or about the gear. */
  #listed = false;
  #clocks: Now | null = null;
  #lastCompleteAt: WallTime | null = null;

  constructor(options: OsmoMgwOptions) {
    this.#options = options;
  }

  profile(): GearProfile | null {
    if (this.#options.vty !== null) return this.#listed ? osmoProfile(true) : null;
    return this.#contacted ? osmoProfile(false) : null;
  }

  async run(mode: AuditMode, options: AuditOptions): Promise<AuditResult> {
    const { clock, asker, naming } = this.#options.gear;
    const found = new AuditFindings(mode, clock.now(), asker.packets);
    found.endpoints = naming.endpoints.count;
    if (mode !== "history") await this.#live(mode, options, found);
    return found.result(clock.now(), asker.packets, ["AUEP", this.#options.vty === null ? "MDCX" : "VTY"]);
  }

  async #live(mode: "full" | "liveness", options: AuditOptions, found: AuditFindings): Promise<void> {
    const { clock } = this.#options.gear;
    const before = this.#clocks;
    const startedAt = clock.now();
    if (before !== null && clockStep(before, startedAt) !== 0) this.#forgetAll();
    this.#clocks = startedAt;
    if (!(await this.#reach(options, found))) return;
    const listed = this.#options.vty === null ? this.#toldConnections() : await this.#list(this.#options.vty, mode, options, found);
    if (listed === null) return;
    const gone = await this.#probe(listed, options, found);
    if (clockStep(startedAt, clock.now()) !== 0) {
      this.#forgetAll();
      found.clockWasSet();
      return;
    }
    const present = listed.filter((one) => !gone.has(nameOf(one)));
    found.rows = present.flatMap((one) => this.#known.get(nameOf(one))?.leg.connection ?? []);
    options.onRows?.(found.rows);
    if (!found.complete) return;
    this.#dropAllBut(new Set(present.map(nameOf)));
    this.#lastCompleteAt = startedAt.wall;
  }

  #forgetAll(): void {
    this.#known.clear();
    this.#indexes.clear();
    this.#lastCompleteAt = null;
  }

  /** Not by a wildcard: with every endpoint taken it refuses that, although it is well. */
  async #reach({ onExchange }: AuditOptions, found: AuditFindings): Promise<boolean> {
    const { naming, asker } = this.#options.gear;
    const [endpoint] = endpointsOf(naming);
    if (endpoint === undefined) {
      found.note("no endpoint of this gateway is known", "other");
      return false;
    }
    const answer = found.heard("AUEP", endpoint, await asker.ask(command("AUEP", endpoint, {}), { onExchange }), 1);
    this.#contacted ||= answer !== null;
    return answer !== null;
  }

  /** Null: nothing was listed; why is among the findings. */
  async #list(
    vty: HostPort,
    mode: "full" | "liveness",
    options: AuditOptions,
    found: AuditFindings,
  ): Promise<readonly ListedConnection[] | null> {
    const brief = mode === "liveness" ? await this.#show(vty, showActive, options, found) : null;
    if (mode === "liveness" && brief === null) return null;
    // What is new is read with its counters at once.
    if (brief?.connections.every((one) => this.#known.has(nameOf(one))))
      return brief.connections.map((one) => this.#withEarlierCounters(one));
    const stats = await this.#show(vty, showStats, options, found);
    if (stats === null) return null;
    if (stats.sections !== stats.endpoints) {
      found.note(`the VTY speaks of ${stats.endpoints} endpoints and shows ${stats.sections}`, "lies");
      return null;
    }
    found.rowsRead = stats.connections.length;
    return stats.connections.map((one) => ({ ...one, countersAt: null }));
  }

  async #show(vty: HostPort, asked: string, { onExchange }: AuditOptions, found: AuditFindings): Promise<VtyListing | null> {
    const { clock } = this.#options.gear;
    onExchange?.({ at: clock.now().mono, sent: true, text: `VTY: ${asked}` });
    const answer = await visitVty({ at: vty, commands: [asked], deadlineMs: vtyDeadlineMs, maxOctets: vtyLimits.octets });
    onExchange?.({ at: clock.now().mono, sent: false, text: answer.ok ? (answer.texts[0] ?? "") : answer.text });
    if (!answer.ok) {
      found.note(`the VTY failed: ${answer.text}`, answer.reason === "timeout" ? "timeout" : "refused");
      return null;
    }
    const parsed = parseVtyListing(answer.texts[0] ?? "");
    if (parsed.ok) {
      this.#listed = true;
      return parsed.value;
    }
    found.note(`the VTY's line ${parsed.line}: ${parsed.reason}`, "malformed");
    return null;
  }

  #withEarlierCounters(one: VtyConnection): ListedConnection {
    const known = this.#known.get(nameOf(one));
    if (known === undefined) return { ...one, countersAt: null };
    const { remoteAddress, callId } = one;
    return { ...known.listed, remoteAddress, callId, countersAt: known.listed.countersAt ?? known.leg.connection.seenAt };
  }

  #toldConnections(): readonly ListedConnection[] {
    const unsaid = { remoteAddress: null, packetsSent: null, octetsSent: null, packetsReceived: null, octetsReceived: null };
    return this.#options.told().map((one) => ({ ...one, ...unsaid, codec: null, ptimeMs: null, countersAt: null }));
  }

  /** Keeps what is confirmed, or listed; returns the names of those that are gone. */
  async #probe(listed: readonly ListedConnection[], options: AuditOptions, found: AuditFindings): Promise<ReadonlySet<string>> {
    const gone = new Set<string>();
    const authority = options.mayCommand?.() === true ? this.#options.authority() : null;
    const due = authority === null ? [] : this.#dueFirst(listed);
    const probed = new Set(due.map(nameOf));
    const onlyTold = this.#options.vty === null;
    for (const one of listed) {
      if (probed.has(nameOf(one))) continue;
      if (onlyTold) found.partial("without a VTY only a probe can confirm a connection, and this one was not probed", "other");
      else this.#keep(one, this.#known.get(nameOf(one))?.local ?? null, 0);
    }
    if (authority === null) return gone;
    const permit = () => authority.permit() && options.mayCommand?.() === true;
    const work = async (): Promise<void> => {
      for (let one = due.shift(); one !== undefined; one = due.shift()) {
        const { callId } = one;
        if (callId === null) continue;
        const result = await probe(this.#options.gear, { ...one, callId }, { ...authority, permit, onExchange: options.onExchange });
        if (result.kind === "gone") gone.add(nameOf(one));
        else this.#probed(one, result, found);
      }
    };
    await Promise.all(Array.from({ length: this.#options.gear.asker.window }, work));
    return gone;
  }

  #probed(one: ListedConnection, result: Exclude<ProbeResult, { kind: "gone" }>, found: AuditFindings): void {
    if (result.kind === "alive") {
      this.#keep(one, result.local, result.rttMs);
      return;
    }
    const why = result.kind === "refused" ? `MDCX was refused with ${result.code}` : `MDCX: ${result.reason}`;
    if (this.#options.vty === null) found.partial(why, result.kind === "refused" ? "refused" : "timeout");
    // Listed it is there, whatever the probe says; it is only not confirmed.
    else this.#keep(one, this.#known.get(nameOf(one))?.local ?? null, 0);
  }

  /** New ones first, then those whose probe is longest ago. */
  #dueFirst(listed: readonly ListedConnection[]): ListedConnection[] {
    const byName = new Map(listed.map((one) => [nameOf(one), one]));
    const fresh = listed.filter((one) => !this.#known.has(nameOf(one)));
    const others = [...this.#known.keys()].flatMap((name) => byName.get(name) ?? []);
    return [...fresh, ...others].filter((one) => one.callId !== null).slice(0, mostProbed);
  }

  #keep(listed: ListedConnection, local: SessionDescription | null, rttMs: number): void {
    const name = nameOf(listed);
    const before = this.#known.get(name);
    const moment = { ...this.#options.gear.clock.now(), rttMs, absentAt: this.#lastCompleteAt };
    const index = before?.leg.connection.index ?? this.#indexes.of(name, listed);
    const leg = legOfOsmo(this.#options.gear.naming, { index, listed, local }, moment, before?.leg ?? null);
    // A probed one moves to the end of the turn.
    if (local !== null && local !== before?.local) this.#known.delete(name);
    this.#known.set(name, { leg, listed, local });
  }

  #dropAllBut(present: ReadonlySet<string>): void {
    for (const [name, { leg }] of this.#known) {
      if (present.has(name)) continue;
      this.#known.delete(name);
      this.#indexes.forget(leg.connection.index);
    }
  }
}

function nameOf({ endpoint, connectionId }: Pick<Connection & VtyConnection, "endpoint" | "connectionId">): string {
  return legName(endpoint, connectionId);
}
