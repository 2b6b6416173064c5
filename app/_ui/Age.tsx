"use client";
/** How old something is, by the server's clock; stands still under the veil. */
import { useNow } from "../_trpc/use-live.ts";
import { formatAge, formatTime } from "./format.ts";
import { useZone } from "./preferences.ts";

interface AgeProps {
  /** Wall ms; null = never. */
  readonly at: number | null;
  /** "ago" makes it "38 s ago". */
  readonly suffix?: string;
  readonly never?: string;
  readonly className?: string;
}

export function Age({ at, suffix, never = "never", className }: AgeProps) {
  const now = useNow();
  const zone = useZone();
  if (at === null) return <span className={className}>{never}</span>;
  const text = now === 0 ? "" : formatAge(now - at);
  return (
    <time className={className} dateTime={new Date(at).toISOString()} title={`${formatTime(at, zone)} ${zone === "UTC" ? "UTC" : "local"}`}>
      {text}
      {suffix === undefined ? null : ` ${suffix}`}
    </time>
  );
}

export type Freshness = "fresh" | "ageing" | "stale" | "never";

/** Fresh below one time to live, ageing up to two, stale beyond. */
export function freshness(observedAt: number | null, ttlMs: number, now: number): Freshness {
  if (observedAt === null) return "never";
  const ageMs = now - observedAt;
  return ageMs <= ttlMs ? "fresh" : ageMs <= 2 * ttlMs ? "ageing" : "stale";
}
