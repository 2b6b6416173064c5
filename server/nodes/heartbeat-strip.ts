/**
 * Heartbeats heard from each server over the last minutes: the worst number of keepalives missed in a row per bucket of time.
 * A bucket in which nobody listened, or before the first keepalive, is unknown, never 0.
 */
import type { NodeName } from "../core/identity.ts";
import type { Strips } from "../core/status/node-status.ts";
import type { Instant, Now } from "../core/time.ts";

const bucketMs = 5_000;
const buckets = 180;

interface Series {
  heardAt: Instant;
  /** Newest last. */
  readonly worst: (number | null)[];
  /** Number of the bucket that `worst` ends with. */
  bucket: number;
}

export class HeartbeatStrip {
  private readonly intervalMs: number;
  private readonly series = new Map<NodeName, Series>();

  constructor(intervalMs: number) {
    this.intervalMs = intervalMs;
  }

  heard(from: NodeName, now: Instant): void {
    const series = this.series.get(from);
    if (series === undefined) {
      this.series.set(from, { heardAt: now, worst: [0], bucket: Math.floor(now / bucketMs) });
      return;
    }
    this.note(series, now);
    series.heardAt = now;
    this.note(series, now);
  }

  /** Brings every series up to now; to be called at least once in each bucket. */
  pass(now: Instant): void {
    for (const series of this.series.values()) this.note(series, now);
  }

  missed(from: NodeName, now: Instant): number | null {
    const series = this.series.get(from);
    return series === undefined ? null : this.missedSince(series.heardAt, now);
  }

  /** A beat counts as missed half an interval late. */
  private missedSince(heardAt: Instant, now: Instant): number {
    return Math.max(0, Math.floor((now - heardAt) / this.intervalMs - 0.5));
  }

  private note(series: Series, now: Instant): void {
    const bucket = Math.floor(now / bucketMs);
    // Buckets that passed in silence get what was missing at their end.
    while (series.bucket < bucket) {
      if (bucket - series.bucket > buckets) series.bucket = bucket - buckets;
      const endsAt = (series.bucket + 1) * bucketMs;
      this.raise(series, this.missedSince(series.heardAt, endsAt));
      series.bucket += 1;
      series.worst.push(0);
      if (series.worst.length > buckets) series.worst.shift();
    }
    this.raise(series, this.missedSince(series.heardAt, now));
  }

  private raise(series: Series, missed: number): void {
    const last = series.worst.length - 1;
    series.worst[last] = Math.max(series.worst[last] ?? 0, missed);
  }

  strips(now: Now): Strips {
    this.pass(now.mono);
    const padded = (worst: readonly (number | null)[]): (number | null)[] => [...Array<null>(buckets - worst.length).fill(null), ...worst];
    const bucketEnd = (Math.floor(now.mono / bucketMs) + 1) * bucketMs;
    return {
      bucketMs,
      endsAt: now.wall + (bucketEnd - now.mono),
      series: Object.fromEntries([...this.series].map(([name, series]) => [name, padded(series.worst)])),
    };
  }
}
