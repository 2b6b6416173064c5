/**
 * When a leg began and was connected, as far as MGCP tells. AUCX has no word for it (RFC 3435 2.3.11), so the best of several sources is taken
 * and named: ages that Tandem's gateways add to `P:`; NTP stamps in the `o=` of the local description; packets × packet time, which
 * only bounds it from above, for silence is not sent and counters stick; else the audit that first had it.
 */
import type { TimingSource } from "../../core/calls/connection.ts";
import type { Instant, WallTime } from "../../core/time.ts";
import { readNtpStamp } from "../sdp/ntp-stamp.ts";
import type { SessionDescription } from "../sdp/session-description.ts";
import { type ConnectionParameters, stuckCounter } from "./connection-parameters.ts";
import { agesOf } from "./media-counters.ts";

/** When an answer was read, and what bounds "first seen" from below. */
export interface AuditedAt {
  readonly mono: Instant;
  readonly wall: WallTime;
  readonly rttMs: number;
  /** When the last complete audit that lacked the leg began; null where there was none. */
  readonly absentAt: WallTime | null;
}

export interface LegInstant {
  readonly at: WallTime;
  readonly from: TimingSource;
  /** ± ms. */
  readonly errorMs: number;
}

export interface LegInstants {
  readonly setup: LegInstant;
  /** Null = not connected, or the gear cannot say. */
  readonly connect: LegInstant | null;
}

export interface TimingEvidence {
  readonly parameters: ConnectionParameters | null;
  readonly local: Pick<SessionDescription, "sessionId" | "version"> | null;
  readonly ptimeMs: number | null;
  /** Media may flow both ways: the nearest that plain MGCP comes to "connected". */
  readonly talking: boolean;
}

/** Ages are at most one tick of the gateway's clock too long. */
const ageStepMs = 10;
/** How far the wall clocks of gear and server may be apart; MGCP cannot measure it. */
const clocksApartMs = 1_000;
/** Only an upper bound is known: nobody can say how much earlier it was. */
export const unboundedErrorMs = 86_400_000;

export function legInstants(evidence: TimingEvidence, moment: AuditedAt): LegInstants {
  const ages = evidence.parameters === null ? null : agesOf(evidence.parameters);
  if (ages !== null) {
    const readAt = moment.wall - moment.rttMs / 2;
    const aged = (ageMs: number): LegInstant => ({ at: readAt - ageMs, from: "gateway-age", errorMs: moment.rttMs / 2 + ageStepMs });
    return { setup: aged(ages.setupAgeMs), connect: ages.connectAgeMs === null ? null : aged(ages.connectAgeMs) };
  }
  const created = stampIn(evidence.local?.sessionId, moment);
  const changed = stampIn(evidence.local?.version, moment);
  const bound = upperBound(evidence, moment);
  // A description that changed since it was made tells when media was last set up, so the connection was there by then at least.
  const cutThrough = changed !== null && created !== null && changed.at > created.at ? changed : null;
  return { setup: created ?? bound, connect: evidence.talking ? (cutThrough ?? bound) : null };
}

function stampIn(text: string | undefined, { wall }: AuditedAt): LegInstant | null {
  const stamp = text === undefined ? null : readNtpStamp(text, wall);
  return stamp === null ? null : { at: Math.min(stamp.at, wall), from: "gateway-clock", errorMs: clocksApartMs + stamp.stepMs };
}

function upperBound({ parameters, ptimeMs }: TimingEvidence, { wall, absentAt }: AuditedAt): LegInstant {
  const flowedMs = parameters === null ? 0 : mediaMs(parameters, ptimeMs);
  const at = wall - flowedMs;
  // Complete audits bound it from below: it came between the last that lacked it and this one.
  const errorMs = absentAt === null ? unboundedErrorMs : Math.max(0, at - absentAt);
  return { at, from: flowedMs > 0 ? "packets" : "first-seen", errorMs };
}

/** How long media has flowed at least, ms; 0 where nothing was counted, or nobody said how long a packet is. */
function mediaMs(
  { packetsSent, packetsReceived }: Pick<ConnectionParameters, "packetsSent" | "packetsReceived">,
  ptimeMs: number | null,
): number {
  if (ptimeMs === null) return 0;
  const counted = [packetsSent, packetsReceived].filter((packets) => packets !== null && packets < stuckCounter) as number[];
  return counted.length === 0 ? 0 : Math.max(...counted) * ptimeMs;
}

const exact: readonly TimingSource[] = ["signalling", "gateway-uptime", "gateway-age", "gateway-clock"];

/** What an instant is taken for, once another reading of it comes: upper bounds only ever move down, of exact ones the finest stands. */
export function steadied(before: LegInstant | null, read: LegInstant | null): LegInstant | null {
  if (before === null || read === null) return before ?? read;
  const [wasExact, isExact] = [exact.includes(before.from), exact.includes(read.from)];
  if (wasExact !== isExact) return wasExact ? before : read;
  if (isExact) return read.errorMs < before.errorMs ? read : before;
  if (read.at >= before.at) return before;
  // The lower end of what is possible stays where it was.
  return { ...read, errorMs: before.errorMs >= unboundedErrorMs ? before.errorMs : Math.max(0, read.at - (before.at - before.errorMs)) };
}
