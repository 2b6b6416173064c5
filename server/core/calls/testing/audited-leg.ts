/** A connection as an audit finds it: active, of a call of its own, nothing more known of it. */
import type { Connection } from "../connection.ts";

export function auditedLeg(change: Partial<Connection> & Pick<Connection, "gateway" | "endpoint" | "callId">): Connection {
  return {
    bootEpoch: 0,
    setupTicks: 0,
    index: 1,
    connectionId: null,
    state: "active",
    origin: "answer",
    localNumber: null,
    peerNumber: null,
    localAddress: null,
    remoteAddress: null,
    carries: null,
    codec: null,
    qos: null,
    setupAt: 0,
    connectAt: 0,
    clockErrorMs: 10,
    media: null,
    seenAt: 0,
    source: "snmp",
    detail: null,
    ...change,
  };
}
