"use client";
/** The keyboard cursor of a strip: arrows by one bar, Shift by ten, Home and End, brackets to the next abnormal bar, Escape leaves. */
import { type KeyboardEvent, useState } from "react";
import type { StripCell } from "./strip-geometry.ts";

/** The cursor stands on a moment, not on a position, so that it keeps its bar while the strip moves. */
export interface StripCursor {
  readonly index: number | null;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly clear: () => void;
}

export function useStripCursor(rows: readonly (readonly StripCell[])[]): StripCursor {
  const [at, setAt] = useState<number | null>(null);
  const first = rows[0] ?? [];
  const found = at === null ? -1 : first.findIndex((cell) => cell.at >= at);
  const index = at === null || first.length === 0 ? null : found === -1 ? first.length - 1 : found;

  const abnormal = (position: number) => rows.some((cells) => cells[position] !== undefined && cells[position].kind !== "normal");
  const seek = (from: number, step: 1 | -1): number | null => {
    // A long gap counts once: leave the run that the cursor stands in before looking for the next one.
    let position = from + step;
    while (position >= 0 && position < first.length && abnormal(position) && abnormal(position - step)) position += step;
    while (position >= 0 && position < first.length && !abnormal(position)) position += step;
    return position >= 0 && position < first.length ? position : null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (first.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const here = index ?? first.length - 1;
    const step = event.shiftKey ? 10 : 1;
    const last = first.length - 1;
    const target =
      event.key === "ArrowLeft"
        ? Math.max(0, index === null ? last : here - step)
        : event.key === "ArrowRight"
          ? Math.min(last, here + step)
          : event.key === "Home"
            ? 0
            : event.key === "End"
              ? last
              : event.key === "["
                ? seek(index === null ? last + 1 : here, -1)
                : event.key === "]"
                  ? seek(here, 1)
                  : undefined;
    if (event.key === "Escape" && index !== null) setAt(null);
    else if (target === undefined) return;
    else if (target !== null) setAt(first[target]?.at ?? null);
    event.preventDefault();
  };
  return { index, onKeyDown, clear: () => setAt(null) };
}
