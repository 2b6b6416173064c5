"use client";
/** Where gateway and server disagree, oldest first, and what looks stuck there; each with its age. */
import type { Difference, GearDetail, StuckConnection } from "../../../server/core/status/gear-status.ts";
import { type Column, DataTable } from "../../_ui/DataTable.tsx";
import { formatAge, formatCount } from "../../_ui/format.ts";
import { Region } from "../../_ui/Region.tsx";

const shown = 50;

const differenceColumns: readonly Column<Difference>[] = [
  { key: "kind", head: "Kind", className: "amber medium", cell: (one) => one.kind },
  { key: "endpoint", head: "Endpoint", mono: true, cell: (one) => one.endpoint ?? <span className="ink-3">unknown</span> },
  { key: "call", head: "Call", mono: true, className: "ink-2", cell: (one) => <span title={one.callId}>{one.callId.slice(0, 12)}</span> },
  { key: "age", head: "For", align: "right", cell: (one) => formatAge(one.sinceMs) },
];

const stuckColumns: readonly Column<StuckConnection>[] = [
  {
    key: "leg",
    head: "Leg",
    mono: true,
    cell: (one) => one.endpoint ?? one.legName ?? one.callId?.slice(0, 12) ?? <span className="ink-3">unknown</span>,
  },
  { key: "why", head: "Why", className: "wrap", cell: (one) => one.text },
  { key: "age", head: "For", align: "right", cell: (one) => formatAge(one.forMs) },
];

function More({ count }: { readonly count: number }) {
  return count <= shown ? null : (
    <p className="label ink-3">
      The oldest {shown} of {formatCount(count)}.
    </p>
  );
}

function NeverRead({ detail: { name, source } }: { readonly detail: GearDetail }) {
  return (
    <p className="ink-2">
      <span className="swatch" aria-hidden="true" /> Unknown: {source} has not read {name} to its end yet.
    </p>
  );
}

export function Differences({ detail }: { readonly detail: GearDetail }) {
  const { own, name, source, polling, differences, stuck } = detail;
  const neverRead = polling === null || polling.lastCompleteAt === null;
  const isFresh = !neverRead && polling.consecutiveFailures === 0;
  return (
    <>
      {own && (
        <Region title="Ghosts and orphans" note={`between ${name} and ${source}`}>
          {differences.length === 0 && neverRead ? (
            <NeverRead detail={detail} />
          ) : differences.length === 0 ? (
            <p className="ink-2">
              {isFresh
                ? `None: ${name} and ${source} agree on every connection.`
                : "Not known: its last audit was not complete, or is still to come."}
            </p>
          ) : (
            <>
              <p className="ink-2">
                A ghost is on the gateway alone, an orphan on the server alone. A second audit confirms before anything is done.
              </p>
              <DataTable
                label="Ghosts and orphans"
                columns={differenceColumns}
                rows={differences.slice(0, shown)}
                rowKey={(one) => `${one.kind} ${one.callId} ${one.endpoint ?? ""}`}
              />
              <More count={differences.length} />
            </>
          )}
        </Region>
      )}
      {(!own || stuck.length > 0) && (
        <Region title="Stuck calls" note="connected, and no packet comes or goes; or far too old">
          {stuck.length === 0 && neverRead ? (
            <NeverRead detail={detail} />
          ) : stuck.length === 0 ? (
            <p className="ink-2">None.</p>
          ) : (
            <>
              <p className="ink-2">A call on hold stands still as well: a person decides what it means.</p>
              <DataTable
                label="Stuck calls"
                columns={stuckColumns}
                rows={stuck.slice(0, shown)}
                rowKey={(one) => `${one.callId ?? ""} ${one.endpoint ?? one.legName ?? ""}`}
              />
              <More count={stuck.length} />
            </>
          )}
        </Region>
      )}
    </>
  );
}
