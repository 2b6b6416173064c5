/**
 * Legs that look stuck: connected, and yet no packet came or went for a minute of polls; or simply far too old. A person decides what that
 * means: a call on hold stands still as well.
 */
import type { Connection, MediaCounters } from "../calls/connection.ts";
import { isConnected } from "../calls/connection-table.ts";
import type { Instant, Now } from "../time.ts";

/** The counters of a leg over the polls that really read them. */
export interface CounterWatch {
  readonly media: MediaCounters | null;
  readonly readAt: Instant | null;
  /** When these values were first read; null while there are none. */
  readonly stillSince: Instant | null;
}

export const noCounters: CounterWatch = { media: null, readAt: null, stillSince: null };

/**
 * A liveness audit repeats a row as it was last read, with the same counters: they count only where they were read anew. Then they are another
 * value in memory, and where the gear says when it counted, of another instant.
 */
export function watchCounters(watch: CounterWatch, { media, detail, seenAt }: Connection): CounterWatch {
  const readAt = detail?.countersAt ?? seenAt;
  if (media === null || media === watch.media || (watch.readAt !== null && readAt <= watch.readAt)) return watch;
  const packets = packetsOf(media);
  const still = packets !== null && watch.media !== null && packets === packetsOf(watch.media);
  return { media, readAt, stillSince: packets === null ? null : still ? watch.stillSince : readAt };
}

/** Null where the gear counts no packets; modelled streams have none. */
function packetsOf({ packetsSent, packetsReceived, modelled }: MediaCounters): string | null {
  return modelled || (packetsSent === null && packetsReceived === null) ? null : `${packetsSent} ${packetsReceived}`;
}

export interface StuckPolicy {
  readonly stillMs: number;
  readonly oldMs: number;
}

export const defaultStuckPolicy: StuckPolicy = { stillMs: 60_000, oldMs: 12 * 3_600_000 };

export interface StuckLeg {
  readonly connection: Connection;
  readonly reason: "counters-still" | "old";
  /** So long its counters stood still, or so old it is. */
  readonly forMs: number;
  readonly text: string;
}

/** What of a leg is needed to judge it. */
export interface WatchedLeg {
  readonly connection: Connection;
  readonly counters: CounterWatch;
  /** When it was first seen, on the monotonic clock: its age where the gear stamps nothing. */
  readonly seenBy: Instant;
}

export function stuckLeg({ connection, counters, seenBy }: WatchedLeg, now: Now, policy: StuckPolicy): StuckLeg | null {
  const { readAt, stillSince } = counters;
  const stillMs = readAt === null || stillSince === null ? 0 : readAt - stillSince;
  if (isConnected(connection) && stillMs >= policy.stillMs) {
    const text = `no packet came or went for ${minutes(stillMs)}`;
    return { connection, reason: "counters-still", forMs: stillMs, text };
  }
  const begunAt = connection.connectAt ?? connection.setupAt;
  const ageMs = begunAt === null ? now.mono - seenBy : now.wall - begunAt;
  if (ageMs < policy.oldMs) return null;
  return { connection, reason: "old", forMs: ageMs, text: `up for ${minutes(ageMs)}` };
}

function minutes(ms: number): string {
  const whole = Math.floor(ms / 60_000);
  return whole < 60 ? `${whole} min` : `${Math.floor(whole / 60)} h ${whole % 60} min`;
}
