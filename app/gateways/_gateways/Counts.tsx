"use client";
/** What the server that owns a gateway found there at its last audit, against what it expected. */
import type { ReactNode } from "react";
import type { GatewayHealth } from "../../../server/core/status/node-status.ts";
import type { GatewayView } from "../../../server/operations/console-view.ts";
import { expectedThen, isAuditStale } from "../../_overview/gateway-sum.ts";
import { useNow } from "../../_trpc/use-live.ts";
import { formatCount, formatDuration } from "../../_ui/format.ts";
import { Region } from "../../_ui/Region.tsx";
import { Relation } from "../../_ui/Relation.tsx";
import { List, Was } from "./DrawerList.tsx";

type Row = readonly [string, ReactNode];

export function Counts({ gateway, health }: { readonly gateway: GatewayView; readonly health: GatewayHealth }) {
  const { audit } = health;
  const old = isAuditStale(gateway, useNow());
  return (
    <Region title="Counts" note={`by ${gateway.healthSource ?? "nobody"}, each ${gateway.pollSeconds} s`}>
      <List
        items={[
          ...countRows(health, old),
          [
            "Rows, duration",
            <Was key="rows" old={old}>
              {audit.rows ?? "unknown"}, {audit.durationMs === null ? "unknown" : formatDuration(audit.durationMs)}
            </Was>,
          ],
          ["Last failure", audit.lastFailure ?? "none"],
        ]}
      />
    </Region>
  );
}

function countRows(health: GatewayHealth, old: boolean): readonly Row[] {
  return [
    [
      "Reported = expected",
      <Was key="relation" old={old}>
        <Relation left={health.reported} right={expectedThen(health)} />
      </Was>,
    ],
    [
      "Expected now",
      health.expected === null ? (
        <span key="now" className="ink-2">
          unknown
        </span>
      ) : (
        formatCount(health.expected)
      ),
    ],
    [
      "Ghosts",
      <Was key="ghosts" old={old}>
        <Difference count={health.ghosts} text="the gateway has them, the server does not" />
      </Was>,
    ],
    [
      "Orphans",
      <Was key="orphans" old={old}>
        <Difference count={health.orphans} text="the server has them, the gateway does not" />
      </Was>,
    ],
  ];
}

function Difference({ count, text }: { readonly count: number; readonly text: string }) {
  if (count === 0) return <>0</>;
  return (
    <span className="amber">
      {count} <span className="ink-2">{text}</span>
    </span>
  );
}
