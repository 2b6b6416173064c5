// biome-ignore-all lint/a11y/useFocusableInteractive: heads of a table do not take the focus
// biome-ignore-all lint/a11y/useSemanticElements: rows that exist only while visible cannot be real table rows; the roles say what they are
"use client";
/** The rows: only the visible ones exist, and each knows its number in the whole. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useNow } from "../../_trpc/use-live.ts";
import { cellClass, cellColumns } from "./connection-cells.tsx";
import type { LiveRow } from "./live-rows.ts";

const rowHeight = 26;
/** On a phone a row has two lines and must be hit with a finger. */
const phoneRowHeight = 52;
const phoneQuery = "(max-width: 719px)";

function subscribe(listener: () => void): () => void {
  const media = window.matchMedia(phoneQuery);
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
}

function useRowHeight(): number {
  const phone = useSyncExternalStore(
    subscribe,
    () => window.matchMedia(phoneQuery).matches,
    () => false,
  );
  return phone ? phoneRowHeight : rowHeight;
}

const narrowColumns = cellColumns.filter((column) => column.wide !== true);

interface LiveTableProps {
  readonly rows: readonly LiveRow[];
  /** True while the pointer or the focus is on the rows, or they are scrolled: their places must not change. */
  readonly onHold: (held: boolean) => void;
  /** While paused, durations stand still too. */
  readonly pausedAt: number | null;
  /** The row that is open beside the list; the list then shows fewer columns. */
  readonly selected: string | null;
  readonly onOpen: (key: string) => void;
}

export function LiveTable({ rows, onHold, pausedAt, selected, onOpen }: LiveTableProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const clock = useNow();
  const now = pausedAt ?? clock;
  const [active, setActive] = useState(0);
  const reasons = useRef({ pointer: false, focus: false, scrolled: false });
  const height = useRowHeight();
  const narrow = selected !== null;
  const columns = narrow ? narrowColumns : cellColumns;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => height,
    overscan: 8,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again when the height of a row changes
  useEffect(() => virtual.measure(), [height]);
  const hold = (change: Partial<typeof reasons.current>) => {
    Object.assign(reasons.current, change);
    onHold(Object.values(reasons.current).some(Boolean));
  };
  const chosen = Math.min(active, Math.max(0, rows.length - 1));
  const move = (event: KeyboardEvent) => {
    const last = rows.length - 1;
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 260) / height) - 1);
    const target =
      event.key === "ArrowDown" || event.key === "j"
        ? chosen + 1
        : event.key === "ArrowUp" || event.key === "k"
          ? chosen - 1
          : event.key === "PageDown"
            ? chosen + page
            : event.key === "PageUp"
              ? chosen - page
              : event.key === "Home"
                ? 0
                : event.key === "End"
                  ? last
                  : null;
    if (target === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(last, target));
    setActive(next);
    virtual.scrollToIndex(next);
    requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`[data-row="${next}"]`)?.focus());
  };
  return (
    <div
      className="live-table"
      data-narrow={narrow}
      role="table"
      aria-label="Connections"
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
    >
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className="live-row live-heads">
          {columns.map((column) => (
            <span key={column.key} role="columnheader" className={cellClass(column).replace(/mono|medium|ink-[23]/g, "")}>
              {column.head}
            </span>
          ))}
        </div>
      </div>
      <div
        ref={scroll}
        className="live-scroll"
        role="rowgroup"
        onPointerEnter={() => hold({ pointer: true })}
        onPointerLeave={() => hold({ pointer: false })}
        onFocus={() => hold({ focus: true })}
        onBlur={() => hold({ focus: false })}
        onScroll={(event) => hold({ scrolled: event.currentTarget.scrollTop > 0 })}
        onKeyDown={move}
      >
        <div className="live-sizer" role="presentation" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <div
                key={row.key}
                role="row"
                aria-rowindex={item.index + 2}
                tabIndex={item.index === chosen ? 0 : -1}
                data-row={item.index}
                data-key={row.key}
                data-gone={row.gone}
                data-stale={row.columns.stale[row.index] === true}
                aria-selected={row.key === selected}
                className="live-row"
                style={{ transform: `translateY(${item.start}px)` }}
                onFocus={() => setActive(item.index)}
                onClick={() => onOpen(row.key)}
                onKeyDown={(event) => {
                  if (event.key === "Enter") onOpen(row.key);
                }}
              >
                {columns.map((column) => (
                  <span key={column.key} role="cell" className={cellClass(column)}>
                    {column.cell(row, now)}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
