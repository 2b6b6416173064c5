/** `GET /connections`: what is up now, by column. Field meanings: ConnectionColumns in server/operations/console-view.ts. */
import type { CallState } from "../../core/calls/call-state.ts";
import { type LiveConnection, liveConnections } from "../../core/calls/live-connections.ts";
import type { NodeName } from "../../core/identity.ts";
import { type ConnectionColumnName, connectionColumnNames } from "../../core/status/connection-columns.ts";
import type { Now } from "../../core/time.ts";

function rowOf({ connection, call, phase, continuity }: LiveConnection, now: Now) {
  return {
    callId: connection.callId ?? "",
    gateway: connection.gateway,
    endpoint: connection.endpoint,
    localNumber: connection.localNumber,
    peerNumber: connection.peerNumber,
    origin: connection.origin,
    phase,
    continuity,
    codec: connection.codec ?? call?.codec ?? null,
    qos: connection.qos ?? call?.qos ?? null,
    localAddress: connection.localAddress,
    remoteAddress: connection.remoteAddress,
    carries: connection.carries ?? call?.carries ?? null,
    setupAt: connection.setupAt,
    connectAt: connection.connectAt ?? call?.answer?.at ?? null,
    clockErrorMs: connection.clockErrorMs,
    packetsLost: connection.media?.packetsLost ?? null,
    jitterMs: connection.media?.jitterMs ?? null,
    modelled: connection.media?.modelled ?? false,
    provenance: connection.source,
    confirmedAt: now.wall - (now.mono - connection.seenAt),
    stale: call?.stale ?? false,
  } satisfies Record<ConnectionColumnName, unknown>;
}

type Row = ReturnType<typeof rowOf>;
type Columns = { [Key in keyof Row]: Row[Key][] };

export function connectionColumns(
  state: CallState,
  source: NodeName,
  now: Now,
  limit: number,
): Columns & { at: number; source: NodeName; total: number } {
  const rows: Row[] = [];
  let total = 0;
  for (const live of liveConnections(state, now)) {
    total += 1;
    if (rows.length < limit) rows.push(rowOf(live, now));
  }
  return { at: now.wall, source, total, ...byColumn(rows) };
}

function byColumn(rows: readonly Row[]): Columns {
  return Object.fromEntries(connectionColumnNames.map((column) => [column, rows.map((row) => row[column])])) as unknown as Columns;
}
