/**
 * One row of the call tables → the internal row, whatever was read of it. A column that the agent does not have is null in the result;
 * a row without its required columns is partial and gives null, so that nobody takes it for a fact.
 */
import type { Connection, EndedConnection, LegKey, MediaCounters } from "../../core/calls/connection.ts";
import type { GatewaySpec } from "../../core/site/site.ts";
import type { Instant } from "../../core/time.ts";
import { callActive, ciscoHistory, commonActive, commonHistory, voipActive, voipHistory } from "./call-tables.ts";
import {
  connectionIdOf,
  decodeAddress,
  decodeCause,
  decodeCoder,
  decodeGuid,
  decodeInfoType,
  decodeLegOrigin,
  decodeLegState,
  decodeQos,
  decodeReleasedHere,
  decodeText,
  targetIsModelled,
} from "./call-values.ts";
import type { Oid } from "./oid.ts";
import { stampErrorMs, type UptimeReading, wallOfStamp } from "./uptime.ts";

/** What a varbind holds: numbers for integers, counters and ticks; octets for strings; text for OIDs. */
export type SnmpValue = number | Uint8Array | string;

/** The values of one row by column OID. */
export type RowValues = ReadonlyMap<Oid, SnmpValue>;

export type GatewayNaming = Pick<GatewaySpec, "name" | "endpoints" | "firstNumber">;

/** What turns a gateway's stamps into wall time. */
export interface AuditMoment {
  readonly bootEpoch: number;
  readonly uptime: UptimeReading;
  readonly seenAt: Instant;
}

/** Every column of an active row that is read; the first is the liveness column. */
export const activeColumns: readonly Oid[] = [
  callActive.callState,
  callActive.peerAddress,
  callActive.logicalIfIndex,
  callActive.connectTime,
  callActive.callOrigin,
  callActive.infoType,
  callActive.transmitPackets,
  callActive.transmitBytes,
  callActive.receivePackets,
  callActive.receiveBytes,
  voipActive.connectionId,
  voipActive.selectedQos,
  voipActive.sessionTarget,
  voipActive.lostPackets,
  voipActive.remoteMediaAddress,
  voipActive.remoteMediaPort,
  voipActive.localNumber,
  commonActive.coderTypeRate,
];
/** A row that lacks one of these is partial and is read again by its index. */
export const requiredActiveColumns: readonly Oid[] = [
  callActive.callState,
  callActive.connectTime,
  callActive.logicalIfIndex,
  voipActive.connectionId,
];

export const historyColumns: readonly Oid[] = [
  ciscoHistory.disconnectTime,
  ciscoHistory.setupTime,
  ciscoHistory.connectTime,
  ciscoHistory.peerAddress,
  ciscoHistory.logicalIfIndex,
  ciscoHistory.disconnectCause,
  ciscoHistory.callOrigin,
  ciscoHistory.transmitPackets,
  ciscoHistory.transmitBytes,
  ciscoHistory.receivePackets,
  ciscoHistory.receiveBytes,
  ciscoHistory.releaseSource,
  voipHistory.connectionId,
  voipHistory.selectedQos,
  voipHistory.sessionTarget,
  voipHistory.lostPackets,
  voipHistory.userName,
  voipHistory.remoteMediaAddress,
  voipHistory.remoteMediaPort,
  voipHistory.callId,
  commonHistory.coderTypeRate,
];
export const requiredHistoryColumns: readonly Oid[] = [
  ciscoHistory.disconnectTime,
  ciscoHistory.setupTime,
  ciscoHistory.connectTime,
  voipHistory.connectionId,
  voipHistory.callId,
];

function numberAt(values: RowValues, column: Oid): number | null {
  const value = values.get(column);
  return typeof value === "number" ? value : null;
}
function octetsAt(values: RowValues, column: Oid): Uint8Array | null {
  const value = values.get(column);
  return value instanceof Uint8Array ? value : null;
}
function textAt(values: RowValues, column: Oid): string | null {
  const octets = octetsAt(values, column);
  return octets === null || octets.length === 0 ? null : decodeText(octets);
}
function mapped<T>(value: number | null, decode: (value: number) => T | null): T | null {
  return value === null ? null : decode(value);
}

function endpointNameOf(gateway: GatewayNaming, endpointNumber: number | null): string | null {
  return endpointNumber === null || endpointNumber < 1 || endpointNumber > gateway.endpoints.count
    ? null
    : `${gateway.endpoints.prefix}${endpointNumber}@${gateway.name}`;
}

function localNumberOf(gateway: GatewayNaming, endpointNumber: number | null): string | null {
  if (gateway.firstNumber === null || endpointNumber === null || endpointNumber < 1) return null;
  const first = gateway.firstNumber;
  return String(BigInt(first) + BigInt(endpointNumber - 1)).padStart(first.length, "0");
}

function addressOf(values: RowValues, address: Oid, port: Oid): string | null {
  const octets = octetsAt(values, address);
  const host = octets === null ? null : decodeAddress(octets);
  const portNumber = numberAt(values, port);
  return host === null || portNumber === null || portNumber === 0 ? null : `${host}:${portNumber}`;
}

