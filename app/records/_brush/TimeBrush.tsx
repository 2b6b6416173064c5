"use client";
/**
 * The time brush: records over time, the whole filtered set, with the window that the table shows.
 * Three ways to set the window, all equal: pointer, the two fields, and the arrow keys on its edges.
 */
import type { RecordHistogram, RecordPage, RecordQuery } from "../../../server/operations/console-view.ts";
import { useLive } from "../../_trpc/use-live.ts";
import { Button } from "../../_ui/Button.tsx";
import { formatCount, formatTime, formatWhen, zoneName } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import { countText } from "../_page/QueryBar.tsx";
import { BrushDrawing, fills } from "./BrushDrawing.tsx";
import styles from "./brush.module.css";
import { type Outcome, outcomes } from "./brush.ts";
import { WindowFields } from "./WindowFields.tsx";

const names: Readonly<Record<Outcome, string>> = { answered: "measured", adopted: "adopted", history: "recovered", lost: "lost" };

interface TimeBrushProps {
  readonly query: RecordQuery;
  readonly histogram: RecordHistogram | null;
  readonly page: RecordPage | null;
  readonly error: string | null;
  readonly onQuery: (query: RecordQuery) => void;
}

export function TimeBrush({ query, histogram, page, error, onQuery }: TimeBrushProps) {
  const zone = useZone();
  const { now } = useLive();
  return (
    <section className={styles.brush} aria-label="Records over time">
      <div className={styles.head}>
        <h2 aria-live="polite">{headline(query, page, (at) => formatTime(at, zone))}</h2>
        <span className="label ink-3">
          {page === null
            ? ""
            : `${formatCount(page.stored)} stored; ${page.completeTo === null ? "completeness not known" : `complete to ${formatWhen(page.completeTo, now, zone)}`}`}
        </span>
        <Legend />
        <WindowFields query={query} onQuery={onQuery} />
        <span className="label ink-3">{zoneName(now, zone)}</span>
        {(query.from !== null || query.to !== null) && (
          <Button kind="text" onClick={() => onQuery({ ...query, from: null, to: null })}>
            Whole time
          </Button>
        )}
      </div>
      {error !== null && <p className="label ink-2">The histogram could not be read: {error}.</p>}
      {histogram === null ? (
        <div className={styles.empty} aria-busy={error === null} />
      ) : (
        <BrushDrawing query={query} histogram={histogram} onQuery={onQuery} />
      )}
    </section>
  );
}

function headline(query: RecordQuery, page: RecordPage | null, clock: (at: number) => string): string {
  if (page === null) return "Records";
  const noun = page.matched.exact && page.matched.count === 1 ? "record matches" : "records match";
  if (query.from === null && query.to === null) return `${countText(page.matched)} ${noun}`;
  const window =
    query.from === null
      ? `before ${clock(query.to ?? 0)}`
      : query.to === null
        ? `from ${clock(query.from)}`
        : `in ${clock(query.from)}–${clock(query.to)}`;
  return `${countText(page.matched)} ${noun} ${window}`;
}

function Legend() {
  return (
    <span className={styles.legend}>
      {outcomes.map((outcome) => (
        <span key={outcome}>
          <i style={{ background: fills[outcome] }} />
          {names[outcome]}
        </span>
      ))}
    </span>
  );
}
