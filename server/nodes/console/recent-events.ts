/** Which journal lines the snapshot carries: decisions and facts, not the evidence for them, and always the newest change of control. Pure. */
import type { JournalEvent } from "../../core/timeline/journal-event.ts";

/** What several nodes wrote of one thing is one line for people, so it counts once. */
const mostLines = 30;
const mostEvents = 90;
const togetherMs = 3000;

/** Evidence stands with the change of control that it belongs to. Left out before the newest are counted, else it would crowd out what it led to. */
const evidence: ReadonlySet<string> = new Set([
  "vote-received",
  "query-answered",
  "primary-queried",
  "jury-asked",
  "claim-sent",
  "claim-answered",
  "release-confirmed",
  "client-admitted",
]);

const changeOfControl = "takeover-finished";

/** The kept events and those that came, newest first. */
export function recentEvents(kept: readonly JournalEvent[], came: readonly JournalEvent[]): readonly JournalEvent[] {
  const all = [...kept, ...came].filter((event) => !evidence.has(event.what)).sort((a, b) => b.wall - a.wall || b.sequence - a.sequence);
  const newest = newestLines(all);
  const change = all.find((event) => event.what === changeOfControl);
  return change === undefined || newest.includes(change) ? newest : [...newest.slice(0, mostEvents - 1), change];
}

function newestLines(events: readonly JournalEvent[]): readonly JournalEvent[] {
  const begun = new Map<string, number>();
  let lines = 0;
  const fit = events.findIndex((event, index) => {
    const last = begun.get(event.what);
    if (last === undefined || last - event.wall > togetherMs) {
      begun.set(event.what, event.wall);
      lines += 1;
    }
    return lines > mostLines || index >= mostEvents;
  });
  return fit === -1 ? events : events.slice(0, fit);
}
