/** `GET /connections`: what is up now, by column: each leg of each call under control, then connections that only an audit knows. */
import type { Call, CallLeg } from "../../core/calls/call.ts";
import type { CallState } from "../../core/calls/call-state.ts";
import type { Connection } from "../../core/calls/connection.ts";
import type { NodeName } from "../../core/identity.ts";
import type { Now, WallTime } from "../../core/time.ts";

/** One row; `GET /connections` sends an array for each key. Field meanings: ConnectionColumns in operations/console-view.ts. */
interface Row {
  callId: string;
  gateway: NodeName;
  endpoint: string | null;
  localNumber: string | null;
  peerNumber: string | null;
  origin: string | null;
  phase: string;
  continuity: string;
  codec: string | null;
  qos: string | null;
  localAddress: string | null;
  remoteAddress: string | null;
  carries: string | null;
  setupAt: WallTime | null;
  connectAt: WallTime | null;
  clockErrorMs: number;
  packetsLost: number | null;
  jitterMs: number | null;
  modelled: boolean;
  provenance: string;
  confirmedAt: WallTime;
  stale: boolean;
}

type Columns = { [Key in keyof Row]: Row[Key][] };

export function connectionColumns(
  state: CallState,
  source: NodeName,
  now: Now,
  limit: number,
): Columns & { at: WallTime; source: NodeName; total: number } {
  const rows: Row[] = [];
  for (const live of state.calls()) {
    const call = state.view(live);
    rows.push(legRow(state, call, call.calling, call.called, "answer", now));
    if (call.called) rows.push(legRow(state, call, call.called, call.calling, "originate", now));
  }
  for (const connection of state.connections.all()) {
    if (connection.callId !== null && state.get(connection.callId) !== null) continue;
    rows.push(auditedRow(connection, now));
  }
  return { at: now.wall, source, total: rows.length, ...byColumn(rows.slice(0, limit)) };
}

function legRow(state: CallState, call: Call, leg: CallLeg, other: CallLeg | null, origin: string, now: Now): Row {
  const audited = state.connections.ofCall(call.callId).find((row) => row.gateway === leg.gateway && row.endpoint === leg.endpoint) ?? null;
  const media = leg.media ?? audited?.media ?? null;
  return {
    callId: call.callId,
    gateway: leg.gateway,
    endpoint: leg.endpoint,
    localNumber: leg.number ?? audited?.localNumber ?? null,
    peerNumber: other?.number ?? (origin === "answer" ? call.dialled : null) ?? audited?.peerNumber ?? null,
    origin,
    phase: call.phase,
    continuity: call.phase === "talking" || call.phase === "ringing" ? "preserved" : "transient",
    codec: call.codec ?? audited?.codec ?? null,
    qos: call.qos ?? audited?.qos ?? null,
    localAddress: leg.localAddress ?? audited?.localAddress ?? null,
    remoteAddress: other?.localAddress ?? audited?.remoteAddress ?? null,
    carries: call.carries,
    setupAt: call.start.at,
    connectAt: call.answer?.at ?? null,
    clockErrorMs: (call.answer ?? call.start).errorMs,
    packetsLost: media?.packetsLost ?? null,
    jitterMs: media?.jitterMs ?? null,
    modelled: media?.modelled ?? false,
    provenance: call.origin === "signalling" ? "signalling" : (audited?.source ?? "snmp"),
    confirmedAt: audited ? now.wall - (now.mono - audited.seenAt) : call.start.at,
    stale: call.stale,
  };
}

function auditedRow(row: Connection, now: Now): Row {
  const connected = row.connectAt !== null || row.state === "active";
  return {
    callId: row.callId ?? "",
    gateway: row.gateway,
    endpoint: row.endpoint,
    localNumber: row.localNumber,
    peerNumber: row.peerNumber,
    origin: row.origin,
    phase: connected ? "talking" : "setting-up",
    continuity: row.callId === null ? "unknown" : connected ? "preserved" : "transient",
    codec: row.codec,
    qos: row.qos,
    localAddress: row.localAddress,
    remoteAddress: row.remoteAddress,
    carries: row.carries,
    setupAt: row.setupAt,
    connectAt: row.connectAt,
    clockErrorMs: row.clockErrorMs,
    packetsLost: row.media?.packetsLost ?? null,
    jitterMs: row.media?.jitterMs ?? null,
    modelled: row.media?.modelled ?? false,
    provenance: row.source,
    confirmedAt: now.wall - (now.mono - row.seenAt),
    stale: false,
  };
}

const columns: readonly (keyof Row)[] = [
  "callId",
  "gateway",
  "endpoint",
  "localNumber",
  "peerNumber",
  "origin",
  "phase",
  "continuity",
  "codec",
  "qos",
  "localAddress",
  "remoteAddress",
  "carries",
  "setupAt",
  "connectAt",
  "clockErrorMs",
  "packetsLost",
  "jitterMs",
  "modelled",
  "provenance",
  "confirmedAt",
  "stale",
];

function byColumn(rows: readonly Row[]): Columns {
  return Object.fromEntries(columns.map((column) => [column, rows.map((row) => row[column])])) as unknown as Columns;
}
