"use client";
/** The newest lines of all journals, newest first, and the intervals that this page did not see. */
import type { JournalEvent } from "../../server/core/timeline/journal-event.ts";
import type { ConsoleSnapshot } from "../../server/operations/console-view.ts";
import type { MissedInterval } from "../_trpc/live-store.ts";
import { useMissed, useNow } from "../_trpc/use-live.ts";
import { formatAge, formatTime, formatTimeMs } from "../_ui/format.ts";
import { useZone } from "../_ui/preferences.ts";
import { Region } from "../_ui/Region.tsx";
import { Glyph, type GlyphName } from "../_ui/StatusGlyph.tsx";
import { Named } from "../_ui/Verdict.tsx";
import { type EventLine, eventLines } from "./event-lines.ts";

const glyphs: Record<JournalEvent["severity"], { readonly name: GlyphName; readonly word: string }> = {
  note: { name: "note", word: "note" },
  warn: { name: "degraded", word: "warning" },
  alarm: { name: "failed", word: "alarm" },
};

/** Intervals that this page did not see are few; two of them tell enough. */
const mostMissed = 2;

/** An old alarm is history, not an alarm: it loses its colour, and keeps its shape and place. */
const recentMs = 15 * 60_000;

type Line = { readonly at: number; readonly event: EventLine } | { readonly at: number; readonly missed: MissedInterval };

export function EventsRegion({ snapshot, limit = 8 }: { readonly snapshot: ConsoleSnapshot; readonly limit?: number }) {
  const missed = useMissed();
  const zone = useZone();
  const now = useNow();
  const lines: readonly Line[] = [
    ...eventLines(snapshot.events, limit - Math.min(mostMissed, missed.length)).map((event) => ({ at: event.at, event })),
    ...missed.slice(0, mostMissed).map((interval) => ({ at: interval.to, missed: interval })),
  ].sort((a, b) => b.at - a.at);
  return (
    <Region title="Recent events" note="decisions and facts from the journals of all nodes" className="overview-events">
      {lines.length === 0 && <p className="ink-2">No events yet. Every decision of a node is written here when it is made.</p>}
      <ol className="events-list">
        {lines.map((line) =>
          "event" in line ? (
            <li key={line.event.key}>
              <time
                className="mono ink-3"
                dateTime={new Date(line.at).toISOString()}
                title={`${formatTimeMs(line.at, zone)} by the clock of ${line.event.node}`}
              >
                {formatTime(line.at, zone)}
              </time>
              <Glyph
                name={glyphs[line.event.severity].name}
                label={glyphs[line.event.severity].word}
                {...(now - line.at > recentMs ? { tone: "ink-3" as const } : {})}
              />
              <span>
                <Named text={line.event.text} />
              </span>
            </li>
          ) : (
            <li key={`missed ${line.missed.from}`}>
              <span className="mono ink-3">{formatTime(line.at, zone)}</span>
              <Glyph name="unknown" label="not seen" />
              <span>
                This page missed {formatAge(line.missed.to - line.missed.from)}, {line.missed.events}{" "}
                {line.missed.events === 1 ? "event" : "events"}: its link was lost.
              </span>
            </li>
          ),
        )}
      </ol>
    </Region>
  );
}
