"use client";
/** Our gateways in their configured order, then gear of others in theirs; a row opens its detail. */
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";
import { OwnerCell } from "../../_overview/gateway-columns.tsx";
import { useNow } from "../../_trpc/use-live.ts";
import { Age } from "../../_ui/Age.tsx";
import { type Column, DataTable } from "../../_ui/DataTable.tsx";
import { formatDuration } from "../../_ui/format.ts";
import { Reading } from "../../_ui/Reading.tsx";
import { RelationSign } from "../../_ui/Relation.tsx";
import { StatusGlyph } from "../../_ui/StatusGlyph.tsx";
import { RowStrip } from "../../_ui/strip/RowStrip.tsx";
import { gatewayStrip } from "../../_ui/strip/strip-source.ts";
import { auditTrouble, ownerTexts, protocolText, rowText } from "./audit-words.ts";
import { DifferenceBar } from "./DifferenceBar.tsx";
import { type GearRow, gearRows, isRowStale } from "./gear-rows.ts";
import { NextPoll } from "./NextPoll.tsx";

function ReportedCell({ row }: { readonly row: GearRow }) {
  return (
    <Reading
      terse
      reading={{ value: row.reported, observedAt: row.lastCompleteAt, source: row.source, ttlMs: row.ttlMs }}
      never="none yet"
    />
  );
}

function ExpectedCell({ row, now }: { readonly row: GearRow; readonly now: number }) {
  if (row.gateway === null)
    return (
      <span className="ink-3" title="Its calls are not ours: they are only observed, so nothing is expected of it.">
        observed
      </span>
    );
  if (row.expected === null) return <span className="ink-3">unknown</span>;
  if (isRowStale(row, now)) return <span className="ink-2">was {row.expected}</span>;
  return <span title={`at the last audit; ${row.gateway.health?.expected ?? "unknown"} expected now`}>{row.expected}</span>;
}

function Owner({ row }: { readonly row: GearRow }) {
  if (row.gateway !== null) return <OwnerCell owner={row.gateway.owner} />;
  if (row.control === null) return <span className="ink-3">unknown</span>;
  const { short, title } = ownerTexts[row.control];
  return (
    <span className="ink-2" title={title}>
      {short}
    </span>
  );
}

/** How its audits go; what goes well is quiet. */
function AuditsCell({ row }: { readonly row: GearRow }) {
  if (row.polling === null) {
    if (row.failures === null) return <span className="ink-3">unknown</span>;
    return (
      <span className={row.failures > 0 ? "amber medium" : "ink-2"}>{row.failures > 0 ? `${row.failures} failed in a row` : "well"}</span>
    );
  }
  const trouble = auditTrouble(row.polling);
  if (trouble === null) return <span className="ink-2">well</span>;
  const { phase, lastFailure, consecutiveFailures } = row.polling;
  if (phase === "paused" || lastFailure === null || consecutiveFailures === 0) return <span className="ink-2">{trouble}</span>;
  // Of gear of others the state says the kind already.
  const told = row.gateway === null ? rowText(row.polling) : trouble;
  return (
    <span className="audits-trouble" title={`${trouble}: ${lastFailure.because}`}>
      {told}
    </span>
  );
}

function stateColumns(narrow: boolean): readonly Column<GearRow>[] {
  const kind: Column<GearRow> = { key: "kind", head: "Kind", className: "ink-2 column-optional", cell: (row) => row.kind };
  const speaks: Column<GearRow> = {
    key: "speaks",
    head: "Read by",
    className: "ink-2 column-optional",
    cell: (row) => (row.protocol === null ? <span className="ink-3">unknown</span> : protocolText(row.protocol)),
  };
  const owner: Column<GearRow> = { key: "owner", head: "Owner", className: "column-optional", cell: (row) => <Owner row={row} /> };
  return [
    {
      key: "state",
      head: "State",
      cell: ({ state }) => <StatusGlyph name={state.glyph} word={state.word} reason={state.reason} />,
    },
    { key: "name", head: "Gateway", className: "name mono medium", cell: (row) => row.name },
    ...(narrow ? [] : [kind, speaks]),
    ...(narrow ? [] : [owner]),
  ];
}

function countColumns(now: number, most: number, narrow: boolean): readonly Column<GearRow>[] {
  const difference: Column<GearRow> = {
    key: "difference",
    head: "Difference",
    className: "column-optional",
    cell: (row) =>
      row.gateway === null || row.reported === null ? (
        <span className="ink-3">{row.gateway === null ? "none to tell" : "unknown"}</span>
      ) : (
        <DifferenceBar ghosts={row.ghosts} orphans={row.orphans} most={most} />
      ),
  };
  return [
    { key: "reported", head: "Reported", align: "right", cell: (row) => <ReportedCell row={row} /> },
    {
      key: "relation",
      head: <span className="visually-hidden">Relation</span>,
      className: "rel",
      cell: (row) => (row.gateway === null ? null : <RelationSign left={row.reported} right={row.expected} />),
    },
    { key: "expected", head: "Expected", cell: (row) => <ExpectedCell row={row} now={now} /> },
    ...(narrow ? [] : [difference]),
  ];
}

function pollColumns(snapshot: ConsoleSnapshot, now: number, narrow: boolean): readonly Column<GearRow>[] {
  const audits: Column<GearRow> = { key: "audits", head: "Audits", cell: (row) => <AuditsCell row={row} /> };
  const last: Column<GearRow> = {
    key: "last",
    head: "Last good",
    align: "right",
    cell: (row) => <Age at={row.lastCompleteAt} className={isRowStale(row, now) ? "" : "ink-2"} />,
  };
  const next: Column<GearRow> = {
    key: "next",
    head: "Next poll",
    align: "right",
    cell: (row) => <NextPoll at={row.nextAt} running={row.running} />,
  };
  if (narrow) return [last, audits];
  return [
    {
      key: "rtt",
      head: "Round trip",
      align: "right",
      className: "ink-2",
      cell: ({ rttMs }) => (rttMs === null ? "unknown" : formatDuration(rttMs)),
    },
    last,
    next,
    audits,
    {
      key: "strip",
      width: 154,
      className: "column-optional",
      head: (
        <span className="strip-head">
          <span>15 minutes</span>
          <span className="ink-2">now</span>
        </span>
      ),
      cell: ({ name, gateway }) =>
        gateway === null ? (
          <span className="ink-3">no link</span>
        ) : (
          <RowStrip name={name} source={gatewayStrip(snapshot, name, gateway.healthSource)} limit={snapshot.timers.missLimit} />
        ),
    },
  ];
}

interface GatewayTableProps {
  readonly snapshot: ConsoleSnapshot;
  readonly selected: string | null;
  readonly onOpen: (name: string) => void;
}

export function GatewayTable({ snapshot, selected, onOpen }: GatewayTableProps) {
  const now = useNow();
  const narrow = selected !== null;
  const rows = gearRows(snapshot);
  const most = Math.max(1, ...rows.map((row) => Math.max(row.ghosts, row.orphans)));
  return (
    <DataTable
      label="Gateways"
      bleed
      columns={[...stateColumns(narrow), ...countColumns(now, most, narrow), ...pollColumns(snapshot, now, narrow)]}
      rows={rows}
      rowKey={(row) => row.name}
      selected={selected}
      onOpen={(row) => onOpen(row.name)}
      stale={(row) => isRowStale(row, now)}
    />
  );
}
