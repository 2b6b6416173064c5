/** One run of an agent, from its start to its next: what was read of it, and how its stamps are dated. */
import type { Connection, EndedConnection } from "../../core/calls/connection.ts";
import { clockStep, type Now, type WallTime } from "../../core/time.ts";
import type { Bindings } from "../../protocols/snmp/bindings.ts";
import { snmpEngineBoots, sysUpTime } from "../../protocols/snmp/call-tables.ts";
import type { Oid } from "../../protocols/snmp/oid.ts";
import type { RequestPdu } from "../../protocols/snmp/pdu.ts";
import {
  bootEpochOfEngineBoots,
  bootEpochOfUptime,
  dateAlike,
  fellBetween,
  restartedBetween,
  type UptimeReading,
} from "../../protocols/snmp/uptime.ts";
import { octetsOfOid } from "./snmp-client.ts";

/** Both ends of an audit are read like this. */
export interface Anchor {
  readonly uptime: UptimeReading;
  readonly clocks: Now;
  readonly engineBoots: number | null;
  readonly count: number | null;
}

const readingsKept = 8;

export class AgentRun {
  readonly bootEpoch: number;
  readonly engineBoots: number | null;
  /** Our own clocks at its first reading: once they moved apart, nothing that was dated before counts. */
  readonly clocks: Now;
  /** By the text of the row's index, or by its name where rows are numbered anew. */
  rows = new Map<string, Connection>();
  readonly ended = new Map<string, EndedConnection>();
  lastHistoryIndex: number | null = null;
  /** Ended connections are known from this instant on. */
  historySince: WallTime = Number.POSITIVE_INFINITY;
  #lastUptime: UptimeReading;
  /** The last few readings; the one with the shortest round trip dates all stamps. */
  readonly #readings: UptimeReading[] = [];

  /** @param tellsBoots false: its engine boots stay equal over restarts, and name no boot */
  constructor(anchor: Anchor, tellsBoots: boolean) {
    const named = tellsBoots && anchor.engineBoots !== null;
    this.bootEpoch = named ? bootEpochOfEngineBoots(anchor.engineBoots) : bootEpochOfUptime(anchor.uptime);
    this.engineBoots = anchor.engineBoots;
    this.clocks = anchor.clocks;
    this.#lastUptime = anchor.uptime;
    this.remember(anchor.uptime);
  }

  remember(uptime: UptimeReading): void {
    if (this.#readings.length > 0 && !dateAlike(this.#lastUptime, uptime)) this.#readings.length = 0;
    this.#lastUptime = uptime;
    this.#readings.push(uptime);
    if (this.#readings.length > readingsKept) this.#readings.shift();
  }

  bestReading(): UptimeReading {
    return this.#readings.reduce((best, reading) => (reading.rttMs <= best.rttMs ? reading : best));
  }

  /**
   * Other engine boots are another run. Where the agent has none, an uptime that does not fit the time that passed betrays one. Equal ones are not
   * believed against an uptime that fell: some agents do not keep them, and count 1 after every start. But where it only lags the machine was
   * suspended, and all its rows are still there.
   */
  isOther(anchor: Anchor): boolean {
    if (this.engineBoots !== anchor.engineBoots) return true;
    return anchor.engineBoots === null ? restartedBetween(this.#lastUptime, anchor.uptime) : this.keptBoots(anchor);
  }

  /** The agent restarted since, and its engine boots stayed equal. */
  keptBoots(anchor: Anchor): boolean {
    return anchor.engineBoots !== null && this.engineBoots === anchor.engineBoots && fellBetween(this.#lastUptime, anchor.uptime);
  }

  /** This server's own clock was set since. */
  stepped(now: Now): boolean {
    return clockStep(this.clocks, now) !== 0;
  }
}

const instance = ".0";
const withoutInstance = (scalar: Oid): Oid => (scalar.endsWith(instance) ? scalar.slice(0, -instance.length) : scalar);

/** sysUpTime, engine boots and the agent's own count, each before its instance: a GETBULK answers them as its non-repeaters. */
export function anchorRequest(
  count: Oid | null,
  walk: { readonly names: readonly Uint8Array[]; readonly maxRepetitions: number } | null,
): RequestPdu {
  const scalars = [sysUpTime, snmpEngineBoots, ...(count === null ? [] : [count])];
  return {
    kind: "get-bulk",
    names: [...scalars.map((scalar) => octetsOfOid(withoutInstance(scalar))), ...(walk?.names ?? [])],
    nonRepeaters: scalars.length,
    maxRepetitions: walk?.maxRepetitions ?? 0,
  };
}

/** Takes the scalars off the answer; the bindings of the walk follow. Null: the agent has no sysUpTime. */
export function takeAnchor(bindings: Bindings, count: Oid | null, rttMs: number, now: Now): Anchor | null {
  const scalar = (oid: Oid): number | null => {
    if (!bindings.next() || !bindings.isNamed(octetsOfOid(oid))) return null;
    const value = bindings.value();
    return typeof value === "number" ? value : null;
  };
  const ticks = scalar(sysUpTime);
  const engineBoots = scalar(snmpEngineBoots);
  const counted = count === null ? null : scalar(count);
  if (ticks === null) return null;
  return { uptime: { uptimeTicks: ticks, readAt: now.wall - rttMs / 2, rttMs }, clocks: now, engineBoots, count: counted };
}
