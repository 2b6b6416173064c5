/**
 * Media never stops for a change of control. Each gateway's receivers count sequence gaps and the longest silence; media runs over a
 * network that is never faulted, so a gap is ours. Where a gateway itself was killed or frozen, its streams did stop, and nothing is said.
 */
import type { NodeName } from "../core/identity.ts";
import type { GatewayStatus } from "../core/status/node-status.ts";
import type { WallTime } from "../core/time.ts";
import { timeOf, type Violation } from "./checks/violation.ts";
import type { FaultEntry } from "./fault-log.ts";
import type { PlayedSite } from "./played-site.ts";

export interface MediaFigures {
  readonly at: WallTime;
  readonly gaps: ReadonlyMap<NodeName, number>;
  readonly skippedMs: number;
}

/** A packet each 20 ms, and what a busy machine adds. */
const silenceToleranceMs = 250;
const packetMs = 20;

export async function mediaBefore(site: PlayedSite): Promise<MediaFigures> {
  const told = await statuses(site);
  return {
    at: Date.now(),
    gaps: new Map(told.map(({ name, media }) => [name, media.sequenceGaps])),
    skippedMs: skippedMs(told),
  };
}

export async function mediaViolations(
  site: PlayedSite,
  before: MediaFigures,
  faults: readonly FaultEntry[],
  lateMs: (from: WallTime, until: WallTime) => number,
): Promise<Violation[]> {
  const gateways = site.names("gateway");
  const touched = faults.some(({ kind, node }) => (kind === "end" || kind === "freeze") && node !== null && gateways.includes(node));
  if (touched) return [];
  const now = Date.now();
  const told = await statuses(site);
  // Whoever sends for all is itself late at times: it counts what it could not make up for, and how late its timers were.
  const senderMs = Math.max(skippedMs(told) - before.skippedMs, ...told.map(({ loopDelayMs }) => loopDelayMs.max));
  const late = Math.max(senderMs, lateMs(before.at, now));
  return told.flatMap(({ name, media }): Violation[] => {
    const gaps = media.sequenceGaps - (before.gaps.get(name) ?? 0);
    const silent = media.longestSilenceMs ?? 0;
    const found: string[] = [];
    if (gaps > 0) found.push(`${gaps} gaps in the sequence of real streams`);
    if (silent > silenceToleranceMs + 2 * late) found.push(`a silence of ${Math.round(silent)} ms`);
    if (found.length === 0) return [];
    return [
      {
        invariant: 5,
        text: `Media stopped at ${name}: ${found.join(", ")}.`,
        evidence: [
          `between ${timeOf(before.at)} and ${timeOf(now)}; the gateways' and the runner's timers were at worst ${Math.round(late)} ms late`,
        ],
      },
    ];
  });
}

function skippedMs(told: readonly GatewayStatus[]): number {
  return Math.max(0, ...told.map(({ counters }) => (counters["rtp.ticksSkipped"] ?? 0) * packetMs));
}

async function statuses(site: PlayedSite): Promise<GatewayStatus[]> {
  const all = await Promise.all(site.names("gateway").map((name) => site.status<GatewayStatus>(name)));
  return all.filter((status) => status !== null);
}
