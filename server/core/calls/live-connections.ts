/** The live connections as the console lists them: every audited leg, and the legs that only signalling knows so far. */

import type { Now } from "../time.ts";
import type { Call, CallPhase, Continuity } from "./call.ts";
import type { CallState } from "./call-state.ts";
import type { Connection } from "./connection.ts";
import { isEstablished } from "./connection-table.ts";
import { type LiveCall, type LiveLeg, legsOf } from "./live-call.ts";

export interface LiveConnection {
  readonly connection: Connection;
  /** Null where this server does not control the call (a standby, or a call not adopted yet). */
  readonly call: Call | null;
  readonly phase: CallPhase;
  readonly continuity: Continuity;
}

export function* liveConnections(state: CallState, now: Now): IterableIterator<LiveConnection> {
  for (const live of state.calls()) {
    const call = state.view(live);
    const continuity = continuityOf(call);
    for (const leg of legsOf(live)) {
      if (leg.stage === "none" || leg.stage === "gone") continue;
      const connection = state.connectionOf(live, leg);
      yield { connection: connection ? named(connection, leg) : signalled(live, leg, now), call, phase: call.phase, continuity };
    }
  }
  for (const connection of state.connections.all()) {
    if (connection.callId !== null && state.get(connection.callId)) continue;
    const established = connection.callId !== null && isEstablished(state.connections.ofCall(connection.callId));
    yield { connection, call: null, phase: established ? "talking" : "ringing", continuity: established ? "preserved" : "unknown" };
  }
}

/** What would become of the call if its server died now. */
function continuityOf(call: Call): Continuity {
  if (call.stale) return "unknown";
  return call.phase === "talking" || call.phase === "ringing" ? "preserved" : "transient";
}

/** Signalling knows the endpoint and the numbers better than an audit that lacks them. */
function named(connection: Connection, leg: LiveLeg): Connection {
  return {
    ...connection,
    endpoint: leg.row.endpoint,
    connectionId: leg.connectionId ?? connection.connectionId,
    localNumber: leg.number ?? connection.localNumber,
    localAddress: leg.localAddress ?? connection.localAddress,
  };
}

function signalled(call: LiveCall, leg: LiveLeg, now: Now): Connection {
  const other = leg.side === "calling" ? call.called : call.calling;
  return {
    gateway: leg.row.gateway,
    bootEpoch: 0,
    setupTicks: 0,
    index: 0,
    endpoint: leg.row.endpoint,
    connectionId: leg.connectionId,
    callId: call.callId,
    state: call.answer ? "active" : "connecting",
    origin: leg.side === "calling" ? "answer" : "originate",
    localNumber: leg.number,
    peerNumber: other?.number ?? (call.digits === "" ? null : call.digits),
    localAddress: leg.localAddress,
    remoteAddress: other?.localAddress ?? null,
    carries: call.carries,
    codec: call.codec,
    qos: call.qos,
    setupAt: leg.upAt === 0 ? call.start.at : leg.upAt,
    connectAt: call.answer?.at ?? null,
    clockErrorMs: call.answer?.errorMs ?? call.start.errorMs,
    media: null,
    seenAt: now.mono,
    source: "signalling",
    detail: null,
  };
}
