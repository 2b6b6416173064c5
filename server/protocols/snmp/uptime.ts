/**
 * TimeTicks arithmetic: 1/100 s of the agent's sysUpTime, 32 bits, wrapping after 497.1 days.
 * The gateway's stamps are exact to 10 ms on its own clock; where wall time comes in, half the round trip is added to the error.
 */
import type { BootId } from "../../core/identity.ts";
import type { WallTime } from "../../core/time.ts";

const wrap = 0x100000000;
export const tickMs = 10;

/**
 * Ticks from `stamp` to `uptime`, across one wrap; negative where the stamp is the younger one, because it was set after the reading.
 * So a leg's age is right up to half a turn of the counter, 248 days.
 */
export function ageTicks(uptimeTicks: number, stampTicks: number): number {
  const difference = (((uptimeTicks - stampTicks) % wrap) + wrap) % wrap;
  return difference >= wrap / 2 ? difference - wrap : difference;
}

/** sysUpTime as an agent read it at one moment of the reader's wall clock. */
export interface UptimeReading {
  readonly uptimeTicks: number;
  /** Reader's wall time at the middle of the round trip. */
  readonly readAt: WallTime;
  readonly rttMs: number;
}

/** How differently two clocks that are well may run. */
const clockRate = 0.002;

export function wallOfStamp(reading: UptimeReading, stampTicks: number): WallTime {
  return Math.round(reading.readAt - ageTicks(reading.uptimeTicks, stampTicks) * tickMs);
}

/** ± ms of every instant that `wallOfStamp` answers. */
export function stampErrorMs(rttMs: number): number {
  return Math.ceil(rttMs / 2) + tickMs;
}

/** snmpEngineBoots of a Tandem node, and the boot epoch in a leg's key (ms, whole seconds). */
export function engineBootsOf(boot: BootId): number {
  return Math.floor(boot / 1000) % 0x80000000;
}
export function bootEpochOfEngineBoots(engineBoots: number): number {
  return engineBoots * 1000;
}
/** Where the agent has no snmpEngineBoots: the start by subtraction, to the second. */
export function bootEpochOfUptime(reading: UptimeReading): number {
  return Math.round((reading.readAt - reading.uptimeTicks * tickMs) / 1000) * 1000;
}

/** False where a clock was set, or stood still, between the two readings: the first one dates nothing any more. */
export function dateAlike(first: UptimeReading, second: UptimeReading): boolean {
  const passedMs = second.readAt - first.readAt;
  const countedMs = ageTicks(second.uptimeTicks, first.uptimeTicks) * tickMs;
  return Math.abs(countedMs - passedMs) <= stampErrorMs(first.rttMs) + stampErrorMs(second.rttMs) + clockRate * Math.abs(passedMs);
}

/**
 * True where the uptime is less than it was, though no counter began anew. Then the agent began anew, whatever else it says. An uptime that only
 * lags is another thing: the clock of a machine that was suspended.
 */
export function fellBetween(first: UptimeReading, second: UptimeReading): boolean {
  if (second.uptimeTicks >= first.uptimeTicks) return false;
  const passedMs = second.readAt - first.readAt;
  const countedMs = (second.uptimeTicks + wrap - first.uptimeTicks) * tickMs;
  return Math.abs(countedMs - passedMs) > 2000 + 0.05 * Math.abs(passedMs);
}

/** True where the second reading cannot come from the same run of the agent as the first (a wrap is no restart). */
export function restartedBetween(first: UptimeReading, second: UptimeReading): boolean {
  const passedMs = second.readAt - first.readAt;
  const countedMs = ageTicks(second.uptimeTicks, first.uptimeTicks) * tickMs;
  return Math.abs(countedMs - passedMs) > 2000 + 0.05 * Math.abs(passedMs);
}
