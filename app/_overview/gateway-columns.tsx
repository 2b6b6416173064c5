"use client";
/** Columns of gateways that the overview and the gateways' page share. */
import type { ConsoleSnapshot, GatewayView } from "../../server/operations/console-view.ts";
import { Age } from "../_ui/Age.tsx";
import type { Column } from "../_ui/DataTable.tsx";
import { gatewayState } from "../_ui/node-words.ts";
import { Reading } from "../_ui/Reading.tsx";
import { RelationSign } from "../_ui/Relation.tsx";
import { StatusGlyph } from "../_ui/StatusGlyph.tsx";
import { RowStrip } from "../_ui/strip/RowStrip.tsx";
import { gatewayStrip } from "../_ui/strip/strip-source.ts";
import { auditTtlMs, expectedThen, isAuditStale } from "./gateway-sum.ts";

function GatewayStateCell({ gateway, limit }: { readonly gateway: GatewayView; readonly limit: number }) {
  const state = gatewayState(gateway, limit);
  return <StatusGlyph name={state.glyph} word={state.word} reason={state.reason} />;
}

function ReportedCell({ gateway }: { readonly gateway: GatewayView }) {
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

/** Both sides are of one audit: where that is old, both were. */
function AuditRelation({ gateway }: { readonly gateway: GatewayView }) {
  const { health } = gateway;
  return <RelationSign left={health?.reported ?? null} right={health === null ? null : expectedThen(health)} />;
}

function ExpectedCell({ gateway, now }: { readonly gateway: GatewayView; readonly now: number }) {
  const { health } = gateway;
  const then = health === null ? null : expectedThen(health);
  if (health === null || then === null) return <span className="ink-3">unknown</span>;
  if (isAuditStale(gateway, now)) return <span className="ink-2">was {then}</span>;
  return <span title={`at the last audit; ${health.expected ?? "unknown"} expected now`}>{then}</span>;
}

export function stateColumn(limit: number): Column<GatewayView> {
  return { key: "state", head: "State", cell: (gateway) => <GatewayStateCell gateway={gateway} limit={limit} /> };
}

/** What the last audit found there, and what was expected. */
export function auditColumns(now: number): readonly Column<GatewayView>[] {
  return [
    { key: "reported", head: "Reported", align: "right", cell: (gateway) => <ReportedCell gateway={gateway} /> },
    {
      key: "relation",
      head: <span className="visually-hidden">Relation</span>,
      className: "rel",
      cell: (gateway) => <AuditRelation gateway={gateway} />,
    },
    { key: "expected", head: "Expected", cell: (gateway) => <ExpectedCell gateway={gateway} now={now} /> },
    {
      key: "audit",
      head: "Last audit",
      align: "right",
      cell: (gateway) => <Age at={gateway.health?.audit.lastCompleteAt ?? null} className={isAuditStale(gateway, now) ? "" : "ink-2"} />,
    },
  ];
}

export function stripColumn(snapshot: ConsoleSnapshot): Column<GatewayView> {
  const limit = snapshot.timers.missLimit;
  return {
    key: "strip",
    width: 154,
    head: (
      <span className="strip-head">
        <span>15 minutes</span>
        <span className="ink-2">now</span>
      </span>
    ),
    cell: (gateway) => <RowStrip name={gateway.name} source={gatewayStrip(snapshot, gateway.name, gateway.healthSource)} limit={limit} />,
  };
}
