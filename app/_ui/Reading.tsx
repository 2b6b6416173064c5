"use client";
/** A number with its age and source. There is no other way to show a measured value. */
import type { ReactNode } from "react";
import type { Reading as ReadingValue } from "../../server/core/reading.ts";
import { useNow } from "../_trpc/use-live.ts";
import { freshness } from "./Age.tsx";
import { formatAge, formatCount } from "./format.ts";

interface ReadingProps<T> {
  readonly reading: ReadingValue<T>;
  readonly unit?: string;
  readonly format?: (value: T) => ReactNode;
  /** In narrow cells: the hatch and "was 24" only; age and source go to the title. */
  readonly terse?: boolean;
  /** What to say for a value that nobody has measured yet. */
  readonly never?: string;
}

function plain(value: unknown): ReactNode {
  return typeof value === "number" ? formatCount(value) : String(value);
}

export function Reading<T>({ reading, unit, format = plain, terse = false, never = "none yet" }: ReadingProps<T>) {
  const now = useNow();
  const state = reading.value === null ? "never" : freshness(reading.observedAt, reading.ttlMs, now);
  if (reading.value === null || state === "never") {
    return (
      <span className="reading ink-2" data-freshness="never" title={`${reading.source} has not measured it`}>
        <span className="swatch" aria-hidden="true" />
        {never}
      </span>
    );
  }
  const age = formatAge(now - (reading.observedAt ?? now));
  const value = (
    <>
      {format(reading.value)}
      {unit !== undefined && <span className="unit"> {unit}</span>}
    </>
  );
  if (state === "stale") {
    return (
      <span className="reading ink-2" data-freshness="stale" title={`was measured ${age} ago by ${reading.source}`}>
        <span className="swatch" aria-hidden="true" />
        was {value}
        {!terse && (
          <span className="reading-age">
            {age} ago, from {reading.source}
          </span>
        )}
      </span>
    );
  }
  return (
    <span className="reading" data-freshness={state} title={`from ${reading.source}, ${age} ago`}>
      {value}
      {state === "ageing" && !terse && <span className="reading-age">{age} ago</span>}
    </span>
  );
}
