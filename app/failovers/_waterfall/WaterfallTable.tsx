"use client";
/** The waterfall as tables: the same moments and the same gateways, for readers of text and screen readers. */
import type { FailoverReport, ReportedGateway } from "../../../server/core/timeline/failover-report.ts";
import { type Column, DataTable } from "../../_ui/DataTable.tsx";
import { type Moment, momentsOf } from "./moment.ts";

const ms = (value: number | null): string => (value === null ? "not known" : value.toFixed(0));

const momentColumns: Column<Moment>[] = [
  { key: "at", head: "+ ms", align: "right", mono: true, cell: (moment) => moment.atMs.toFixed(1), width: 80 },
  { key: "node", head: "Node", mono: true, cell: (moment) => moment.node ?? "", width: 80 },
  { key: "what", head: "What", cell: (moment) => moment.what, width: 120 },
  { key: "text", head: "In words", className: "wrap", cell: (moment) => moment.text },
];

const gatewayColumns: Column<ReportedGateway>[] = [
  { key: "gateway", head: "Gateway", mono: true, cell: (gateway) => gateway.gateway },
  { key: "promise", head: "Promise ended", align: "right", cell: (gateway) => (gateway.voter ? ms(gateway.promiseEndMs) : "makes none") },
  { key: "granted", head: "Granted", align: "right", cell: (gateway) => ms(gateway.grantedMs) },
  { key: "connected", head: "First command obeyed", align: "right", cell: (gateway) => ms(gateway.connectedMs) },
  { key: "audited", head: "Audited", align: "right", cell: (gateway) => ms(gateway.auditedMs) },
  { key: "history", head: "History read", align: "right", cell: (gateway) => ms(gateway.historyMs) },
  { key: "adopted", head: "Adopted", align: "right", cell: (gateway) => ms(gateway.adoptedMs) },
  { key: "connections", head: "Connections", align: "right", cell: (gateway) => gateway.connections },
  { key: "records", head: "Records", align: "right", cell: (gateway) => gateway.recordsRecovered },
  { key: "state", head: "State", cell: (gateway) => (gateway.note === null ? gateway.state : `${gateway.state}: ${gateway.note}`) },
];

export function WaterfallTable({ report }: { readonly report: FailoverReport }) {
  const moments = momentsOf(report);
  return (
    <>
      <DataTable
        label="Gateways, ms after the last good keepalive"
        columns={gatewayColumns}
        rows={report.gateways}
        rowKey={(gateway) => gateway.gateway}
      />
      <div style={{ height: 16 }} />
      <DataTable label="Moments, ms after the last good keepalive" columns={momentColumns} rows={moments} rowKey={(moment) => moment.key} />
    </>
  );
}
