"use client";
/** Gateways in their configured order, for ever in the same row. */
import Link from "next/link";
import type { ConsoleSnapshot, GatewayView } from "../../server/operations/console-view.ts";
import { useNow } from "../_trpc/use-live.ts";
import { Age } from "../_ui/Age.tsx";
import { type Column, DataTable } from "../_ui/DataTable.tsx";
import { gatewayState } from "../_ui/node-words.ts";
import { Reading } from "../_ui/Reading.tsx";
import { Region } from "../_ui/Region.tsx";
import { RelationSign } from "../_ui/Relation.tsx";
import { StatusGlyph } from "../_ui/StatusGlyph.tsx";
import { RowStrip } from "../_ui/strip/RowStrip.tsx";
import { gatewayStrip } from "../_ui/strip/strip-source.ts";
import { auditTtlMs, expectedThen, gatewaySum, isAuditStale } from "./gateway-sum.ts";

export function GatewayStateCell({ gateway, limit }: { readonly gateway: GatewayView; readonly limit: number }) {
  const state = gatewayState(gateway, limit);
  return <StatusGlyph name={state.glyph} word={state.word} reason={state.reason} />;
}

export function ReportedCell({ gateway }: { readonly gateway: GatewayView }) {
  return (
    <Reading
      terse
      reading={{
        value: gateway.health?.reported ?? null,
        observedAt: gateway.health?.audit.lastCompleteAt ?? null,
        source: gateway.name,
        ttlMs: auditTtlMs(gateway),
      }}
    />
  );
}

export function OwnerCell({ owner }: { readonly owner: string | null }) {
  return owner === null ? <span className="ink-3">none</span> : <span className="mono">{owner}</span>;
}

export function AuditRelation({ gateway, now }: { readonly gateway: GatewayView; readonly now: number }) {
  const stale = isAuditStale(gateway, now);
  const { health } = gateway;
  return <RelationSign left={stale ? null : (health?.reported ?? null)} right={health === null ? null : expectedThen(health)} />;
}

export function ExpectedCell({ gateway }: { readonly gateway: GatewayView }) {
  const { health } = gateway;
  const then = health === null ? null : expectedThen(health);
  if (health === null || then === null) return <span className="ink-3">unknown</span>;
  return <span title={`at the last audit; ${health.expected ?? "unknown"} expected now`}>{then}</span>;
}

function columns(snapshot: ConsoleSnapshot, now: number): readonly Column<GatewayView>[] {
  const limit = snapshot.timers.missLimit;
  return [
    { key: "state", head: "State", cell: (gateway) => <GatewayStateCell gateway={gateway} limit={limit} /> },
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
      key: "strip",
      width: 154,
      className: "column-optional",
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

export function GatewaysRegion({ snapshot }: { readonly snapshot: ConsoleSnapshot }) {
  const now = useNow();
  return (
    <Region title="Gateways" note={gatewaySum(snapshot.gateways, now)} className="overview-gateways">
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
