"use client";
/** All gateways in their configured order; a row opens its detail. */
import type { ConsoleSnapshot, GatewayView } from "../../../server/operations/console-view.ts";
import { auditColumns, OwnerCell, stateColumn, stripColumn } from "../../_overview/gateway-columns.tsx";
import { isAuditStale } from "../../_overview/gateway-sum.ts";
import { useNow } from "../../_trpc/use-live.ts";
import { type Column, DataTable } from "../../_ui/DataTable.tsx";
import { formatDuration } from "../../_ui/format.ts";
import { NextPoll } from "./NextPoll.tsx";

function columns(snapshot: ConsoleSnapshot, now: number, narrow: boolean): readonly Column<GatewayView>[] {
  const always: readonly Column<GatewayView>[] = [
    stateColumn(snapshot.timers.missLimit),
    { key: "name", head: "Gateway", className: "name mono medium", cell: (gateway) => gateway.name },
    { key: "kind", head: "Kind", className: "ink-2", cell: (gateway) => gateway.kind },
    { key: "owner", head: "Owner", cell: (gateway) => <OwnerCell owner={gateway.owner} /> },
    ...auditColumns(now),
    {
      key: "failures",
      head: "Failures",
      align: "right",
      cell: (gateway) => {
        const failures = gateway.health?.audit.consecutiveFailures ?? null;
        return failures === null ? (
          <span className="ink-2">unknown</span>
        ) : (
          <span className={failures > 0 ? "amber medium" : "ink-2"}>{failures}</span>
        );
      },
    },
  ];
  if (narrow) return always;
  return [
    ...always,
    {
      key: "rtt",
      head: "Round trip",
      align: "right",
      className: "ink-2",
      cell: (gateway) => {
        const rtt = gateway.health?.rttMs ?? null;
        return rtt === null ? "unknown" : formatDuration(rtt);
      },
    },
    {
      key: "next",
      head: "Next poll",
      align: "right",
      cell: (gateway) => <NextPoll at={gateway.health?.audit.nextAt ?? null} running={gateway.health?.audit.state === "running"} />,
    },
    stripColumn(snapshot),
  ];
}

interface GatewayTableProps {
  readonly snapshot: ConsoleSnapshot;
  readonly selected: string | null;
  readonly onOpen: (name: string) => void;
}

export function GatewayTable({ snapshot, selected, onOpen }: GatewayTableProps) {
  const now = useNow();
  return (
    <DataTable
      label="Gateways"
      bleed
      columns={columns(snapshot, now, selected !== null)}
      rows={snapshot.gateways}
      rowKey={(gateway) => gateway.name}
      selected={selected}
      onOpen={(gateway) => onOpen(gateway.name)}
      stale={(gateway) => isAuditStale(gateway, now)}
    />
  );
}
