"use client";
/** One row of the live list. Durations tick in the browser; what is modelled says so in place of a measurement. */
import type { ReactNode } from "react";
import { formatAge, formatRunning, formatTime } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import { Glyph, type GlyphName } from "../../_ui/StatusGlyph.tsx";
import { continuityTitles, continuityWord, isLastSeen, phaseUnsaid, scoreText, serviceText } from "./connection-sources.ts";
import type { LiveRow } from "./live-rows.ts";

export interface CellColumn {
  readonly key: string;
  readonly head: ReactNode;
  /** Shown on phones too. */
  readonly always?: boolean;
  /** Left out while a connection is open beside the list. */
  readonly wide?: boolean;
  readonly className?: string;
  readonly cell: (row: LiveRow, now: number) => ReactNode;
}

const phases: Record<string, { readonly glyph: GlyphName; readonly tone: "ink" | "ink-2" | "ink-3" }> = {
  talking: { glyph: "ok", tone: "ink" },
  ringing: { glyph: "transit", tone: "ink-2" },
  "setting-up": { glyph: "transit", tone: "ink-2" },
  releasing: { glyph: "off", tone: "ink-3" },
};

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
  if (isLastSeen(row.columns, row.index)) return <WasPhase row={row} phase={phase} />;
  const { glyph, tone } = phases[phase] ?? { glyph: "unknown" as const, tone: "ink-2" as const };
  return (
    <span className="status" data-tone={tone}>
      <Glyph name={glyph} tone={tone} />
      {phase === "unknown" ? <span title={phaseUnsaid}>unknown</span> : phase.replace("-", " ")}
      {row.columns.stale[row.index] === true && (
        <span title="inherited, not confirmed yet">
          <span className="swatch" aria-hidden="true" />
          <span className="visually-hidden">, inherited, not confirmed yet</span>
        </span>
      )}
    </span>
  );
}

/** Its gear tells of it no more: what it was doing then, and when that was. */
function WasPhase({ row, phase }: { readonly row: LiveRow; readonly phase: string }) {
  const lastSeen = `last seen ${formatTime(row.columns.confirmedAt[row.index] ?? row.columns.at, useZone())}`;
  return (
    <span className="status" data-tone="ink-2" title={`${lastSeen}; its gear has told nothing of it since`}>
      <span className="swatch" aria-hidden="true" />
      was {phase === "unknown" ? "up" : phase.replace("-", " ")}
      <span className="visually-hidden">, {lastSeen}</span>
    </span>
  );
}

function Duration({ row, now }: { readonly row: LiveRow; readonly now: number }) {
  const { columns, index } = row;
  const connectAt = columns.connectAt[index] ?? null;
  const from = connectAt ?? columns.setupAt[index] ?? null;
  if (from === null) return <Unknown />;
  const lastSeen = isLastSeen(columns, index);
  // What nobody confirms does not run on.
  const until = lastSeen ? (columns.confirmedAt[index] ?? columns.at) : row.gone ? columns.at : now;
  const error = columns.clockErrorMs[index] ?? 0;
  return (
    <span
      className={connectAt === null ? "ink-3" : undefined}
      title={`${connectAt === null ? "since set-up" : "since answer"}${lastSeen ? ", until it was last seen" : ""}, ± ${Math.round(error)} ms`}
    >
      {formatRunning(until - from)}
    </span>
  );
}

/** Packets lost, and the jitter where the gear tells it. */
function Losses({ row }: { readonly row: LiveRow }) {
  const { columns, index } = row;
  if (columns.modelled[index] === true) return <Unknown>modelled</Unknown>;
  const lost = columns.packetsLost[index] ?? null;
  const jitter = columns.jitterMs[index] ?? null;
  if (lost === null && jitter === null) return <Unknown />;
  return (
    <span title={`${lost ?? "unknown"} packets lost, jitter ${jitter === null ? "not told" : `${jitter.toFixed(1)} ms`}`}>
      {lost ?? <Unknown>?</Unknown>}
      {jitter !== null && <span className="ink-2">, {jitter.toFixed(1)} ms</span>}
    </span>
  );
}

function Service({ row }: { readonly row: LiveRow }) {
  const text = serviceText(row.columns.qos[row.index] ?? null, row.columns.dscp[row.index] ?? null);
  return text === null ? <Unknown /> : <span title={text}>{text}</span>;
}

