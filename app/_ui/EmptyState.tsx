"use client";
/** The three ways in which a page has nothing to show: empty, still waiting, failed. Each says why. */
import type { ReactNode } from "react";
import { useLink } from "../_trpc/use-live.ts";
import { formatAge } from "./format.ts";
import { Glyph } from "./StatusGlyph.tsx";

interface EmptyStateProps {
  readonly title: string;
  readonly children?: ReactNode;
  /** One step that helps. */
  readonly step?: ReactNode;
}

export function EmptyState({ title, children, step }: EmptyStateProps) {
  return (
    <div className="empty">
      <div className="lead">{title}</div>
      {children !== undefined && <p>{children}</p>}
      {step}
    </div>
  );
}

const widths = [
  [58, 116, 38],
  [58, 174, 38],
  [58, 160, 38],
] as const;

/** Skeleton in the final geometry; after 3 s it names who is being waited for. */
export function Waiting({ who, waitingMs, rows = 3 }: { readonly who: string; readonly waitingMs: number; readonly rows?: number }) {
  return (
    <div aria-busy="true">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical placeholder rows
        <div className="skeleton-row" key={row} aria-hidden="true">
          {(widths[row % widths.length] ?? widths[0]).map((width, column) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: identical placeholder bars
            <i key={column} style={{ width }} />
          ))}
        </div>
      ))}
      <p className="ink-2" style={{ minHeight: 20, marginTop: 8 }} role="status">
        {waitingMs >= 3000 ? `Still waiting for ${who}, ${formatAge(waitingMs)} so far.` : ""}
      </p>
    </div>
  );
}

/** For pages that have no snapshot yet. */
export function WaitingForSnapshot({ rows = 3 }: { readonly rows?: number }) {
  const link = useLink();
  return (
    <section className="region">
      <Waiting who="the console's first snapshot" waitingMs={link.waitingMs} rows={rows} />
    </section>
  );
}

interface FailureProps {
  /** "cs-a did not answer the console." */
  readonly title: string;
  readonly children?: ReactNode;
  readonly step?: ReactNode;
}

export function Failure({ title, children, step }: FailureProps) {
  return (
    <div className="empty" role="alert">
      <div className="lead status">
        <Glyph name="failed" size={14} />
        {title}
      </div>
      {children !== undefined && <p>{children}</p>}
      {step}
    </div>
  );
}
