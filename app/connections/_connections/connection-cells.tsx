"use client";
/** One row of the live list. Durations tick in the browser; what is modelled says so in place of a measurement. */
import type { ReactNode } from "react";
import { formatAge, formatRunning } from "../../_ui/format.ts";
import { Glyph, type GlyphName } from "../../_ui/StatusGlyph.tsx";
import type { LiveRow } from "./live-rows.ts";

export interface CellColumn {
  readonly key: string;
  readonly head: ReactNode;
  /** Shown on phones too. */
  readonly always?: boolean;
  readonly className?: string;
  readonly cell: (row: LiveRow, now: number) => ReactNode;
}

const phases: Record<string, { readonly glyph: GlyphName; readonly tone: "ink" | "ink-2" | "ink-3" }> = {
  talking: { glyph: "ok", tone: "ink" },
  ringing: { glyph: "transit", tone: "ink-2" },
  "setting-up": { glyph: "transit", tone: "ink-2" },
  releasing: { glyph: "off", tone: "ink-3" },
};

const qosWords: Record<string, string> = { bestEffort: "best effort", guaranteedDelay: "guaranteed", controlledLoad: "controlled" };

function Unknown({ children = "unknown" }: { readonly children?: string }) {
  return <span className="ink-3">{children}</span>;
}

function known(value: string | null | undefined): ReactNode {
  return value === null || value === undefined || value === "" ? <Unknown /> : value;
}

function PhaseCell({ row }: { readonly row: LiveRow }) {
  if (row.gone) {
    return (
      <span className="status" data-tone="ink-3">
        <Glyph name="off" />
        ended
      </span>
    );
  }
  const phase = row.columns.phase[row.index] ?? "unknown";
  const { glyph, tone } = phases[phase] ?? { glyph: "unknown" as const, tone: "ink-2" as const };
  return (
    <span className="status" data-tone={tone}>
      <Glyph name={glyph} tone={tone} />
      {phase.replace("-", " ")}
    </span>
  );
}

function Duration({ row, now }: { readonly row: LiveRow; readonly now: number }) {
  const { columns, index } = row;
  const connectAt = columns.connectAt[index] ?? null;
  const from = connectAt ?? columns.setupAt[index] ?? null;
  if (from === null) return <Unknown />;
  const until = row.gone ? columns.at : now;
  const error = columns.clockErrorMs[index] ?? 0;
  return (
    <span
      className={connectAt === null ? "ink-3" : undefined}
      title={`${connectAt === null ? "since set-up" : "since answer"}, ± ${Math.round(error)} ms`}
    >
      {formatRunning(until - from)}
    </span>
  );
}

function Measured({ row, value, unit }: { readonly row: LiveRow; readonly value: number | null; readonly unit: string }) {
  if (row.columns.modelled[row.index] === true) return <Unknown>modelled</Unknown>;
  if (value === null) return <Unknown />;
  return (
    <>
      {value % 1 === 0 ? value : value.toFixed(1)}
      {unit !== "" && <span className="ink-2"> {unit}</span>}
    </>
  );
}

function Provenance({ row, now }: { readonly row: LiveRow; readonly now: number }) {
  const { columns, index } = row;
  const confirmedAt = columns.confirmedAt[index] ?? columns.at;
  const stale = columns.stale[index] === true;
  const said = `${stale ? "inherited, not confirmed" : columns.provenance[index]}, ${formatAge(Math.max(0, now - confirmedAt))}`;
  return (
    <span title={said}>
      {stale && <span className="swatch" aria-hidden="true" />} {said}
    </span>
  );
}

const continuityTitles: Record<string, string> = {
  preserved: "The call would be kept if its server failed now.",
  transient: "Not talking yet: the call would be given up if its server failed now.",
  unknown: "Nobody can tell what would become of it.",
};

export const cellColumns: readonly CellColumn[] = [
  { key: "phase", head: "Phase", always: true, cell: (row) => <PhaseCell row={row} /> },
  { key: "duration", head: "Duration", always: true, className: "right", cell: (row, now) => <Duration row={row} now={now} /> },
  { key: "gateway", head: "Gateway", always: true, className: "mono medium", cell: (row) => row.columns.gateway[row.index] },
  { key: "endpoint", head: "Endpoint", className: "mono", cell: (row) => known(row.columns.endpoint[row.index]?.split("@")[0]) },
  { key: "local", head: "Number", always: true, className: "mono", cell: (row) => known(row.columns.localNumber[row.index]) },
  {
    key: "origin",
    always: true,
    head: <span className="visually-hidden">Direction</span>,
    className: "ink-3",
    cell: (row) => {
      const origin = row.columns.origin[row.index];
      return origin === "answer" ? <span title="calls">→</span> : origin === "originate" ? <span title="is called by">←</span> : "";
    },
  },
  { key: "peer", head: "Connected to", always: true, className: "mono", cell: (row) => known(row.columns.peerNumber[row.index]) },
  {
    key: "continuity",
    head: "If we fail",
    cell: (row) => {
      const value = row.columns.continuity[row.index] ?? "unknown";
      return (
        <span className={value === "preserved" ? "ink-2" : "medium"} title={continuityTitles[value]}>
          {value}
        </span>
      );
    },
  },
  { key: "codec", head: "Codec", className: "ink-2", cell: (row) => known(row.columns.codec[row.index]) },
  {
    key: "qos",
    head: "QoS",
    className: "ink-2",
    cell: (row) => {
      const qos = row.columns.qos[row.index] ?? null;
      return qos === null ? <Unknown /> : (qosWords[qos] ?? qos);
    },
  },
  {
    key: "lost",
    head: "Lost",
    className: "right",
    cell: (row) => <Measured row={row} value={row.columns.packetsLost[row.index] ?? null} unit="" />,
  },
  {
    key: "jitter",
    head: "Jitter",
    className: "right",
    cell: (row) => <Measured row={row} value={row.columns.jitterMs[row.index] ?? null} unit="ms" />,
  },
  { key: "source", head: "Told by, age", className: "ink-3", cell: (row, now) => <Provenance row={row} now={now} /> },
  { key: "from", head: "Media here", className: "mono ink-2", cell: (row) => known(row.columns.localAddress[row.index]) },
  { key: "to", head: "Media there", className: "mono ink-2", cell: (row) => known(row.columns.remoteAddress[row.index]) },
];

export function cellClass(column: CellColumn): string {
  return [column.className ?? "", column.always ? `live-${column.key}` : "live-wide"].filter((name) => name !== "").join(" ");
}