function Provenance({ row, now }: { readonly row: LiveRow; readonly now: number }) {
  const { columns, index } = row;
  const confirmedAt = columns.confirmedAt[index] ?? columns.at;
  const stale = columns.stale[index] === true;
  const zone = useZone();
  const age = formatAge(Math.max(0, now - confirmedAt));
  const said = isLastSeen(columns, index)
    ? `last seen ${formatTime(confirmedAt, zone)}, by ${columns.provenance[index]}`
    : `${stale ? "inherited, not confirmed" : columns.provenance[index]}, ${age}`;
  return (
    <span title={said}>
      {stale && <span className="swatch" aria-hidden="true" />}{" "}
      {isLastSeen(columns, index) ? `seen ${formatTime(confirmedAt, zone)}` : said}
    </span>
  );
}

/** Ours; how it is reckoned stands in the title and in the drawer. */
function OwnMos({ row }: { readonly row: LiveRow }) {
  const { columns, index } = row;
  const mos = columns.mos[index] ?? null;
  const method = columns.mosMethod[index] ?? "no reason told";
  if (mos === null)
    return (
      <span className="ink-3" title={`not rated: ${method}`}>
        none
      </span>
    );
  const r = columns.r[index] ?? null;
  return <span title={`R ${r === null ? "unknown" : scoreText(r)}; ${method}`}>{scoreText(mos)}</span>;
}

/** As the gear itself reckons: another method, another column, never mixed. */
function GearMos({ row }: { readonly row: LiveRow }) {
  const { columns, index } = row;
  const mos = columns.reportedMos[index] ?? null;
  if (mos === null) return <Unknown>not told</Unknown>;
  const method = columns.reportedMosMethod[index] ?? "method not told";
  return (
    <span title={`as the gear says: ${method}`}>
      {scoreText(mos)} <span className="ink-3">{method}</span>
    </span>
  );
}

function Continuity({ row }: { readonly row: LiveRow }) {
  const word = continuityWord(row.columns.continuity[row.index] ?? null, row.columns.own[row.index] !== false);
  return (
    <span className={word === "preserved" || word === "observed" ? "ink-2" : "medium"} title={continuityTitles[word]}>
      {word}
    </span>
  );
}

export const cellColumns: readonly CellColumn[] = [
  { key: "phase", head: "Phase", always: true, cell: (row) => <PhaseCell row={row} /> },
  { key: "duration", head: "Duration", always: true, className: "right", cell: (row, now) => <Duration row={row} now={now} /> },
  { key: "gateway", head: "Gateway", always: true, className: "mono medium", cell: (row) => row.columns.gateway[row.index] },
  {
    key: "endpoint",
    head: "Endpoint",
    wide: true,
    className: "mono",
    cell: (row) => known(row.columns.endpoint[row.index]?.split("@")[0]),
  },
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
  { key: "continuity", head: "If we fail", cell: (row) => <Continuity row={row} /> },
  { key: "codec", head: "Codec", className: "ink-2", cell: (row) => known(row.columns.codec[row.index]) },
  { key: "qos", head: "QoS, DSCP", className: "ink-2", cell: (row) => <Service row={row} /> },
  { key: "mos", head: "MOS", className: "right", cell: (row) => <OwnMos row={row} /> },
  { key: "gear-mos", head: "Gear’s MOS", className: "right", cell: (row) => <GearMos row={row} /> },
  { key: "lost", head: "Lost, jitter", wide: true, className: "right", cell: (row) => <Losses row={row} /> },
  {
    key: "source",
    head: "Told by, age",
    wide: true,
    className: "ink-3 live-teller",
    cell: (row, now) => <Provenance row={row} now={now} />,
  },
  { key: "from", head: "Media here", wide: true, className: "mono ink-2", cell: (row) => known(row.columns.localAddress[row.index]) },
  { key: "to", head: "Media there", wide: true, className: "mono ink-2", cell: (row) => known(row.columns.remoteAddress[row.index]) },
];

export function cellClass(column: CellColumn): string {
  return [column.className ?? "", column.always ? `live-${column.key}` : "live-wide"].filter((name) => name !== "").join(" ");
}
