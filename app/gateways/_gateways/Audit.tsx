"use client";
/** What the server that owns a gateway found there at its last audit, and how the audits go. */
import type { ReactNode } from "react";
import type { GatewayHealth } from "../../../server/core/status/node-status.ts";
import type { GatewayView } from "../../../server/operations/console-view.ts";
import { expectedThen, isAuditStale } from "../../_overview/gateway-sum.ts";
import { useNow } from "../../_trpc/use-live.ts";
import { Age } from "../../_ui/Age.tsx";
import { formatCount, formatDuration, formatTime } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import { Region } from "../../_ui/Region.tsx";
import { Relation } from "../../_ui/Relation.tsx";
import { List, Was } from "./DrawerList.tsx";
import { NextPoll } from "./NextPoll.tsx";

type Row = readonly [string, ReactNode];

export function Audit({ gateway, health }: { readonly gateway: GatewayView; readonly health: GatewayHealth }) {
  const zone = useZone();
  const { audit } = health;
  const old = isAuditStale(gateway, useNow());
  const at = audit.lastCompleteAt;
  return (
    <Region title="Audit" note={`by ${gateway.healthSource ?? "nobody"}, each ${gateway.pollSeconds} s`}>
      <List
        items={[
          ...countRows(health, old),
          [
            "Last complete",
            at === null ? (
              "never"
            ) : (
              <span key="at">
                <span className="mono">{formatTime(at, zone)}</span>, <Age at={at} suffix="ago" />
              </span>
            ),
          ],
          ...courseRows(health, old),
          ["State", audit.state],
          [
            "Failures in a row",
            audit.consecutiveFailures === 0 ? (
              "0"
            ) : (
              <span key="failures" className="amber">
                {audit.consecutiveFailures}
              </span>
            ),
          ],
          ["Last failure", audit.lastFailure ?? "none"],
          ["Next poll", <NextPoll key="next" at={audit.nextAt} running={audit.state === "running"} />],
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

function courseRows({ audit, rttMs }: GatewayHealth, old: boolean): readonly Row[] {
  return [
    [
      "Rows, duration",
      <Was key="rows" old={old}>
        {audit.rows ?? "unknown"}, {audit.durationMs === null ? "unknown" : formatDuration(audit.durationMs)}
      </Was>,
    ],
    [
      "Round trip",
      <Was key="rtt" old={old && rttMs !== null}>
        {rttMs === null ? "unknown" : formatDuration(rttMs)}
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
