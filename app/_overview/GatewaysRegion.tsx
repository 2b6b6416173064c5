"use client";
/** Gateways in their configured order, for ever in the same row. */
import Link from "next/link";
import type { ConsoleSnapshot, GatewayView } from "../../server/operations/console-view.ts";
import { useNow } from "../_trpc/use-live.ts";
import { type Column, DataTable } from "../_ui/DataTable.tsx";
import { Region } from "../_ui/Region.tsx";
import { auditColumns, OwnerCell, stateColumn, stripColumn } from "./gateway-columns.tsx";
import { gatewaySum, isAuditStale } from "./gateway-sum.ts";

function columns(snapshot: ConsoleSnapshot, now: number): readonly Column<GatewayView>[] {
  return [
    stateColumn(snapshot.timers.missLimit),
    {
      key: "name",
      head: "Gateway",
      className: "name",
      cell: (gateway) => (
        <Link href={`/gateways?gateway=${encodeURIComponent(gateway.name)}`} className="mono medium plain-link">
          {gateway.name}
        </Link>
      ),
    },
    { key: "kind", head: "Kind", className: "ink-2 column-optional", cell: (gateway) => gateway.kind },
    { key: "owner", head: "Owner", className: "column-optional", cell: (gateway) => <OwnerCell owner={gateway.owner} /> },
    ...auditColumns(now),
    { ...stripColumn(snapshot), className: "column-optional" },
  ];
}

export function GatewaysRegion({ snapshot }: { readonly snapshot: ConsoleSnapshot }) {
  const now = useNow();
  return (
    <Region title="Gateways" note={gatewaySum(snapshot.gateways, now, snapshot.gear.length)} className="overview-gateways">
      <DataTable
        label="Gateways"
        columns={columns(snapshot, now)}
        rows={snapshot.gateways}
        rowKey={(gateway) => gateway.name}
        stale={(gateway) => isAuditStale(gateway, now)}
      />
    </Region>
  );
}
