/** `GET /connections`: what is up now, by column. Field meanings: ConnectionColumns in server/operations/console-view.ts. */
import type { CallState } from "../../core/calls/call-state.ts";
import type { Connection } from "../../core/calls/connection.ts";
import { type LiveConnection, liveConnections } from "../../core/calls/live-connections.ts";
import type { ObservedCalls } from "../../core/gear/observed-calls.ts";
import type { ObservedPhase } from "../../core/gear/observed-view.ts";
import type { NodeName } from "../../core/identity.ts";
import { callQuality } from "../../core/quality/call-quality.ts";
import { type ConnectionColumnName, connectionColumnNames } from "../../core/status/connection-columns.ts";
import type { Instant, Now } from "../../core/time.ts";

/** A connection with what this server knows of its call. */
type Listed = Pick<LiveConnection, "connection" | "continuity"> & {
  readonly phase: LiveConnection["phase"] | ObservedPhase;
  readonly callId: string | null;
  readonly call: LiveConnection["call"];
  readonly own: boolean;
  readonly stale: boolean;
};

function rowOf({ connection, callId, call, phase, continuity, own, stale }: Listed, now: Now) {
  const { media, detail } = connection;
  const wallOf = (at: Instant): number => now.wall - (now.mono - at);
  const codec = connection.codec ?? call?.codec ?? null;
  const quality = qualityOf(connection, codec);
  return {
    callId: callId ?? "",
    gateway: connection.gateway,
    endpoint: connection.endpoint,
    localNumber: connection.localNumber,
    peerNumber: connection.peerNumber,
    origin: connection.origin,
    phase,
    continuity,
    codec,
    qos: connection.qos ?? call?.qos ?? null,
    localAddress: connection.localAddress,
    remoteAddress: connection.remoteAddress,
    carries: connection.carries ?? call?.carries ?? null,
    setupAt: connection.setupAt,
    connectAt: connection.connectAt ?? call?.answer?.at ?? null,
    clockErrorMs: connection.clockErrorMs,
    packetsLost: media?.packetsLost ?? null,
    jitterMs: media?.jitterMs ?? null,
    modelled: media?.modelled ?? false,
    provenance: connection.source,
    confirmedAt: wallOf(connection.seenAt),
    stale,
    legName: detail?.legName ?? null,
    dscp: detail?.dscp ?? null,
    rttMs: detail?.rttMs ?? null,
    packetsSent: media?.packetsSent ?? null,
    packetsReceived: media?.packetsReceived ?? null,
    countersAt: media === null ? null : wallOf(detail?.countersAt ?? connection.seenAt),
    setupFrom: connection.setupAt === null ? null : (detail?.setupFrom ?? "signalling"),
    connectFrom: connection.connectAt === null && call?.answer == null ? null : (detail?.connectFrom ?? "signalling"),
    numbersFrom: call === null ? connection.source : "signalling",
    r: quality.rated ? quality.r : null,
    mos: quality.rated ? quality.mos : null,
    mosMethod: quality.rated ? quality.method : quality.reason,
    reportedMos: detail?.mos?.value ?? null,
    reportedMosMethod: detail?.mos?.method ?? null,
    own,
  } satisfies Record<ConnectionColumnName, unknown>;
}

function qualityOf({ media, detail }: Connection, codec: string | null) {
  return callQuality({
    codec,
    lossFraction: null,
    packetsLost: media?.modelled ? null : (media?.packetsLost ?? null),
    packetsReceived: media?.packetsReceived ?? null,
    jitterMs: media?.jitterMs ?? null,
    rttMs: detail?.rttMs ?? null,
    ptimeMs: null,
  });
}

type Row = ReturnType<typeof rowOf>;
type Columns = { [Key in keyof Row]: Row[Key][] };

export interface ConnectionsKnown {
  readonly state: CallState;
  readonly observed: ObservedCalls;
  readonly source: NodeName;
}

export function connectionColumns(
  { state, observed, source }: ConnectionsKnown,
  now: Now,
  limit: number,
): Columns & { at: number; source: NodeName; total: number } {
  const rows: Row[] = [];
  let total = 0;
  for (const listed of listedConnections(state, observed, now)) {
    total += 1;
    if (rows.length < limit) rows.push(rowOf(listed, now));
  }
  return { at: now.wall, source, total, ...byColumn(rows) };
}

function* listedConnections(state: CallState, observed: ObservedCalls, now: Now): IterableIterator<Listed> {
  for (const live of liveConnections(state, now))
    yield { ...live, callId: live.connection.callId, own: true, stale: live.call?.stale ?? false };
  for (const call of observed.calls(now)) {
    // Nobody here controls it, so no change of control touches it.
    for (const { connection, stale } of call.legs)
      yield { connection, callId: call.callId, call: null, phase: call.phase, continuity: "preserved", own: false, stale };
  }
}

function byColumn(rows: readonly Row[]): Columns {
  return Object.fromEntries(connectionColumnNames.map((column) => [column, rows.map((row) => row[column])])) as unknown as Columns;
}
