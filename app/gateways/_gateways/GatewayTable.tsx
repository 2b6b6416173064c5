"use client";
/** All gateways in their configured order; a row opens its detail. */
import type { ConsoleSnapshot, GatewayView } from "../../../server/operations/console-view.ts";
import { AuditRelation, ExpectedCell, GatewayStateCell, OwnerCell, ReportedCell } from "../../_overview/GatewaysRegion.tsx";
import { isAuditStale } from "../../_overview/gateway-sum.ts";
import { useNow } from "../../_trpc/use-live.ts";
import { Age } from "../../_ui/Age.tsx";
import { type Column, DataTable } from "../../_ui/DataTable.tsx";
import { formatDuration } from "../../_ui/format.ts";
import { RowStrip } from "../../_ui/strip/RowStrip.tsx";
import { gatewayStrip } from "../../_ui/strip/strip-source.ts";
import { NextPoll } from "./NextPoll.tsx";

function columns(snapshot: ConsoleSnapshot, now: number, narrow: boolean): readonly Column<GatewayView>[] {
  const limit = snapshot.timers.missLimit;
  const always: readonly Column<GatewayView>[] = [
    { key: "state", head: "State", cell: (gateway) => <GatewayStateCell gateway={gateway} limit={limit} /> },
    { key: "name", head: "Gateway", className: "name mono medium", cell: (gateway) => gateway.name },
    { key: "kind", head: "Kind", className: "ink-2", cell: (gateway) => gateway.kind },
    { key: "owner", head: "Owner", cell: (gateway) => <OwnerCell owner={gateway.owner} /> },
    { key: "reported", head: "Reported", align: "right", cell: (gateway) => <ReportedCell gateway={gateway} /> },
    {
      key: "relation",
      head: <span className="visually-hidden">Relation</span>,
      className: "rel",
      cell: (gateway) => <AuditRelation gateway={gateway} now={now} />,
    },
    { key: "expected", head: "Expected", cell: (gateway) => <ExpectedCell gateway={gateway} /> },
    {
      key: "audit",
      head: "Last audit",
      align: "right",
      cell: (gateway) => <Age at={gateway.health?.audit.lastCompleteAt ?? null} className={isAuditStale(gateway, now) ? "" : "ink-2"} />,
    },
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
    {
      key: "strip",
      width: 154,
      head: (
        <span className="strip-head">
          <span>15 minutes</span>
          <span className="ink-2">now</span>
        </span>
      ),
      cell: (gateway) => <RowStrip name={gateway.name} source={gatewayStrip(snapshot, gateway.name, gateway.healthSource)} limit={limit} />,
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
