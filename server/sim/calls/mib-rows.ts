/** A gateway's tables as the SNMP driver would deliver them: stamps in 1/100 s, dated by one reading of sysUpTime and as exact as that. */
import type { Connection, EndedConnection } from "../../core/calls/connection.ts";
import type { HistoryRow } from "../../core/gateway/call-history.ts";
import type { GatewayConnection } from "../../core/gateway/connection-table.ts";
import { endpointName } from "../../core/gateway/endpoint-plan.ts";
import type { Gateway } from "../../core/gateway/gateway.ts";
import type { Instant } from "../../core/time.ts";
import { stampErrorMs, type UptimeReading, wallOfStamp } from "../../protocols/snmp/uptime.ts";

/** What turns a gateway's stamps into the reader's wall time. */
export interface Moment {
  readonly bootEpoch: number;
  readonly uptime: UptimeReading;
  readonly seenAt: Instant;
}

/** callActiveIndex is the connection's number: 8 hex digits of it are the MGCP id. The last two as they were when the row was read. */
export function activeRow(
  gateway: Gateway,
  row: GatewayConnection,
  moment: Moment,
  connectTicks = row.connectTicks,
  remoteAddress = row.remote?.address ?? null,
): Connection {
  return {
    gateway: gateway.name,
    bootEpoch: moment.bootEpoch,
    setupTicks: row.setupTicks,
    index: row.number,
    endpoint: gateway.endpoints.get(row.endpointIndex)?.name ?? endpointName(gateway, row.endpointIndex),
    connectionId: row.id,
    callId: row.callId,
    // 0 = not connected.
    state: connectTicks === 0 ? "connecting" : "active",
    origin: row.origin,
    localNumber: row.localNumber,
    peerNumber: row.peerNumber,
    localAddress: null,
    remoteAddress,
    carries: row.carries,
    codec: row.codec,
    qos: row.qos,
    setupAt: wallOfStamp(moment.uptime, row.setupTicks),
    connectAt: connectTicks === 0 ? null : wallOfStamp(moment.uptime, connectTicks),
    clockErrorMs: stampErrorMs(moment.uptime.rttMs),
    media: null,
    seenAt: moment.seenAt,
    source: "snmp",
    detail: null,
  };
}

export function endedRow(gateway: Gateway, row: HistoryRow, moment: Omit<Moment, "seenAt">): EndedConnection {
  const { connection } = row;
  return {
    gateway: gateway.name,
    bootEpoch: moment.bootEpoch,
    setupTicks: row.setupTicks,
    index: row.number,
    callId: connection.callId,
    endpoint: endpointName(gateway, connection.endpointIndex),
    localNumber: connection.localNumber,
    peerNumber: connection.peerNumber,
    origin: connection.origin,
    localAddress: null,
    remoteAddress: connection.remote?.address ?? null,
    codec: connection.codec,
    qos: connection.qos,
    setupAt: wallOfStamp(moment.uptime, row.setupTicks),
    connectAt: connection.connectTicks === 0 ? null : wallOfStamp(moment.uptime, connection.connectTicks),
    endAt: wallOfStamp(moment.uptime, row.endTicks),
    clockErrorMs: stampErrorMs(moment.uptime.rttMs),
    cause: row.cause,
    releasedHere: row.releasedHere,
    media: row.media,
  };
}
