/** Instants as people type them: ISO 8601 with its zone, or how long from now, as in `+90s`, `+30m`, `+2h`. */
import { UsageError } from "./failure.ts";

const fromNow = /^\+(\d{1,6})(s|m|h|d)$/;
const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export function instantOf(text: string, option: string, now: number): number {
  const relative = fromNow.exec(text);
  if (relative !== null) return now + Number(relative[1]) * unitMs[relative[2] as keyof typeof unitMs];
  // Without a zone the shell's own would count, which is nobody's intention on a site with several.
  const at = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) && isDay(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new UsageError(`${option} ${text}: write 2026-05-01T02:00:00Z, or from now: +90s, +30m, +2h`);
  return at;
}

/** 31 November would silently become 1 December. */
function isDay(text: string): boolean {
  const day = /^\d{4}-\d\d-\d\d/.exec(text)?.[0];
  if (day === undefined) return false;
  const midnight = new Date(`${day}T00:00:00Z`);
  return Number.isFinite(midnight.getTime()) && midnight.toISOString().startsWith(day);
}
