/** Failovers in one line each: the stored list, and the one that the live snapshot knows and the list does not yet. */
import type { FailoverSummary } from "../../../server/operations/console-view.ts";

interface Moment {
  readonly id: string;
  readonly state: FailoverSummary["state"];
  readonly startedAt: number;
}

/** Still called in progress, though a later change of control began: it never ended. */
export function overtaken(change: Moment, newest: Moment): boolean {
  return change.state === "in-progress" && change.id !== newest.id && change.startedAt < newest.startedAt;
}

/** The stored list with the live one on top; where both know it, the one that has got further wins. */
export function withLive(kept: readonly FailoverSummary[], live: FailoverSummary | null): FailoverSummary[] {
  if (live === null) return [...kept];
  const stored = kept.map((summary): FailoverSummary => (overtaken(summary, live) ? { ...summary, state: "abandoned" } : summary));
  const known = stored.find((summary) => summary.id === live.id);
  if (known !== undefined && known.state !== "in-progress") return [...stored];
  return [live, ...stored.filter((summary) => summary.id !== live.id)].sort((a, b) => b.startedAt - a.startedAt);
}

/** `≤ 0.84 s`: when control was lost is known only between two keepalives. */
export function totalText(summary: Pick<FailoverSummary, "state" | "totalMs">, lasted: (ms: number) => string): string {
  if (summary.state === "in-progress") return "in progress";
  if (summary.totalMs === null) return summary.state === "abandoned" ? "abandoned" : "not known";
  return `≤ ${lasted(summary.totalMs)}`;
}

/** The sentence over the list: the newest change, and whether all went well lately. */
export function listVerdict(summaries: readonly FailoverSummary[], lasted: (ms: number) => string): string {
  const newest = summaries[0];
  if (newest === undefined) return "Control has never changed hands.";
  const from = newest.from === null ? "" : ` from ${newest.from}`;
  if (newest.state === "in-progress") return `${newest.to} is taking over${from} now.`;
  if (newest.state === "abandoned") return `${newest.to} did not take over${from}.`;
  const time = newest.totalMs === null ? "" : ` in ${lasted(newest.totalMs)}`;
  const released = newest.callsReleased === 0 ? "none released" : `${newest.callsReleased} released`;
  return `${newest.to} took over${from}${time}. ${newest.callsAdopted} ${newest.callsAdopted === 1 ? "call" : "calls"} kept, ${released}.`;
}