function mediaOf(values: RowValues, columns: readonly [Oid, Oid, Oid, Oid], lost: Oid, target: Oid): MediaCounters | null {
  const [packetsSent, octetsSent, packetsReceived, octetsReceived] = columns.map((column) => numberAt(values, column)) as (number | null)[];
  if (packetsSent == null || octetsSent == null || packetsReceived == null || octetsReceived == null) return null;
  return {
    packetsSent,
    octetsSent,
    packetsReceived,
    octetsReceived,
    packetsLost: numberAt(values, lost),
    jitterMs: null,
    longestSilenceMs: null,
    modelled: targetIsModelled(textAt(values, target) ?? ""),
  };
}

const activeCounters = [callActive.transmitPackets, callActive.transmitBytes, callActive.receivePackets, callActive.receiveBytes] as const;
const historyCounters = [
  ciscoHistory.transmitPackets,
  ciscoHistory.transmitBytes,
  ciscoHistory.receivePackets,
  ciscoHistory.receiveBytes,
] as const;

export function connectionOfRow(
  gateway: GatewayNaming,
  setupTicks: number,
  index: number,
  values: RowValues,
  moment: AuditMoment,
): Connection | null {
  if (!requiredActiveColumns.every((column) => values.has(column))) return null;
  const endpointNumber = numberAt(values, callActive.logicalIfIndex);
  const guid = octetsAt(values, voipActive.connectionId);
  const connectTicks = numberAt(values, callActive.connectTime);
  const key: LegKey = { gateway: gateway.name, bootEpoch: moment.bootEpoch, setupTicks, index };
  return {
    ...key,
    endpoint: endpointNameOf(gateway, endpointNumber),
    connectionId: connectionIdOf(index),
    callId: guid === null ? null : decodeGuid(guid),
    state: decodeLegState(numberAt(values, callActive.callState) ?? 1),
    origin: mapped(numberAt(values, callActive.callOrigin), decodeLegOrigin),
    localNumber: textAt(values, voipActive.localNumber) ?? localNumberOf(gateway, endpointNumber),
    peerNumber: textAt(values, callActive.peerAddress),
    localAddress: null,
    remoteAddress: addressOf(values, voipActive.remoteMediaAddress, voipActive.remoteMediaPort),
    carries: mapped(numberAt(values, callActive.infoType), decodeInfoType),
    codec: mapped(numberAt(values, commonActive.coderTypeRate), decodeCoder),
    qos: mapped(numberAt(values, voipActive.selectedQos), decodeQos),
    setupAt: wallOfStamp(moment.uptime, setupTicks),
    connectAt: connectTicks === null || connectTicks === 0 ? null : wallOfStamp(moment.uptime, connectTicks),
    clockErrorMs: stampErrorMs(moment.uptime.rttMs),
    media: mediaOf(values, activeCounters, voipActive.lostPackets, voipActive.sessionTarget),
    seenAt: moment.seenAt,
    source: "snmp",
    detail: null,
  };
}

export function endedOfRow(gateway: GatewayNaming, values: RowValues, moment: Omit<AuditMoment, "seenAt">): EndedConnection | null {
  if (!requiredHistoryColumns.every((column) => values.has(column))) return null;
  const endpointNumber = numberAt(values, ciscoHistory.logicalIfIndex);
  const guid = octetsAt(values, voipHistory.connectionId);
  const cause = octetsAt(values, ciscoHistory.disconnectCause);
  const origin = mapped(numberAt(values, ciscoHistory.callOrigin), decodeLegOrigin);
  const setupTicks = numberAt(values, ciscoHistory.setupTime) ?? 0;
  const connectTicks = numberAt(values, ciscoHistory.connectTime) ?? 0;
  return {
    gateway: gateway.name,
    bootEpoch: moment.bootEpoch,
    setupTicks,
    index: numberAt(values, voipHistory.callId) ?? 0,
    callId: guid === null ? null : decodeGuid(guid),
    endpoint: endpointNameOf(gateway, endpointNumber),
    localNumber: localNumberOf(gateway, endpointNumber) ?? (origin === "answer" ? textAt(values, voipHistory.userName) : null),
    peerNumber: textAt(values, ciscoHistory.peerAddress),
    origin,
    localAddress: null,
    remoteAddress: addressOf(values, voipHistory.remoteMediaAddress, voipHistory.remoteMediaPort),
    codec: mapped(numberAt(values, commonHistory.coderTypeRate), decodeCoder),
    qos: mapped(numberAt(values, voipHistory.selectedQos), decodeQos),
    setupAt: wallOfStamp(moment.uptime, setupTicks),
    connectAt: connectTicks === 0 ? null : wallOfStamp(moment.uptime, connectTicks),
    endAt: wallOfStamp(moment.uptime, numberAt(values, ciscoHistory.disconnectTime) ?? 0),
    clockErrorMs: stampErrorMs(moment.uptime.rttMs),
    cause: cause === null ? null : decodeCause(cause),
    releasedHere: mapped(numberAt(values, ciscoHistory.releaseSource), decodeReleasedHere),
    media: mediaOf(values, historyCounters, voipHistory.lostPackets, voipHistory.sessionTarget),
  };
}
